package cli

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func (i *invocation) refreshCommand() *cobra.Command {
	return &cobra.Command{
		Use: "refresh NAME", Short: "Have the provider make a new token now", Args: oneName,
		RunE: func(c *cobra.Command, args []string) error { return i.refresh(c.Context(), args[0]) },
	}
}

func (i *invocation) refresh(ctx context.Context, name string) error {
	return i.withAccount(ctx, forToken(name, auth.Want{Force: true}), name, func(ctx context.Context, desk auth.Front, id auth.AccountID) error {
		if err := desk.Refresh(ctx, id); err != nil {
			return err
		}
		d, err := desk.Show(ctx, id)
		line := words.Named(cmp.Or(d.Name, name)) + " has a new token"
		if err == nil && !d.ExpiresAt.IsZero() {
			line += ", good for " + words.Remaining(d.ExpiresAt.Sub(i.Now()))
		}
		i.say(line + ".")
		return nil // it is there, whatever else isn't known
	})
}
