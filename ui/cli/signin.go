package cli

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// printAddress is the --browser that opens none.
const printAddress = "none"

// signIn runs one sign-in and shows the person the way: to the browser, with the
// address alone on stdout, or with an address and the code to enter there. At a
// terminal the address that the browser ended at may be pasted.
func (i *invocation) signIn(
	ctx context.Context, desk auth.Front, provider, browser string,
	attempt func(context.Context, func(auth.SignInStep)) (auth.Status, error),
) (auth.Status, error) {
	wished := i.wishedBrowser(ctx, desk, browser)
	ctx, cancel := context.WithCancelCause(ctx)
	var pasting sync.WaitGroup
	defer pasting.Wait()
	defer cancel(nil)
	status, err := attempt(ctx, func(step auth.SignInStep) {
		if err := i.showTheWay(provider, browser, wished, step); err != nil {
			cancel(err) // nobody can get to the provider
			return
		}
		if step.Attempt != "" && i.canAsk() && i.stdinTakenBy == "" {
			i.say("If your browser ends at an address that it can’t open, paste that address here and press Enter.")
			pasting.Go(func() { i.pasteAddress(ctx, desk, step.Attempt) })
		}
	})
	if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(cause, context.Canceled) {
		return auth.Status{}, cause
	}
	return status, err
}

// pasteAddress hands over what is pasted until it fits or the sign-in ends.
func (i *invocation) pasteAddress(ctx context.Context, desk auth.Front, attempt string) {
	for {
		line, err := i.keys.line(ctx, i.Stdin)
		if err != nil {
			return // nobody is there any more, or nothing waits
		}
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		err = desk.Paste(ctx, attempt, auth.NewSecret(line))
		var e *auth.Error
		switch {
		case err == nil || ctx.Err() != nil:
			return
		case errors.As(err, &e) && e.Kind == auth.KindUsage:
			i.say("That is not the address that this sign-in ends at. Paste all of it, from http to the end of the line.")
		default:
			_, explanation := explain(ctx, err)
			i.say(explanation.Line())
		}
	}
}

// forPerson is patience with a sign-in. The agent ends it at its own deadline;
// this one is for an agent that doesn't.
func (i *invocation) forPerson(timeout time.Duration) patience {
	if i.canAsk() {
		timeout += askingTime
	}
	return upTo(timeout + exchangeTime)
}

// wishedBrowser is browser or, where neither that nor $BROWSER says anything, the
// one that the person prefers.
func (i *invocation) wishedBrowser(ctx context.Context, desk auth.Front, browser string) string {
	if browser != "" || i.Getenv("BROWSER") != "" {
		return browser
	}
	wishes, err := desk.Preferences(ctx)
	if err != nil {
		return "" // the usual one will do
	}
	return wishes.Browser
}

// showTheWay leads a person to the provider: by the wished browser, or, with a code
// to enter on any device, by none but the one that the command names.
func (i *invocation) showTheWay(provider, browser, wished string, step auth.SignInStep) error {
	if step.UserCode != "" {
		return i.showTheCode(provider, browser, step)
	}
	if browser == printAddress {
		if words.Plain(step.Address) != step.Address {
			return &auth.Error{Kind: auth.KindInvalidAnswer, Provider: provider, Detail: "check the sign-in address"}
		}
		if err := i.print(step.Address); err != nil {
			return err
		}
		i.say("Open this address in a browser on this computer to sign in at " + words.Plain(provider) + ".")
		i.waiting(step)
		return nil
	}
	err := i.Open(step.Address, wished)
	switch {
	case errors.Is(err, auth.ErrInvalidAnswer):
		return err
	case err != nil && i.toProgram():
		return told{auth.KindDesktop, words.Explanation{
			Sentence: "No browser could be opened here, so nobody can sign in.",
			Next:     "Add --browser none to have the address printed, before the document.",
		}}
	case err != nil:
		i.say("No browser could be opened here. Open this address yourself to sign in at " + words.Plain(provider) + ":")
		i.say(words.Plain(step.Address))
	default:
		i.say("Your browser opens " + words.Plain(provider) + ". Sign in there and allow access; this goes on by itself.")
	}
	i.waiting(step)
	return nil
}

// showTheCode prints address and code as two lines, for a browser on any device
// (RFC 8628 §3.3). None is opened here unless somebody named one.
func (i *invocation) showTheCode(provider, browser string, step auth.SignInStep) error {
	for _, line := range []string{step.PlainAddress, step.UserCode} {
		if words.Plain(line) != line {
			return &auth.Error{Kind: auth.KindInvalidAnswer, Provider: provider, Detail: "check the address and the code"}
		}
		if err := i.print(line); err != nil {
			return err
		}
	}
	i.say("To sign in at " + words.Plain(provider) + ", open this address in a browser on any device and enter the code; this goes on by itself.")
	switch {
	case browser != "" && browser != printAddress:
		err := i.Open(step.Address, browser)
		if errors.Is(err, auth.ErrInvalidAnswer) {
			return err
		}
		if err != nil {
			i.say("No browser could be opened here.")
		}
	case step.Address != step.PlainAddress:
		i.say("This one brings the code along; compare it there: " + words.Plain(step.Address))
	}
	i.waiting(step)
	return nil
}

// waiting tells a person at a terminal what happens meanwhile. The query of the
// address may hold a one-time value, so it isn't shown.
func (i *invocation) waiting(step auth.SignInStep) {
	if !i.Terminal.Err {
		return
	}
	line := "Waiting"
	if address, _, _ := strings.Cut(step.Waiting, "?"); address != "" {
		line += " on " + words.Plain(address)
	}
	if !step.Until.IsZero() {
		line += ", " + words.Remaining(step.Until.Sub(i.Now())) + " at most"
	}
	i.say(line + ". Ctrl+C stops it.")
}
