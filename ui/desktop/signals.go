package desktop

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Signals tells when the machine sleeps and wakes, and when a network comes and
// goes or leads out again, until ctx ends; the channel is closed then. What a platform can't tell is
// missing, which is said in the log: the clocks show it a little later. What stops
// telling is asked again, less and less often, and when the Keeper is awake by the
// same clock.
func Signals(ctx context.Context, clock auth.Clock, log *slog.Logger) <-chan auth.Signal {
	signals := make(chan auth.Signal, 8)
	tell := func(s auth.Signal) {
		select {
		case signals <- s:
		case <-ctx.Done():
		}
	}
	var telling sync.WaitGroup
	telling.Go(func() {
		watchOn(ctx, clock, log.With("of", "sleep"), func() error { return watchSystem(ctx, "", tell) })
	})
	telling.Go(func() {
		n := network{tell: tell, up: hasAddress}
		watchOn(ctx, clock, log.With("of", "the network"), func() error {
			n.look()
			return watchAddresses(ctx, n.look)
		})
	})
	go func() { telling.Wait(); close(signals) }()
	return signals
}

// How long watchOn waits before it begins anew, twice as long each time.
const (
	firstPause = time.Second
	// longestPause bounds for how long a system that tells again isn't heard. Until
	// then the clocks have to do, which they do.
	longestPause = 5 * time.Minute
	// keepersNap is how long the Keeper waits at most (auth's maxNap): it wakes the
	// process anyway.
	keepersNap = 30 * time.Second
)

// watchOn has watch watch until ctx ends: what ended by itself begins anew after a
// pause, unless this platform has nothing to watch.
func watchOn(ctx context.Context, clock auth.Clock, log *slog.Logger, watch func() error) {
	pause := firstPause
	for {
		began := time.Now()
		err := watch()
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > longestPause {
			pause = firstPause // it did well for long
		}
		level := slog.LevelInfo
		if pause > firstPause {
			level = slog.LevelDebug // that was said
		}
		log.Log(ctx, level, "the system doesn't tell; the clocks and the next try will", "error", err)
		if errors.Is(err, errors.ErrUnsupported) {
			return
		}
		again, stop := clock.After(restOf(clock, pause))
		select {
		case <-ctx.Done():
			stop()
			return
		case <-again:
		}
		pause = min(2*pause, longestPause)
	}
}

// restOf is pause, or a little less where it is long: it ends with a nap of the Keeper's.
func restOf(clock auth.Clock, pause time.Duration) time.Duration {
	if pause < keepersNap {
		return pause
	}
	return pause - pause%keepersNap - keepersNap + auth.Together(clock, keepersNap)
}

// network turns "something changed" into signals.
type network struct {
	tell  func(auth.Signal)
	up    func() bool
	down  bool
	known bool // whether up was asked before
}

// look asks once. That a network that is up became another one counts as online: what
// could not be reached from the old one may be from the new.
func (n *network) look() {
	down := !n.up()
	switch {
	case down && (!n.known || !n.down):
		n.tell(auth.SignalOffline)
	case !down && n.known:
		n.tell(auth.SignalOnline)
	}
	n.down, n.known = down, true
}

// hasAddress reports whether any interface but the loopback is connected and has an
// address that reaches further than its own wire (RFC 3927, RFC 4291 §2.5.6).
func hasAddress() bool {
	interfaces, err := net.Interfaces()
	if err != nil {
		return true // nobody knows, so nobody is kept from trying
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagLoopback != 0 || i.Flags&net.FlagRunning == 0 {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil {
			return true
		}
		for _, a := range addresses {
			if ip, ok := a.(*net.IPNet); ok && ip.IP.IsGlobalUnicast() {
				return true
			}
		}
	}
	return false
}
