package cli

import (
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
	want := auth.Want{Validity: -1, Force: true}
	return i.withAccount(ctx, forToken(name, want), name, func(ctx context.Context, desk auth.Front, id auth.AccountID) error {
		token, err := desk.Token(ctx, id, want)
		if err != nil {
			return err
		}
		line := words.Named(name) + " has a new token"
		if !token.ExpiresAt.IsZero() {
			line += ", good for " + words.Remaining(token.ExpiresAt.Sub(i.Now()))
		}
		i.say(line + ".")
		return nil
	})
}
