package desktop

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// heardOf are the kernel's groups that are listened to: a router that comes back may
// leave the addresses as they are, and give its link or its route back alone.
const heardOf = unix.RTMGRP_IPV4_IFADDR | unix.RTMGRP_IPV6_IFADDR |
	unix.RTMGRP_LINK | unix.RTMGRP_IPV4_ROUTE | unix.RTMGRP_IPV6_ROUTE

// watchAddresses calls changed after addresses, links or the way out came or went, as
// the kernel tells (rtnetlink(7)): whoever manages the network, and without waking up
// in between.
func watchAddresses(ctx context.Context, changed func()) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return fmt.Errorf("listen to the kernel: %w", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: heardOf}); err != nil {
		return errors.Join(fmt.Errorf("listen to the kernel: %w", err), unix.Close(fd))
	}
	socket := os.NewFile(uintptr(fd), "netlink")
	defer context.AfterFunc(ctx, func() { _ = socket.Close() })() // ends the reading below
	defer socket.Close()
	return afterQuiet(ctx, socket, linksNow().matter, changed)
}

// links are those that are up and connected, by the kernel's index.
type links map[int32]bool

func linksNow() links {
	l := links{}
	all, _ := net.Interfaces() // on an error each of them counts as new when it is heard of
	for _, one := range all {
		if one.Flags&net.FlagRunning != 0 {
			l[int32(one.Index)] = true
		}
	}
	return l
}

// matter reports whether any of the messages that were read together tells of
// something that may lead out where nothing did. What can't be read may.
func (l links) matter(read []byte) bool {
	messages, err := syscall.ParseNetlinkMessage(read)
	if err != nil {
		return true
	}
	matter := false
	for _, m := range messages {
		matter = l.matters(m) || matter // each has to be heard
	}
	return matter
}

func (l links) matters(m syscall.NetlinkMessage) bool {
	switch m.Header.Type {
	case unix.RTM_NEWADDR, unix.RTM_DELADDR:
		return true
	case unix.RTM_NEWROUTE, unix.RTM_DELROUTE:
		// struct rtmsg: the route to everywhere, in the table that decides.
		return len(m.Data) < unix.SizeofRtMsg || m.Data[1] == 0 && m.Data[4] == unix.RT_TABLE_MAIN
	case unix.RTM_NEWLINK, unix.RTM_DELLINK:
		return l.changed(m)
	}
	return false
}

// changed reports whether a link came up or went down. A wireless one is told of
// with each search for networks as well.
func (l links) changed(m syscall.NetlinkMessage) bool {
	if len(m.Data) < unix.SizeofIfInfomsg {
		return true
	}
	index, flags := int32(binary.NativeEndian.Uint32(m.Data[4:])), binary.NativeEndian.Uint32(m.Data[8:])
	was, runs := l[index], m.Header.Type == unix.RTM_NEWLINK && flags&unix.IFF_RUNNING != 0
	if runs {
		l[index] = true
	} else {
		delete(l, index)
	}
	return was != runs
}
