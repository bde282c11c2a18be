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

// Signals tells when the machine sleeps and wakes, and when a network comes and goes
// or leads out again, until ctx ends; the channel is closed then. What a platform can't
// tell is missing, which is said in the log: the clocks show it a little later. What
// stops telling is asked again, less and less often, and when the Keeper is awake by
// the same clock.
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

// pauses are how long watchOn waits at most before it begins anew, one after the other.
// The last bounds for how long a system that tells again isn't heard; until then the
// clocks have to do, which they do. The long ones are multiples of the Keeper's naps,
// and end together with one.
var pauses = [...]time.Duration{time.Second, 4 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute}

// watchOn has watch watch until ctx ends: what ended by itself begins anew after a
// pause, unless this platform has nothing to watch.
func watchOn(ctx context.Context, clock auth.Clock, log *slog.Logger, watch func() error) {
	for tries := 0; ; tries++ {
		began := clock.Mono()
		err := watch()
		if ctx.Err() != nil {
			return
		}
		if clock.Mono()-began > pauses[len(pauses)-1] {
			tries = 0 // it did well for long
		}
		level := slog.LevelInfo
		if tries > 0 {
			level = slog.LevelDebug // that was said
		}
		log.Log(ctx, level, "the system doesn't tell; the clocks and the next try will", "error", err)
		if errors.Is(err, errors.ErrUnsupported) {
			return
		}
		again, stop := clock.After(auth.Together(clock, pauses[min(tries, len(pauses)-1)]))
		select {
		case <-ctx.Done():
			stop()
			return
		case <-again:
		}
	}
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
