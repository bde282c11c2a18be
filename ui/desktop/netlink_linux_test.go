package desktop

import (
	"context"
	"encoding/binary"
	"os"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestTheKernelIsListenedToUntilTheEnd(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- watchAddresses(ctx, func() {}) }()
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(patience):
		t.Error("it did not end")
	}
}

// say is a message of the kernel: its type, and the bytes of it that are not 0.
func say(kind uint16, size int, bytes map[int]byte) []byte {
	m := make([]byte, unix.SizeofNlMsghdr+size)
	binary.NativeEndian.PutUint32(m, uint32(len(m)))
	binary.NativeEndian.PutUint16(m[4:], kind)
	for at, b := range bytes {
		m[unix.SizeofNlMsghdr+at] = b
	}
	return m
}

func sayLink(kind uint16, index, flags uint32) []byte {
	m := say(kind, unix.SizeofIfInfomsg, nil)
	binary.NativeEndian.PutUint32(m[unix.SizeofNlMsghdr+4:], index)
	binary.NativeEndian.PutUint32(m[unix.SizeofNlMsghdr+8:], flags)
	return m
}

func TestWhatTheKernelSaysOfTheWayOutMatters(t *testing.T) {
	const up, running = unix.IFF_UP, unix.IFF_UP | unix.IFF_RUNNING
	l := links{2: true}
	for _, row := range []struct {
		what string
		said []byte
		want bool
	}{
		{"an address", say(unix.RTM_NEWADDR, unix.SizeofIfAddrmsg, nil), true},
		{"an address that goes", say(unix.RTM_DELADDR, unix.SizeofIfAddrmsg, nil), true},
		{"the route to everywhere", say(unix.RTM_NEWROUTE, unix.SizeofRtMsg, map[int]byte{4: unix.RT_TABLE_MAIN}), true},
		{"that it goes", say(unix.RTM_DELROUTE, unix.SizeofRtMsg, map[int]byte{4: unix.RT_TABLE_MAIN}), true},
		{"a route to a neighbour", say(unix.RTM_NEWROUTE, unix.SizeofRtMsg, map[int]byte{1: 24, 4: unix.RT_TABLE_MAIN}), false},
		{"a route of the machine's own", say(unix.RTM_NEWROUTE, unix.SizeofRtMsg, map[int]byte{4: unix.RT_TABLE_LOCAL}), false},
		{"a search for wireless networks", sayLink(unix.RTM_NEWLINK, 2, running), false},
		{"a cable that is pulled", sayLink(unix.RTM_NEWLINK, 2, up), true},
		{"and still is", sayLink(unix.RTM_NEWLINK, 2, up), false},
		{"a cable that is plugged in", sayLink(unix.RTM_NEWLINK, 2, running), true},
		{"a link that isn't connected", sayLink(unix.RTM_NEWLINK, 3, up), false},
		{"that it goes", sayLink(unix.RTM_DELLINK, 3, up), false},
		{"a link that goes", sayLink(unix.RTM_DELLINK, 2, running), true},
		{"one that matters among others", slices.Concat(sayLink(unix.RTM_NEWLINK, 4, up), sayLink(unix.RTM_NEWLINK, 2, running), sayLink(unix.RTM_NEWLINK, 5, up)), true},
		{"a message that is cut off", say(unix.RTM_NEWLINK, unix.SizeofIfInfomsg, nil)[:20], true},
		{"one that is too short", say(unix.RTM_NEWLINK, 4, nil), true},
		{"a route that is too short", say(unix.RTM_NEWROUTE, 4, nil), true},
		{"nothing", nil, false},
	} {
		if got := l.matter(row.said); got != row.want {
			t.Errorf("%s: it matters: %t, want %t", row.what, got, row.want)
		}
	}
}

func TestWhatDoesNotMatterChangesNothing(t *testing.T) {
	socket, kernel, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	heard, changes, ended := make(chan string), make(chan struct{}, 4), make(chan error, 1)
	go func() {
		ended <- afterQuiet(t.Context(), socket, func(read []byte) bool {
			heard <- string(read)
			return string(read) == "matters"
		}, func() { changes <- struct{}{} })
	}()
	for _, said := range []string{"idle talk", "matters"} {
		if _, err := kernel.WriteString(said); err != nil {
			t.Fatal(err)
		}
		if got := <-heard; got != said {
			t.Fatalf("it heard %q, want %q", got, said)
		}
	}
	<-changes
	if err := kernel.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("a kernel that hung up was no error")
	}
	if more := len(changes); more > 0 {
		t.Errorf("%d changes more than one", more)
	}
}

func TestADozenMessagesAreOneChange(t *testing.T) {
	socket, kernel, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	changes, ended := make(chan struct{}, 16), make(chan error, 1)
	go func() {
		ended <- afterQuiet(t.Context(), socket, func([]byte) bool { return true }, func() { changes <- struct{}{} })
	}()
	for range 12 {
		if _, err := kernel.Write([]byte("changed")); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case <-changes:
	case <-time.After(patience):
		t.Fatal("no change was told")
	}
	if err := kernel.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("the end of the socket went unnoticed")
	}
	if more := len(changes); more > 0 {
		t.Errorf("%d changes more than one", more)
	}
}
