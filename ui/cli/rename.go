package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func (i *invocation) renameCommand() *cobra.Command {
	return &cobra.Command{
		Use: "rename NAME NEW", Short: "Give an account another name", Args: nameAndNew,
		RunE: func(c *cobra.Command, args []string) error {
			return i.withAccount(c.Context(), upTo(answerTime), args[0], func(ctx context.Context, desk auth.Front, id auth.AccountID) error {
				if err := desk.Rename(ctx, id, args[1]); err != nil {
					return err
				}
				i.say("The account is called " + words.Named(args[1]) + " now.")
				return nil
			})
		},
	}
}
