package cli

import (
	"context"
	"errors"
	"strings"

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
					return takenBy(ctx, desk, args[1], err)
				}
				i.say("The account is called " + words.Named(args[1]) + " now.")
				return nil
			})
		},
	}
}

// takenBy is err, and where another account is called name, with that as it is written.
func takenBy(ctx context.Context, desk auth.Front, name string, err error) error {
	var e *auth.Error
	snapshot, unknown := desk.Snapshot(ctx)
	if !errors.As(err, &e) || e.Kind != auth.KindNameTaken || unknown != nil {
		return err
	}
	named := *e
	for _, s := range snapshot.Accounts {
		if strings.EqualFold(s.Name, name) {
			named.Account = s.Name
		}
	}
	return &named
}
