package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func (i *invocation) listCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "list", Short: "List the accounts and how they are", Args: nothingMore,
		RunE: func(c *cobra.Command, _ []string) error { return i.list(c.Context()) },
	}
	i.jsonFlag(c, "print a JSON document")
	return c
}

func (i *invocation) list(ctx context.Context) error {
	return i.withDesk(ctx, upTo(answerTime), func(ctx context.Context, desk auth.Front) error {
		snapshot, err := usableSnapshot(ctx, desk)
		switch {
		case err != nil:
			return err
		case i.asJSON:
			return i.printAccounts(snapshot.Accounts)
		case len(snapshot.Accounts) == 0:
			i.say("No account is connected yet.")
			i.say("Run tokentray providers to see what there is, then tokentray connect PROVIDER.")
			return nil
		}
		t := table{{plain("NAME"), plain("STATE"), plain("LEFT"), plain("WHO")}}
		for _, s := range snapshot.Accounts {
			t = append(t, row{
				plain(s.Name), {words.Label(s), colourOf(s.State)}, plain(words.Left(s, i.Now())), plain(s.Identity.Who()),
			})
		}
		return i.print(t.text(i.paints()))
	})
}

func (i *invocation) printAccounts(all []auth.Status) error {
	d := accountsDocument{Accounts: []accountDoc{}}
	for _, s := range all {
		d.Accounts = append(d.Accounts, accountRow(s))
	}
	return i.printJSON(d)
}

// colourOf is the colour of a state; a word always stands with it.
func colourOf(s auth.State) colour {
	switch s {
	case auth.StateFresh, auth.StateRefreshing:
		return green
	case auth.StateRetrying, auth.StateExpiring, auth.StateInDoubt:
		return yellow
	case auth.StateNeedsSignIn, auth.StateMisconfigured:
		return red
	case auth.StateUnknownExpiry, auth.StatePaused:
	}
	return uncoloured
}
