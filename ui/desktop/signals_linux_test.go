package desktop

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/tokentray/tokentray/auth"
	fixture "github.com/tokentray/tokentray/test/desktop"
)

const patience = 20 * time.Second

func TestTheLoginManagerTellsOfSleep(t *testing.T) {
	bus := fixture.StartBus(t)
	login := bus.Dial(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	heard, ended := make(chan auth.Signal, 4), make(chan error, 1)
	go func() { ended <- watchSleep(ctx, bus.Address, func(s auth.Signal) { heard <- s }) }()

	said := tellSleep(t, login, heard, true)
	if said != auth.SignalSleeping {
		t.Errorf("before the sleep it told %q", said)
	}
	if said := tellSleep(t, login, heard, false); said != auth.SignalWoke {
		t.Errorf("after the sleep it told %q", said)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

// tellSleep emits the signal until it was heard: nobody says when the other side listens.
func tellSleep(t *testing.T, login *dbus.Conn, heard <-chan auth.Signal, before bool) auth.Signal {
	t.Helper()
	limit := time.After(patience)
	for {
		for len(heard) > 0 {
			<-heard // of the repetitions before
		}
		if err := login.Emit(loginPath, loginInterface+"."+sleepSignal, before); err != nil {
			t.Fatal(err)
		}
		select {
		case s := <-heard:
			if want := (map[bool]auth.Signal{true: auth.SignalSleeping, false: auth.SignalWoke})[before]; s != want {
				continue // a repetition that was under way
			}
			return s
		case <-time.After(100 * time.Millisecond):
		case <-limit:
			t.Fatal("nothing was heard")
		}
	}
}

func TestWithoutASystemBusTheClocksHaveToDo(t *testing.T) {
	err := watchSleep(t.Context(), "unix:path=/nonexistent/bus", func(auth.Signal) {})
	if !errors.Is(err, ErrNoBus) {
		t.Errorf("got %v, want ErrNoBus", err)
	}
}

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

func TestADozenMessagesAreOneChange(t *testing.T) {
	socket, kernel, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	changes, ended := make(chan struct{}, 16), make(chan error, 1)
	go func() { ended <- afterQuiet(t.Context(), socket, func() { changes <- struct{}{} }) }()
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

func TestANetworkIsToldWhenItComesGoesOrBecomesAnother(t *testing.T) {
	for _, row := range []struct {
		what string
		up   []bool
		want []auth.Signal
	}{
		{"there from the start", []bool{true}, nil},
		{"missing at the start", []bool{false}, []auth.Signal{auth.SignalOffline}},
		{"goes and comes", []bool{true, false, false, true}, []auth.Signal{auth.SignalOffline, auth.SignalOnline}},
		{"becomes another", []bool{true, true}, []auth.Signal{auth.SignalOnline}},
	} {
		var told []auth.Signal
		at := 0
		n := network{tell: func(s auth.Signal) { told = append(told, s) }, up: func() bool { return row.up[at] }}
		for at = range row.up {
			n.look()
		}
		if !slices.Equal(told, row.want) {
			t.Errorf("%s: told %q, want %q", row.what, told, row.want)
		}
	}
}
