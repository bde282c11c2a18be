package tray

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"fyne.io/systray"
	"github.com/godbus/dbus/v5"
)

// host is systray on the session bus. systray keeps its state in its package, so
// there is one host at a time. Its Quit is for ever; closing the connection it
// shares with go-keyring ends it as well, and another one can follow.
type host struct {
	items
	icons Icons
	conn  *dbus.Conn    // godbus's shared one
	open  chan struct{} // capacity one
}

// newHost shows v. That a bus answers is known: systray would wait for one for ever,
// or start one.
func newHost(ctx context.Context, icons Icons, click func(entry), v view) (*host, error) {
	conn, err := shared(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoTray, err)
	}
	h := &host{items: items{click: click, literal: literal}, icons: icons, conn: conn, open: make(chan struct{}, 1)}
	go h.hear()
	systray.SetOnTapped(func() { click(entry{deed: open}) })
	systray.SetTitle(title)
	h.show(v)
	start, _ := systray.RunWithExternalLoop(nil, nil)
	start()
	return h, nil
}

// title is what panels list the icon as.
const title = "Tokentray"

// shared is the connection that systray will use. Whoever else dials it at the
// moment holds its lock, for as long as their bus takes.
func shared(ctx context.Context) (*dbus.Conn, error) {
	type answer struct {
		conn *dbus.Conn
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		conn, err := dbus.SessionBus()
		answers <- answer{conn, err}
	}()
	limit := time.NewTimer(endTime)
	defer limit.Stop()
	select {
	case a := <-answers:
		return a.conn, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-limit.C:
		return nil, errors.New("the session bus is held up")
	}
}

// gone is closed when the bus is.
func (h *host) gone() <-chan struct{} { return h.conn.Context().Done() }

// opened tells that a panel opened the menu, where that panel says so.
func (h *host) opened() <-chan struct{} { return h.open }

// hear takes systray's word for it, which it keeps for nobody, until the bus is gone.
func (h *host) hear() {
	for {
		select {
		case <-systray.TrayOpenedCh:
			select {
			case h.open <- struct{}{}:
			default: // that word is still there
			}
		case <-h.gone():
			return
		}
	}
}

// show shows v.
func (h *host) show(v view) {
	setIcon(h.icons.of(v.look))
	systray.SetTooltip(v.tooltip)
	h.items.show(v.entries)
}

// setIcon survives systray's panic where the bus went away a moment ago: run hears
// of that by itself, and the picture is kept for the next bus.
func setIcon(picture []byte) {
	defer func() { _ = recover() }()
	systray.SetIcon(picture)
}

// end takes the icon off.
func (h *host) end() {
	h.items.end()
	ended := make(chan struct{})
	go func() { defer close(ended); _ = h.conn.Close() }() // it may have gone before
	limit := time.NewTimer(endTime)
	defer limit.Stop()
	select {
	case <-ended:
	case <-limit.C:
	}
}

// literal keeps panels from taking an underscore for the mark of an access key.
func literal(label string) string { return strings.ReplaceAll(label, "_", "__") }
