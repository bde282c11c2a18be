package desktop

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/godbus/dbus/v5"

	"github.com/tokentray/tokentray/auth"
)

// The name of the login manager's object (org.freedesktop.login1(5)).
const (
	loginName      string          = "org.freedesktop.login1"
	loginPath      dbus.ObjectPath = "/org/freedesktop/login1"
	loginInterface string          = "org.freedesktop.login1.Manager"
	sleepSignal    string          = "PrepareForSleep"
)

// systemBus is where the system's bus is unless DBUS_SYSTEM_BUS_ADDRESS says otherwise
// (D-Bus Specification, "Well-known Message Bus Instances").
const systemBus = "unix:path=/var/run/dbus/system_bus_socket"

// errBusGone means that the bus ended.
var errBusGone = errors.New("the bus went away")

// watchSleep hears the login manager on the bus at address; "" is the system's. That
// it isn't heard any more, because the bus or the login manager ended, is told, too.
func watchSleep(ctx context.Context, address string, tell func(auth.Signal)) error {
	if address == "" {
		address = os.Getenv("DBUS_SYSTEM_BUS_ADDRESS")
	}
	if address == "" {
		address = systemBus
	}
	conn, err := Bus(ctx, address)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // ends the loop below
	defer conn.Close()                                          //nolint:errcheck // nothing was written
	signals := make(chan *dbus.Signal, 4)
	conn.Signal(signals)
	if err := matchSleep(ctx, conn); err != nil {
		return fmt.Errorf("%w: %w", ErrNoBus, err)
	}
	for s := range signals {
		if said := sleepSaid(s); said != "" {
			tell(said)
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	tell(auth.SignalSleepUntold)
	return errBusGone
}

// matchSleep has the bus send what sleepSaid understands. The bus lets anybody send
// such a signal; only the login manager's is asked for.
func matchSleep(ctx context.Context, conn *dbus.Conn) error {
	err := conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(loginName), dbus.WithMatchObjectPath(loginPath),
		dbus.WithMatchInterface(loginInterface), dbus.WithMatchMember(sleepSignal))
	if err != nil {
		return err
	}
	return conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(busName), dbus.WithMatchInterface(busName),
		dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, loginName))
}

// sleepSaid is what s says of sleep, or "". A login manager that came anew has
// nothing to say: it announces the next sleep as the one before did.
func sleepSaid(s *dbus.Signal) auth.Signal {
	switch s.Name {
	case loginInterface + "." + sleepSignal:
		var before bool // true: about to sleep, false: awake again
		switch err := dbus.Store(s.Body, &before); {
		case err != nil:
		case before:
			return auth.SignalSleeping
		default:
			return auth.SignalWoke
		}
	case busName + ".NameOwnerChanged":
		var name, before, after string
		if dbus.Store(s.Body, &name, &before, &after) == nil && name == loginName && after == "" {
			return auth.SignalSleepUntold
		}
	}
	return ""
}
