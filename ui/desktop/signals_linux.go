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

// watchSystem hears the login manager and NetworkManager on the bus at address; "" is
// the system's. That the login manager isn't heard any more, because it or the bus ended,
// is told, too.
func watchSystem(ctx context.Context, address string, tell func(auth.Signal)) error {
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
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	told, err := listen(ctx, conn)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoBus, err)
	}
	for s := range signals {
		if said := told.hear(s); said != "" {
			tell(said)
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	tell(auth.SignalSleepUntold)
	return errBusGone
}

// announcers are those who are heard on a bus, by their names. Anybody may send a signal
// of the same name, to everybody or to us alone; the bus says of each who sent it.
type announcers struct {
	owners map[string]string // the connection that has a name; "": none
	out    wayOut
}

// listen has the bus send what hear understands, and asks whose the names are. It starts nobody.
func listen(ctx context.Context, conn *dbus.Conn) (*announcers, error) {
	if err := matchSleep(ctx, conn); err != nil {
		return nil, err
	}
	if err := matchWayOut(ctx, conn); err != nil {
		return nil, err
	}
	a := announcers{owners: map[string]string{}}
	for _, name := range []string{loginName, networkManager} {
		err := conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(busName), dbus.WithMatchInterface(busName),
			dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, name))
		if err != nil {
			return nil, err
		}
		var owner string
		err = conn.BusObject().CallWithContext(ctx, busName+".GetNameOwner", 0, name).Store(&owner)
		var nobody dbus.Error
		if err != nil && (!errors.As(err, &nobody) || nobody.Name != busName+".Error.NameHasNoOwner") {
			return nil, err
		}
		a.owners[name] = owner
	}
	return &a, nil
}

// hear is what s tells, or "".
func (a *announcers) hear(s *dbus.Signal) auth.Signal {
	switch s.Sender {
	case busName:
		return a.changed(s)
	case a.owners[loginName]:
		return sleepSaid(s)
	case a.owners[networkManager]:
		if a.out.hear(s) {
			return auth.SignalOnline
		}
	}
	return ""
}

// changed takes up that a name has another owner. A login manager that came anew has
// nothing to say: it announces the next sleep as the one before did. A NetworkManager
// that did begins with all that it knows.
func (a *announcers) changed(s *dbus.Signal) auth.Signal {
	var name, before, after string
	if s.Name != busName+".NameOwnerChanged" || dbus.Store(s.Body, &name, &before, &after) != nil {
		return ""
	}
	a.owners[name] = after
	switch {
	case name == networkManager:
		a.out = wayOut{}
	case name == loginName && after == "":
		return auth.SignalSleepUntold
	}
	return ""
}

// matchSleep has the bus send what sleepSaid understands.
func matchSleep(ctx context.Context, conn *dbus.Conn) error {
	return conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(loginName), dbus.WithMatchObjectPath(loginPath),
		dbus.WithMatchInterface(loginInterface), dbus.WithMatchMember(sleepSignal))
}

// sleepSaid is what s says of sleep, or "".
func sleepSaid(s *dbus.Signal) auth.Signal {
	var before bool // true: about to sleep, false: awake again
	switch {
	case s.Name != loginInterface+"."+sleepSignal || dbus.Store(s.Body, &before) != nil:
		return ""
	case before:
		return auth.SignalSleeping
	}
	return auth.SignalWoke
}
