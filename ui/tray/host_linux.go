package tray

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
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
	conn  *dbus.Conn // godbus's shared one

	start  time.Time
	opened atomic.Int64  // when the menu was, in nanoseconds since start; 0: it is closed
	again  chan struct{} // it was opened once more; capacity one
}

// reading is how long a menu that was opened is taken to be open, unless something is
// chosen from it before. Only that it was opened is told by some panels (GNOME's,
// KDE's), not that it was closed.
const reading = 10 * time.Second

// newHost shows v. That a bus answers is known: systray would wait for one for ever,
// or start one.
func newHost(ctx context.Context, icons Icons, click func(entry), v view) (*host, error) {
	conn, err := shared(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoTray, err)
	}
	h := &host{icons: icons, conn: conn, start: time.Now(), again: make(chan struct{}, 1)}
	h.items = items{literal: literal, click: func(e entry) { h.opened.Store(0); click(e) }}
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

// isOpen reports whether somebody reads the menu, as far as is known.
func (h *host) isOpen() bool {
	at := h.opened.Load()
	return at != 0 && time.Since(h.start)-time.Duration(at) < reading
}

// reopened tells that a menu that was taken to be open was opened once more: it was
// closed meanwhile.
func (h *host) reopened() <-chan struct{} { return h.again }

// hear takes systray's word for what is opened, which it keeps for nobody, until the
// bus is gone.
func (h *host) hear() {
	for {
		select {
		case <-systray.TrayOpenedCh:
			was := h.isOpen()
			h.opened.Store(int64(time.Since(h.start)))
			if !was {
				continue
			}
			select {
			case h.again <- struct{}{}:
			default: // that word is still there
			}
		case <-h.gone():
			return
		}
	}
}

// show shows v.
func (h *host) show(v view) {
	h.items.show(v.entries) // first: a menu that isn't open now might be in a moment
	setIcon(h.icons.of(v.look))
	systray.SetTooltip(v.tooltip)
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
