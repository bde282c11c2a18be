package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/copyas"
	"github.com/tokentray/tokentray/ui/words"
)

func (i *invocation) tokenCommand() *cobra.Command {
	want := auth.Usual
	form := string(copyas.Raw)
	c := &cobra.Command{
		Use: "token NAME", Short: "Print an account's access token, fresh", Args: oneName,
		Example: "  tokentray token Northwind\n  eval \"$(tokentray token Northwind --as curl)\"",
		RunE: func(c *cobra.Command, args []string) error {
			f, ok := copyas.Parse(form)
			switch {
			case !ok:
				return usage(words.Named(form)+" is no form of a token.", "Choose one of "+forms(copyas.Forms(), ", ")+".")
			case c.Flags().Changed("min-validity") && want.Validity < 0:
				return usage("A token can’t be good for less than no time.", "Write --min-validity like 60s or 5m.")
			}
			return i.token(c.Context(), args[0], want, f)
		},
	}
	flags := c.Flags()
	flags.Var(validity{&want.Validity}, "min-validity", "how long the token must be good at least, like `60s`; unasked, a minute or a fifth of its life")
	flags.StringVar(&form, "as", form, "how to write it: `FORM` is "+forms(copyas.Forms(), "|"))
	flags.BoolVar(&want.Force, "force", false, "have the provider make a new one, whatever is stored")
	return c
}

// validity is a duration whose unset value isn't worth showing in a help text.
type validity struct{ d *time.Duration }

func (v validity) String() string { return "" }
func (v validity) Type() string   { return "duration" }
func (v validity) Set(s string) (err error) {
	*v.d, err = time.ParseDuration(s)
	return err
}

func forms(all []copyas.Form, separator string) string {
	names := make([]string, len(all))
	for k, f := range all {
		names[k] = string(f)
	}
	return strings.Join(names, separator)
}

func (i *invocation) token(ctx context.Context, name string, want auth.Want, form copyas.Form) error {
	return i.withAccount(ctx, forToken(name, want), name, func(ctx context.Context, desk auth.Front, id auth.AccountID) error {
		token, err := tokenInTime(ctx, desk, id, want)
		if err != nil {
			return err
		}
		m := copyas.Material{Token: token, Now: i.Now()}
		if form.NeedsRequest() {
			d, err := desk.Show(ctx, id)
			if err != nil {
				return err
			}
			m.Account, m.API = d.Name, d.API
		}
		return i.printToken(form, m, want)
	})
}

// spareTime is what is left of tokenTime when a refresh takes too long: enough
// to ask the agent, on this machine, for the token it has.
const spareTime = 2 * time.Second

// tokenInTime is desk.Token, but where a refresh that nobody insisted on takes
// too long it settles for a stored token that is still valid.
func tokenInTime(ctx context.Context, desk auth.Front, id auth.AccountID, want auth.Want) (auth.Token, error) {
	if want.Force {
		return desk.Token(ctx, id, want)
	}
	end, _ := ctx.Deadline() // withDesk sets one
	first, cancel := context.WithDeadline(ctx, end.Add(-spareTime))
	defer cancel()
	token, err := desk.Token(first, id, want)
	if err == nil || first.Err() == nil || ctx.Err() != nil {
		return token, err
	}
	token, err = desk.Token(ctx, id, auth.Want{})
	if err == nil && token.Trouble == nil {
		token.Trouble = &auth.Error{Kind: auth.KindUnreachable, Detail: "no answer yet"}
	}
	return token, err
}

// printToken prints the token, and on stderr what a caller may not expect of it.
func (i *invocation) printToken(form copyas.Form, m copyas.Material, want auth.Want) error {
	text, err := copyas.Write(form, m)
	switch {
	case errors.Is(err, copyas.ErrOddToken), errors.Is(err, copyas.ErrBound):
		return &auth.Error{Kind: auth.KindInvalidAnswer, Account: m.Account, Detail: err.Error()}
	case errors.Is(err, copyas.ErrNotTaken):
		return otherNext{copyas.ErrNotTaken, "Choose one of " + forms(copyas.FormsFor(m.API), ", ") + "."}
	case err != nil:
		return err
	}
	if err := i.print(text.Reveal()); err != nil {
		return err
	}
	i.warn(m.Token, want)
	return nil
}

// forToken is how long a caller waits for a token.
func forToken(name string, want auth.Want) patience {
	limit := tokenTime
	if want.Force {
		limit = refreshTime
	}
	return patience{limit, told{auth.KindUnreachable, words.Explanation{
		Sentence: "There was no token for " + words.Named(name) + " within " + seconds(limit) + ": the provider takes too long to answer.",
		Next:     "Try again in a moment; tokentray list shows how the account stands.",
	}}}
}
