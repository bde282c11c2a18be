package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func (i *invocation) pauseCommand() *cobra.Command {
	var forTime time.Duration
	var until string
	c := &cobra.Command{
		Use: "pause [NAME]", Short: "Leave an account, or all of them, alone for a while", Args: nameOrNone,
		Example: "  tokentray pause Northwind --for 1h\n  tokentray pause --until tomorrow",
		RunE: func(c *cobra.Command, args []string) error {
			end, err := i.endOfPause(c, forTime, until)
			if err != nil {
				return err
			}
			return i.pause(c.Context(), args, end)
		},
	}
	c.Flags().DurationVar(&forTime, "for", 0, "for how long, like `1h`; unasked, until it is resumed")
	c.Flags().StringVar(&until, "until", "", "until when: `tomorrow`")
	return c
}

// endOfPause is when a pause ends; zero: when it is resumed.
func (i *invocation) endOfPause(c *cobra.Command, forTime time.Duration, until string) (time.Time, error) {
	now := i.Now()
	switch {
	case c.Flags().Changed("for") && until != "":
		return time.Time{}, usage("--for and --until don’t go together.", "Choose one of them.")
	case c.Flags().Changed("for") && forTime <= 0:
		return time.Time{}, usage("A pause takes some time.", "Write --for like 30m or 1h.")
	case c.Flags().Changed("for"):
		return now.Add(forTime), nil
	case until == "tomorrow":
		return time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location()), nil
	case until != "":
		return time.Time{}, usage(words.Named(until)+" is no end of a pause.", "Write --until tomorrow, or --for like 1h.")
	}
	return time.Time{}, nil
}

func (i *invocation) pause(ctx context.Context, args []string, end time.Time) error {
	return i.withAny(ctx, args, func(ctx context.Context, desk auth.Front, id auth.AccountID) error {
		if err := desk.Pause(ctx, id, end); err != nil {
			return err
		}
		are, resume := whom(ctx, desk, id)
		again := "Run " + resume + " to go on."
		if !end.IsZero() {
			again = "It goes on by itself " + words.At(end, i.Now()) + ", or with " + resume + "."
		}
		i.say(are + " left alone now; a token that is still valid is given out all the same.")
		i.say(again)
		return nil
	})
}

func (i *invocation) resumeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "resume [NAME]", Short: "End a pause", Args: nameOrNone,
		RunE: func(c *cobra.Command, args []string) error {
			return i.withAny(c.Context(), args, func(ctx context.Context, desk auth.Front, id auth.AccountID) error {
				if err := desk.Resume(ctx, id); err != nil {
					return err
				}
				are, _ := whom(ctx, desk, id)
				i.say(are + " kept fresh again.")
				return nil
			})
		},
	}
}

// whom begins a sentence about the account id, or with "" about all of them, and is
// the command that ends their pause.
func whom(ctx context.Context, desk auth.Front, id auth.AccountID) (are, resume string) {
	if id == "" {
		return "All accounts are", "tokentray resume"
	}
	name := nameOf(ctx, desk, id)
	return words.Named(name) + " is", "tokentray resume " + words.Argument(name)
}

// withAny is withAccount for a command that takes a name or none, which is "".
func (i *invocation) withAny(ctx context.Context, args []string, do func(context.Context, auth.Front, auth.AccountID) error) error {
	if len(args) == 1 {
		return i.withAccount(ctx, upTo(answerTime), args[0], do)
	}
	return i.withDesk(ctx, upTo(answerTime), func(ctx context.Context, desk auth.Front) error { return do(ctx, desk, "") })
}
