package desktop

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/tokentray/tokentray/auth"
	fixture "github.com/tokentray/tokentray/test/desktop"
)

const patience = 20 * time.Second

func TestTheLoginManagerTellsOfSleep(t *testing.T) {
	bus := fixture.StartBus(t)
	login := being(t, bus, loginName)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	heard, ended := make(chan auth.Signal, 4), make(chan error, 1)
	go func() { ended <- watchSystem(ctx, bus.Address, func(s auth.Signal) { heard <- s }) }()

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

// being is a connection that has name.
func being(t *testing.T, bus fixture.Bus, name string) *dbus.Conn {
	t.Helper()
	conn := bus.Dial(t)
	if reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("being %s: %v, %v", name, reply, err)
	}
	return conn
}

func TestABusThatEndsIsToldAndHeardAgainWhenItIsBack(t *testing.T) {
	bus := fixture.StartBus(t)
	address := bus.Address
	heard, ended := make(chan auth.Signal, 4), make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	defer func() { stop(); <-ended }()
	go func() {
		defer close(ended)
		watchOn(ctx, auth.SystemClock(), slog.New(slog.DiscardHandler), func() error {
			return watchSystem(ctx, address, func(s auth.Signal) { heard <- s })
		})
	}()
	tellSleep(t, being(t, bus, loginName), heard, true)
	bus.Stop(t)
	await(t, heard, auth.SignalSleepUntold)
	bus.Again(t)
	tellSleep(t, being(t, bus, loginName), heard, true)
}

func TestALoginManagerThatEndsIsTold(t *testing.T) {
	bus := fixture.StartBus(t)
	heard, ended := make(chan auth.Signal, 4), make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	defer func() { stop(); <-ended }()
	go func() {
		defer close(ended)
		_ = watchSystem(ctx, bus.Address, func(s auth.Signal) { heard <- s }) // that it was stopped
	}()
	login := being(t, bus, loginName)
	tellSleep(t, login, heard, true)
	if err := login.Close(); err != nil {
		t.Fatal(err)
	}
	await(t, heard, auth.SignalSleepUntold)
	login = being(t, bus, loginName) // as after an upgrade
	tellSleep(t, login, heard, false)
	stranger := bus.Dial(t)
	if err := stranger.Emit(loginPath, loginInterface+"."+sleepSignal, true); err != nil {
		t.Fatal(err)
	}
	if err := login.Emit(loginPath, loginInterface+"."+sleepSignal, false); err != nil {
		t.Fatal(err)
	}
	if got := await(t, heard, auth.SignalWoke); len(got) > 0 {
		t.Errorf("a stranger had %q told", got)
	}
}

// await waits for want and returns what was heard before it.
func await(t *testing.T, heard <-chan auth.Signal, want auth.Signal) (before []auth.Signal) {
	t.Helper()
	limit := time.After(patience)
	for {
		select {
		case s := <-heard:
			if s == want {
				return before
			}
			before = append(before, s)
		case <-limit:
			t.Fatalf("%q was not heard", want)
		}
	}
}

func TestWatchingBeginsAnewLessAndLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 24*time.Hour)
		defer stop()
		tries, log := 0, &strings.Builder{}
		watchOn(ctx, auth.SystemClock(), slog.New(slog.NewTextHandler(log, nil)), func() error { tries++; return ErrNoBus })
		if tries < 200 || tries > 300 {
			t.Errorf("%d tries in a day, want one in five minutes", tries)
		}
		if said := strings.Count(log.String(), "\n"); said != 1 {
			t.Errorf("%d lines in the log, want one:\n%s", said, log)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var tried []time.Duration
		ctx, stop := context.WithCancel(t.Context())
		watchOn(ctx, auth.SystemClock(), slog.New(slog.DiscardHandler), func() error {
			tried = append(tried, time.Since(began))
			if len(tried) == 3 {
				time.Sleep(time.Hour) // it does well
				began = time.Now()
			}
			if len(tried) == 5 {
				stop()
			}
			return errBusGone
		})
		if want := []time.Duration{0, time.Second, 4 * time.Second, time.Second, 4 * time.Second}; !slices.Equal(tried, want) {
			t.Errorf("tried at %v, want %v", tried, want)
		}
	})
}

// The Keeper's naps end at whole multiples of 30 s of the clock that both have.
func TestALongPauseEndsWhenTheKeeperIsAwake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := auth.SystemClock()
		time.Sleep(7 * time.Second) // watching began later than the clock
		ctx, stop := context.WithTimeout(t.Context(), time.Hour)
		defer stop()
		var tried []time.Duration
		watchOn(ctx, clock, slog.New(slog.DiscardHandler), func() error { tried = append(tried, clock.Mono()); return ErrNoBus })
		const quick = 4 // 1 s, 4 s, 15 s
		if len(tried) < quick+10 {
			t.Fatalf("%d tries in an hour", len(tried))
		}
		for _, at := range tried[quick:] {
			if at%(30*time.Second) != 0 {
				t.Errorf("it woke the process by itself at %v", at)
			}
		}
	})
}

func TestWhatIsNotThereIsNotWatched(t *testing.T) {
	tries := 0
	watchOn(t.Context(), auth.SystemClock(), slog.New(slog.DiscardHandler), func() error { tries++; return errors.ErrUnsupported })
	if tries != 1 {
		t.Errorf("%d tries, want one", tries)
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
	err := watchSystem(t.Context(), "unix:path=/nonexistent/bus", func(auth.Signal) {})
	if !errors.Is(err, ErrNoBus) {
		t.Errorf("got %v, want ErrNoBus", err)
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
