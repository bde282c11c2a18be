package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func (i *invocation) forgetCommand() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use: "forget NAME", Short: "Remove an account here, and have the provider forget it too where it can", Args: oneName,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case yes:
				return i.forget(c.Context(), args[0], unasked)
			case i.canAsk():
				return i.forget(c.Context(), args[0], i.sureToForget)
			}
			return usage("Forgetting an account can’t be taken back, and there is no terminal to ask on.", "Add --yes to say that it is meant.")
		},
	}
	c.Flags().BoolVar(&yes, "yes", false, "don't ask first")
	return c
}

// forget removes the account called name where sure has nothing against it.
func (i *invocation) forget(ctx context.Context, name string, sure func(context.Context, auth.Details) error) error {
	return i.withAccount(ctx, i.forRevoking(), name, func(ctx context.Context, desk auth.Front, id auth.AccountID) error {
		d, err := desk.Show(ctx, id)
		if err != nil {
			return err
		}
		if err := sure(ctx, d); err != nil {
			return err
		}
		f, err := desk.Forget(ctx, id)
		if err != nil {
			return err
		}
		became := words.Forgotten(f, d.ProviderName)
		i.say(became.Line())
		i.say(became.Next)
		return nil
	})
}

func (i *invocation) forRevoking() patience {
	if i.canAsk() {
		return upTo(revokeTime + askingTime)
	}
	return upTo(revokeTime)
}

func unasked(context.Context, auth.Details) error { return nil }

// sureToForget asks the person. Anything but a yes leaves everything as it is.
func (i *invocation) sureToForget(ctx context.Context, d auth.Details) error {
	yes, err := i.confirm(ctx, "Forget "+words.Named(d.Name)+"? Its tokens are removed here, and using it again takes a new sign-in.")
	if err != nil || yes {
		return err
	}
	return told{auth.KindInternal, words.Explanation{
		Sentence: words.Named(d.Name) + " stays as it is.",
		Next:     "Run the command again if you change your mind.",
	}}
}
