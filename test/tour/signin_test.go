//go:build unix

package tour_test

import (
	"context"
	"errors"
	"net/http"

	"github.com/tokentray/tokentray/auth/practice/practicetest"
	"github.com/tokentray/tokentray/test/tour/seat"
)

// signsIn goes where the browser was sent and allows what is asked for there.
func (v *visitor) signsIn(allow func(context.Context, string) error, user string) {
	v.t.Helper()
	v.signsInSeeing("", allow, user)
}

// signsInSeeing leaves a picture of the window while it waits.
func (v *visitor) signsInSeeing(picture string, allow func(context.Context, string) error, user string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeoutCause(context.Background(), 2*seat.Patience, errors.New("nobody opened the browser"))
	defer cancel()
	_, err := v.browser.Follow(ctx)
	if err == nil && picture != "" {
		v.picture(picture)
	}
	if err == nil {
		err = allow(ctx, user)
	}
	if err == nil {
		err = v.browser.WaitText(ctx, "You can go back")
	}
	if err != nil {
		v.t.Fatal(err)
	}
}

// asked is the address that the browser was told to open.
func (v *visitor) asked() (address string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeoutCause(context.Background(), seat.Patience, errors.New("nobody opened the browser"))
	defer cancel()
	address, err := v.inbox.Next(ctx)
	if err != nil {
		v.t.Fatal(err)
	}
	return address
}

// allows signs in as user where the browser was sent, and allows what is asked there.
func (v *visitor) allows(user string) {
	v.t.Helper()
	practicetest.Consent(v.t, &http.Client{Timeout: seat.Patience}, v.asked(), user)
}

// connects adds a practice account by the command line.
func (v *visitor) connects(name string, more ...string) {
	v.t.Helper()
	v.connectsAs(you, append(more, "connect", "practice", "--name", name)...)
}

// connectsAs runs a command that signs in, and signs in as user.
func (v *visitor) connectsAs(user string, command ...string) {
	v.t.Helper()
	done := make(chan ending, 1)
	go func() { done <- v.try(command...) }()
	if v.browser == nil {
		v.allows(user)
	} else {
		v.signsIn(v.browser.SignInPractice, user)
	}
	if e := <-done; e.code != 0 {
		v.t.Fatalf("connect: exit code %d; it said: %s", e.code, e.words)
	}
}
