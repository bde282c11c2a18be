package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/copyas"
	"github.com/tokentray/tokentray/ui/words"
)

// openTime is how long a window may take to open; the agent gives it less.
const openTime = 30 * time.Second

func (i *invocation) windowCommand() *cobra.Command {
	var here bool
	c := &cobra.Command{
		Use: "window", Short: "Open the window, or bring it forward", Args: nothingMore,
		RunE: func(c *cobra.Command, _ []string) error {
			if here && i.RunWindow != nil {
				return i.RunWindow(c.Context())
			}
			return i.openWindow(c.Context())
		},
	}
	c.Flags().BoolVar(&here, "here", false, "show it in this process: what the agent starts")
	c.Flags().Lookup("here").Hidden = true
	return c
}

func (i *invocation) openWindow(ctx context.Context) error {
	return i.withDesk(ctx, upTo(openTime), func(ctx context.Context, desk auth.Front) error {
		return desk.Open(ctx, auth.Summons{}, i.Session())
	})
}

// start is the program's name and nothing else: the window, or where there is no
// desktop for one, words.
func (i *invocation) start(ctx context.Context) error {
	if s := i.Session(); s.Display == "" && s.WaylandDisplay == "" {
		return i.greet(ctx)
	}
	err := i.openWindow(ctx)
	var e *auth.Error
	if !errors.As(err, &e) || e.Kind != auth.KindDesktop {
		return err
	}
	i.say(words.Explain(e, words.CommandLine).Line())
	return i.greet(ctx)
}

// greet says what runs and how to go on: this is what a person sees who typed
// the program's name and nothing else.
func (i *invocation) greet(ctx context.Context) error {
	return i.withDesk(ctx, upTo(answerTime), func(ctx context.Context, desk auth.Front) error {
		snapshot, err := usableSnapshot(ctx, desk)
		switch n := len(snapshot.Accounts); {
		case err != nil:
			i.say("Tokentray is running in the background.")
			return err
		case n == 0:
			i.say("Tokentray is running in the background; no account is connected yet.")
			i.say("Run tokentray providers to see what it can connect to, then tokentray connect PROVIDER.")
		default:
			i.say(fmt.Sprintf("Tokentray is running in the background and looks after %s.", count(n, "account")))
			i.say("Run tokentray list to see how they are, tokentray token NAME for a token.")
		}
		return nil
	})
}

func (i *invocation) copyCommand() *cobra.Command {
	form := string(copyas.Raw)
	c := &cobra.Command{
		Use: "copy NAME", Short: "Put an account's access token on the clipboard; it is cleared again later", Args: oneName,
		RunE: func(c *cobra.Command, args []string) error {
			f, ok := copyas.Parse(form)
			if !ok {
				return usage(words.Named(form)+" is no form of a token.", "Choose one of "+forms(copyas.Forms(), ", ")+".")
			}
			return i.copy(c.Context(), args[0], f)
		},
	}
	c.Flags().StringVar(&form, "as", form, "how to write it: `FORM` is "+forms(copyas.Forms(), "|"))
	return c
}

func (i *invocation) copy(ctx context.Context, name string, form copyas.Form) error {
	return i.withAccount(ctx, forToken(name, auth.Usual), name, func(ctx context.Context, desk auth.Front, id auth.AccountID) error {
		trouble, err := desk.Copy(ctx, id, string(form), i.Session())
		if err != nil {
			return err
		}
		i.say("Copied. The clipboard is cleared in a while, unless you copy something else.")
		if trouble != nil {
			i.say(words.Explain(trouble, words.CommandLine).Line())
		}
		return nil
	})
}
