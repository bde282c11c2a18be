package window

import (
	"context"
	"maps"
	"strings"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// looksLikeAddress reports whether what was typed into the search is an address and no name.
func looksLikeAddress(text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	return strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://")
}

// discover asks what is at an issuer's address, and goes on to its form.
func (w *Window) discover(issuer string) {
	v, desk := w.choose, w.parts.Desk
	issuer = strings.TrimSpace(issuer)
	if err := auth.CheckAddress(issuer); err != nil {
		v.judged(sentence("expected here: " + err.Error()))
		return
	}
	v.asking()
	w.errands.run(func(ctx context.Context) func() {
		p, err := desk.Discover(ctx, issuer)
		return func() {
			if w.screen != w.choose || strings.TrimSpace(v.search.Text) != issuer {
				return // the person went on
			}
			if err != nil {
				v.judged(toldOfIssuer(problem(err)))
				return
			}
			v.judged("")
			w.useProvider(w.atIssuer(p, issuer))
		}
	})
}

// atIssuer is the provider that is offered as p, with the setting that holds its issuer filled in.
func (w *Window) atIssuer(p auth.Provider, issuer string) auth.Provider {
	for _, known := range w.providers {
		if known.ID != p.ID {
			continue
		}
		for _, s := range known.Settings {
			if known.Issuer == "{"+s.Key+"}" {
				known = known.Clone()
				filled := maps.Clone(known.Team.Settings)
				if filled == nil {
					filled = map[string]string{}
				}
				filled[s.Key] = firstOf([]string{p.Issuer, issuer})
				known.Team.Settings = filled
				return known
			}
		}
		return known
	}
	return p
}

// toldOfIssuer is told where nothing goes on by itself: the address is right here.
func toldOfIssuer(e *auth.Error) string {
	const compare = " Compare the address with what the provider states, a slash at the end included, or ask whoever looks after it."
	switch e.Kind {
	case auth.KindUnreachable, auth.KindInvalidAnswer, auth.KindMisconfigured:
		if s := e.Said.Status; s >= 400 && s < 500 {
			return "No OpenID Connect provider answers at this address: " + words.Plain(e.Provider) + " says that there is none (" + number(s) + ")." + compare
		}
		return ended(words.Explain(e, words.Window).Line()) + compare
	}
	return told(e)
}
