package authtest_test

import (
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/authtest"
)

func TestClockMovesItsTimesTogetherAndApart(t *testing.T) {
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	c := authtest.NewClock(start)
	poke, _ := c.After(10 * time.Second)
	c.Sleep(time.Hour)
	c.JumpWall(-time.Minute)
	c.Advance(9 * time.Second)
	select {
	case <-poke:
		t.Fatal("poked while the machine slept")
	default:
	}
	c.Advance(time.Second)
	select {
	case <-poke:
	default:
		t.Fatal("not poked when the time had come")
	}
	if got, want := c.Wall(), start.Add(59*time.Minute+10*time.Second); !got.Equal(want) {
		t.Errorf("got wall %s, want %s", got, want)
	}
	if got, want := c.Mono(), 10*time.Second; got != want {
		t.Errorf("got mono %s, want %s", got, want)
	}
}

func TestClockForgetsWhatWasStopped(t *testing.T) {
	c := authtest.NewClock(time.Unix(0, 0))
	poke, stop := c.After(time.Second)
	stop()
	c.Advance(time.Minute)
	select {
	case <-poke:
		t.Error("poked after stop")
	default:
	}
	if now, _ := c.After(0); len(now) != 1 {
		t.Error("not poked at once for no time")
	}
}

func TestClockAwaitsTimers(t *testing.T) {
	c := authtest.NewClock(time.Unix(0, 0))
	go c.After(time.Second)
	c.Await(1)
	c.Advance(time.Second)
	c.Await(0)
}
