package desktop

import (
	"context"
	"log/slog"
	"net"
	"sync"

	"github.com/tokentray/tokentray/auth"
)

// Signals tells when the machine sleeps and wakes, and when a network comes and
// goes, until ctx ends; the channel is closed then. What a platform can't tell is
// missing, which is said in the log: the clocks show it a little later.
func Signals(ctx context.Context, log *slog.Logger) <-chan auth.Signal {
	signals := make(chan auth.Signal, 8)
	tell := func(s auth.Signal) {
		select {
		case signals <- s:
		case <-ctx.Done():
		}
	}
	var telling sync.WaitGroup
	telling.Go(func() {
		if err := watchSleep(ctx, "", tell); err != nil {
			log.Info("the system doesn't tell when it sleeps; the clocks will", "error", err)
		}
	})
	telling.Go(func() {
		n := network{tell: tell, up: hasAddress}
		n.look()
		if err := watchAddresses(ctx, n.look); err != nil {
			log.Info("the system doesn't tell when the network changes; the next try will", "error", err)
		}
	})
	go func() { telling.Wait(); close(signals) }()
	return signals
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

// hasAddress reports whether any interface but the loopback has an address that
// reaches further than its own wire (RFC 3927, RFC 4291 §2.5.6).
func hasAddress() bool {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return true // nobody knows, so nobody is kept from trying
	}
	for _, a := range addresses {
		if ip, ok := a.(*net.IPNet); ok && ip.IP.IsGlobalUnicast() {
			return true
		}
	}
	return false
}
