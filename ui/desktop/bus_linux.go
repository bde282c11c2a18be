package desktop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
)

// ErrNoBus means that no session bus answers.
var ErrNoBus = errors.New("no session bus answers")

// greetingTime is how long a bus may take to answer the first greeting. A living
// one takes a millisecond; a socket that is listened to and never answered would
// hold up systray and go-keyring for ever (docs/decisions.md).
const greetingTime = time.Second

// Bus greets the session bus at address, or where address is "" the one that
// godbus finds, and returns a connection of the caller's own. It never starts a
// bus. The error wraps ErrNoBus.
func Bus(ctx context.Context, address string) (*dbus.Conn, error) {
	conn, err := dialBus(address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoBus, err)
	}
	ctx, stop := context.WithTimeout(ctx, greetingTime)
	defer stop()
	greeted := make(chan error, 1)
	go func() { greeted <- greet(conn) }() // ends when conn is closed, at the latest
	select {
	case err = <-greeted:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close() // it was of no use
		return nil, fmt.Errorf("%w: %w", ErrNoBus, err)
	}
	return conn, nil
}

// ReachBus reports why the session bus that godbus finds doesn't answer, or nil.
func ReachBus(ctx context.Context) error {
	conn, err := Bus(ctx, "")
	if err != nil {
		return err
	}
	return conn.Close()
}

func dialBus(address string) (*dbus.Conn, error) {
	if address == "" {
		return dbus.SessionBusPrivateNoAutoStartup()
	}
	return dbus.Dial(address)
}

func greet(conn *dbus.Conn) error {
	if err := conn.Auth(nil); err != nil {
		return err
	}
	return conn.Hello()
}
