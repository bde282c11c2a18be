package desktop

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"

	"github.com/tokentray/tokentray/auth"
)

// The name of the login manager's object (org.freedesktop.login1(5)).
const (
	loginPath      dbus.ObjectPath = "/org/freedesktop/login1"
	loginInterface string          = "org.freedesktop.login1.Manager"
	sleepSignal    string          = "PrepareForSleep"
)

// systemBus is where the system's bus is unless DBUS_SYSTEM_BUS_ADDRESS says otherwise
// (D-Bus Specification, "Well-known Message Bus Instances").
const systemBus = "unix:path=/var/run/dbus/system_bus_socket"

// errBusGone means that the bus ended.
var errBusGone = errors.New("the bus went away")

// watchSleep hears the login manager on the bus at address; "" is the system's.
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
	if err := conn.AddMatchSignalContext(ctx, dbus.WithMatchObjectPath(loginPath),
		dbus.WithMatchInterface(loginInterface), dbus.WithMatchMember(sleepSignal)); err != nil {
		return fmt.Errorf("%w: %w", ErrNoBus, err)
	}
	for s := range signals {
		var before bool // true: about to sleep, false: awake again
		if s.Name != loginInterface+"."+sleepSignal || dbus.Store(s.Body, &before) != nil {
			continue
		}
		if before {
			tell(auth.SignalSleeping)
		} else {
			tell(auth.SignalWoke)
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return errBusGone
}

// watchAddresses calls changed after addresses came or went, as the kernel tells
// (rtnetlink(7)): whoever manages the network, and without waking up in between.
func watchAddresses(ctx context.Context, changed func()) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return fmt.Errorf("listen to the kernel: %w", err)
	}
	groups := &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: unix.RTMGRP_IPV4_IFADDR | unix.RTMGRP_IPV6_IFADDR}
	if err := unix.Bind(fd, groups); err != nil {
		return errors.Join(fmt.Errorf("listen to the kernel: %w", err), unix.Close(fd))
	}
	socket := os.NewFile(uintptr(fd), "netlink")
	defer context.AfterFunc(ctx, func() { _ = socket.Close() })() // ends the reading below
	defer socket.Close()
	return afterQuiet(ctx, socket, changed)
}
