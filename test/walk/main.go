// Command walk shows Tokentray at its main job on a machine without a display: it
// connects an account at the practice provider through a real browser that
// nobody sees, watches its token being refreshed, ends the agent in two ways, and shows
// that nothing is lost. It fails with the reason where a step does not hold.
//
//	go run ./test/walk bin/tokentray
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/tokentray/tokentray/test/browser"
)

const (
	name = "Practice · You"
	you  = "you@example.com"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: walk PROGRAM")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := walk(ctx, os.Args[1])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "\nThe walk ended early:", err)
		os.Exit(1)
	}
}

// walk goes through the whole story in a throw-away home.
func walk(ctx context.Context, program string) (err error) {
	program, err = filepath.Abs(program)
	if err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "tokentray-walk-")
	if err != nil {
		return fmt.Errorf("make a throw-away home: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()

	say("Starting a browser without a window.")
	b, stop, err := browser.Launch(ctx, home)
	if err != nil {
		return err
	}
	defer stop()
	opener, err := b.WriteOpener(home)
	if err != nil {
		return err
	}
	desk, err := furnish(program, home, opener)
	if err != nil {
		return err
	}
	defer desk.stop()
	return tell(ctx, desk, b)
}

// tell is the story itself.
func tell(ctx context.Context, d *desk, b *browser.Browser) error {
	say("Starting Tokentray's agent. Its vault lies in %s and is sealed with a passphrase made for this walk.", d.home)
	if err := d.start(ctx); err != nil {
		return err
	}
	if err := connect(ctx, d, b); err != nil {
		return err
	}
	if err := d.show(ctx, "list"); err != nil {
		return err
	}
	if err := seeRefresh(ctx, d); err != nil {
		return err
	}
	for _, end := range []struct {
		words string
		how   os.Signal
	}{
		{"Stopping the agent as the system does at the end of a day, and starting it again.", os.Interrupt},
		{"Killing the agent (kill -9), as a power cut would, and starting it again.", os.Kill},
	} {
		say("%s", end.words)
		if err := d.end(end.how); err != nil {
			return err
		}
		if err := d.start(ctx); err != nil {
			return err
		}
		if err := stillThere(ctx, d); err != nil {
			return err
		}
	}
	say("That was all. What Tokentray lists now:")
	return d.show(ctx, "list")
}

// connect signs in as a person does: the command hands the address to the browser,
// and the person fills in the pages.
func connect(ctx context.Context, d *desk, b *browser.Browser) error {
	say("Connecting an account: tokentray connect practice --name %q", name)
	finished := make(chan error, 1)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	go func() { // ends with the command, which ends with ctx
		_, err := d.run(ctx, "connect", "practice", "--name", name)
		finished <- err
	}()
	if err := signIn(ctx, b); err != nil {
		cancel()
		return errors.Join(err, <-finished)
	}
	return <-finished
}

func signIn(ctx context.Context, b *browser.Browser) error {
	if _, err := b.Follow(ctx); err != nil {
		return err
	}
	say("The browser opened the sign-in page. Signing in as %s and allowing the access.", you)
	if err := b.SignInPractice(ctx, you); err != nil {
		return err
	}
	if err := b.WaitText(ctx, "You can go back"); err != nil {
		return err
	}
	text, err := b.Text(ctx)
	if err != nil {
		return err
	}
	say("The browser now shows:")
	quote(text)
	return nil
}

// seeRefresh waits until the token was replaced without anybody asking for it.
func seeRefresh(ctx context.Context, d *desk) error {
	first, err := d.account(ctx)
	if err != nil {
		return err
	}
	token, err := d.run(ctx, "token", name)
	if err != nil {
		return err
	}
	say("The token lives for a minute and a half here. Waiting until it is refreshed by itself.")
	// Twice its life: whoever waits that long waits for nothing.
	ctx, cancel := context.WithTimeoutCause(ctx, 3*time.Minute, errors.New("the token was not refreshed by itself"))
	defer cancel()
	const step = 10 * time.Second
	for next := time.Now(); ; {
		now, err := d.account(ctx)
		if err != nil {
			return err
		}
		if now.ExpiresAt.After(first.ExpiresAt) {
			break
		}
		if !time.Now().Before(next) {
			fmt.Printf("    good for another %2.0f s\n", time.Until(now.ExpiresAt).Seconds())
			next = next.Add(step)
		}
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
	}
	fresh, err := d.run(ctx, "token", name)
	if err != nil {
		return err
	}
	if fresh == token {
		return errors.New("the token is still the old one after its refresh")
	}
	say("It was refreshed: `tokentray token` prints a new one.")
	return nil
}

// stillThere checks that the account came back and gives a token.
func stillThere(ctx context.Context, d *desk) error {
	if _, err := d.account(ctx); err != nil {
		return err
	}
	if _, err := d.run(ctx, "token", name); err != nil {
		return err
	}
	say("The account is still there, and gives a token.")
	return nil
}
