package words

import (
	"fmt"
	"strings"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// mostEvents is how much of the history support gets: what led here, on one screen.
const mostEvents = 12

// Support is what a person sends to whoever helps them: how an account stands, in
// fixed English names and UTC, so that it can be searched for. It has no token, no
// secret, no client_id, and not who signed in.
func Support(s auth.Status, d auth.Details, version string, now time.Time) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	line("Tokentray", Plain(version))
	line("at", stamp(now))
	line("account", Plain(s.Name))
	line("provider", Plain(strings.TrimSpace(s.ProviderName+" ("+string(s.Provider)+")")))
	line("grant", string(s.Grant))
	line("state", string(s.State))
	line("since", stamp(s.Since))
	if e := s.Cause; e != nil {
		line("cause", string(e.Kind))
		line("detail", Plain(e.Detail))
		line("provider said", strings.TrimSpace(strings.TrimPrefix(Quote("x", e.Said), "x said:")))
	}
	line("token issued", stamp(s.IssuedAt))
	line("token ends", stamp(s.ExpiresAt))
	line("refreshes", stamp(s.RefreshAt))
	line("sign-in ends", stamp(s.SignInBy))
	line("signed in", stamp(d.SignedInAt))
	line("scopes granted", Plain(strings.Join(s.Scopes, " ")))
	line("scopes asked for", Plain(strings.Join(d.AskedScopes, " ")))
	for _, e := range d.History[max(0, len(d.History)-mostEvents):] {
		what := strings.Join([]string{string(e.What), string(e.Outcome), string(e.Kind), Plain(e.Said.Code), times(e)}, " ")
		line(stamp(e.At), strings.Join(strings.Fields(what), " "))
	}
	return b.String()
}

// times is how often something happened since it was last noted; "" for once.
func times(e auth.Event) string {
	if e.More == 0 {
		return ""
	}
	return fmt.Sprintf("×%d", e.More+1)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
