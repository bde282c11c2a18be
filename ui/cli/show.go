package cli

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func (i *invocation) showCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "show NAME", Short: "Tell everything about an account but its secrets", Args: oneName,
		RunE: func(c *cobra.Command, args []string) error { return i.show(c.Context(), args[0]) },
	}
	i.jsonFlag(c, "print a JSON document")
	return c
}

func (i *invocation) show(ctx context.Context, name string) error {
	return i.withAccount(ctx, upTo(answerTime), name, func(ctx context.Context, desk auth.Front, id auth.AccountID) error {
		d, err := desk.Show(ctx, id)
		switch {
		case err != nil:
			return err
		case i.asJSON:
			return i.printJSON(detailsRow(d))
		}
		return i.print(i.details(d))
	})
}

// details is the account as a person reads it; what isn't known is left out.
func (i *invocation) details(d auth.Details) string {
	now := i.Now()
	state := words.State(d.Status, now, words.CommandLine)
	var t table
	add := func(label string, c cell) {
		if c.text != "" {
			t = append(t, row{plain(label), c})
		}
	}
	add("Name", plain(d.Name))
	add("State", cell{words.Label(d.Status), colourOf(d.State)})
	add("", plain(state.Line()))
	add("", plain(state.Next))
	add("Time left", plain(left(d.Status, now)))
	add("Refreshes", moment(d.RefreshAt, now))
	add("Sign in by", moment(d.SignInBy, now))
	add("Signed in", moment(d.SignedInAt, now))
	add("Signed in as", plain(d.Identity.Who()))
	add("Organisation", plain(d.Identity.Tenant))
	add("Provider", plain(d.ProviderName))
	for _, key := range slices.Sorted(maps.Keys(d.Settings)) {
		add("  "+key, plain(d.Settings[key]))
	}
	add("Grant", plain(string(d.Grant)))
	add("Scopes", plain(strings.Join(d.Scopes, " ")))
	if !slices.Equal(d.Scopes, d.AskedScopes) {
		add("Scopes asked", plain(strings.Join(d.AskedScopes, " ")))
	}
	add("Client", plain(d.ClientName))
	add("Client ID", plain(d.ClientID))
	add("Redirect", plain(d.RedirectAddress))
	if d.API.URL != "" {
		add("Try it with", plain(strings.TrimSpace(d.API.Method+" "+d.API.URL)))
	}
	add("ID", plain(string(d.ID)))
	return t.text(i.paints()) + i.claims(d) + i.history(d)
}

// shownEvents is how much of the history a person sees; --json has all of it.
const shownEvents = 12

// history is what happened last, the latest first.
func (i *invocation) history(d auth.Details) string {
	if len(d.History) == 0 {
		return ""
	}
	var t table
	for k := len(d.History) - 1; k >= max(0, len(d.History)-shownEvents); k-- {
		e := d.History[k]
		t = append(t, row{plain("  " + e.At.In(i.Now().Location()).Format("2 Jan 15:04")), plain(words.Activity(e, d.ProviderName))})
	}
	return "\n\nWhat happened\n" + t.text(withoutColours)
}

// claims are what the tokens say that are JWTs, line by line.
func (i *invocation) claims(d auth.Details) string {
	var b strings.Builder
	for _, token := range d.Tokens {
		b.WriteString("\n\nClaims of the " + tokenKind(token.Of))
		for line := range strings.Lines(token.Claims) {
			b.WriteString("\n  " + words.Plain(strings.TrimRight(line, "\r\n")))
		}
	}
	return b.String()
}

func left(s auth.Status, now time.Time) string {
	l := words.Left(s, now)
	if !s.ExpiresAt.IsZero() {
		l += ", issued " + words.At(s.IssuedAt, now) + ", ends " + words.At(s.ExpiresAt, now)
	}
	return l
}

func moment(t, now time.Time) cell {
	if t.IsZero() {
		return cell{}
	}
	return plain(words.At(t, now))
}

// tokenKind is which token an Inspection is of, as a person reads it. An ID token
// was checked when it came; an access token is the API's affair.
func tokenKind(of string) string {
	if of == "id_token" {
		return "ID token"
	}
	return "access token, which nobody has verified here"
}
