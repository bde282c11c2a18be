package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// reconnecting is what the reconnect command was given.
type reconnecting struct {
	name    string
	browser string
	how     auth.Reconnection
	replace bool // whoever signs in takes the account over
}

func (i *invocation) reconnectCommand() *cobra.Command {
	var r reconnecting
	c := &cobra.Command{
		Use: "reconnect NAME", Short: "Sign in again; the account keeps its settings", Args: oneName,
		RunE: func(c *cobra.Command, args []string) error {
			if r.how.Timeout <= 0 {
				return usage("A sign-in needs some time.", "Write --timeout like 90s or 5m.")
			}
			r.name = args[0]
			return i.reconnect(c.Context(), r)
		},
	}
	i.signInFlags(c, &r.browser, &r.how.Timeout)
	c.Flags().BoolVar(&r.how.Another, "another", false, "have the provider ask who you are, although it may know")
	c.Flags().BoolVar(&r.replace, "replace", false, "if somebody else signs in, the account is theirs from then on; without it you are asked")
	return c
}

func (i *invocation) reconnect(ctx context.Context, r reconnecting) error {
	return i.withAccount(ctx, i.forPerson(r.how.Timeout), r.name, func(ctx context.Context, desk auth.Front, id auth.AccountID) error {
		d, err := desk.Show(ctx, id)
		if err != nil {
			return err
		}
		r.name = d.Name // the beginning of it may have been typed
		status, err := i.signIn(ctx, desk, d.ProviderName, r.browser, func(ctx context.Context, tell func(auth.SignInStep)) (auth.Status, error) {
			return desk.Reconnect(ctx, id, r.how, tell)
		})
		if errors.Is(err, auth.ErrOtherPerson) {
			status, err = i.settleWho(ctx, desk, id, r, err)
		}
		if err != nil {
			return err
		}
		i.welcome(status)
		return nil
	})
}

// settleWho decides what becomes of a sign-in by somebody else, which other tells
// of: it takes the old one's place where a person says so.
func (i *invocation) settleWho(ctx context.Context, desk auth.Front, id auth.AccountID, r reconnecting, other error) (auth.Status, error) {
	var e *auth.Error
	if !r.replace {
		if !errors.As(other, &e) || !i.canAsk() {
			return auth.Status{}, other
		}
		yes, err := i.confirm(ctx, theQuestion(e, r.name))
		if err != nil {
			return auth.Status{}, err
		}
		if !yes {
			return auth.Status{}, told{auth.KindOtherPerson, words.Explanation{
				Sentence: words.Named(r.name) + " stays as it was.",
				Next:     "Run the command again to sign in as somebody else.",
			}}
		}
	}
	return desk.Replace(ctx, id)
}

// theQuestion names both people, where they are known.
func theQuestion(e *auth.Error, name string) string {
	is, was := "somebody else", "another person’s"
	if e.Detail != "" {
		is = words.Named(e.Detail)
	}
	if len(e.Candidates) == 1 && e.Candidates[0] != "" {
		was = words.Named(e.Candidates[0]) + "’s"
	}
	return "You signed in as " + is + ", and " + words.Named(name) + " was " + was + ". Replace it?"
}
