package desktop

import (
	"context"
	"errors"
	"fmt"
	"html"
	"slices"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// The names of the notification daemon (Desktop Notifications Specification 1.2).
const (
	daemonName                  = "org.freedesktop.Notifications"
	daemonPath  dbus.ObjectPath = "/org/freedesktop/Notifications"
	busName                     = "org.freedesktop.DBus"
	clickAction                 = "default" // what a click on the notification itself is called
)

// noticeTime bounds one call to the daemon: the first may have to start it.
const noticeTime = 5 * time.Second

// urgencyNormal leaves the notification to the daemon's usual time.
const urgencyNormal byte = 1

// Notifier shows notifications, on a connection of its own to the session bus. It
// connects when first needed, and again after the bus was gone. It is safe for
// concurrent use.
type Notifier struct {
	address string
	picture *pixels // nil: none
	clicked func(Click)
	there   chan struct{} // a daemon came; capacity 1

	turn sync.Mutex // held while the daemon is spoken to: one call after the other

	mu        sync.Mutex // guards what follows
	conn      *dbus.Conn
	shown     map[uint32]Notice // by the daemon's number; forgotten with the daemon
	closed    bool
	listening sync.WaitGroup
}

// NewNotifier returns a Notifier for the bus at address, see Bus. icon is a PNG.
// clicked is called for every choice a person makes, one after the other, and
// should return soon.
func NewNotifier(address string, icon []byte, clicked func(Click)) *Notifier {
	return &Notifier{address: address, picture: picture(icon), clicked: clicked, there: make(chan struct{}, 1), shown: map[uint32]Notice{}}
}

// Appeared pokes when a daemon came, as far as the bus was reached before.
func (n *Notifier) Appeared() <-chan struct{} { return n.there }

// Show shows notice, in the place of the one with the same key where that is
// still shown. The error wraps ErrNoNotifications where it surely was not shown. A
// daemon that took it and doesn't answer in time may show it yet.
func (n *Notifier) Show(ctx context.Context, notice Notice) error {
	n.turn.Lock()
	defer n.turn.Unlock()
	ctx, stop := context.WithTimeout(ctx, noticeTime)
	defer stop()
	conn, err := n.connection(ctx)
	if err != nil {
		return err
	}
	daemon := conn.Object(daemonName, daemonPath)
	var can []string
	if err := daemon.CallWithContext(ctx, daemonName+".GetCapabilities", 0).Store(&can); err != nil {
		return fmt.Errorf("%w: %w", ErrNoNotifications, err)
	}
	body, actions := withoutMarkup.Replace(notice.Body), []string{}
	if slices.Contains(can, "body-markup") {
		body = html.EscapeString(notice.Body)
	}
	if slices.Contains(can, "actions") {
		actions = choices(notice.Actions)
	}
	hints := map[string]dbus.Variant{"urgency": dbus.MakeVariant(urgencyNormal), "desktop-entry": dbus.MakeVariant(appID)}
	if n.picture != nil {
		hints["image-data"] = dbus.MakeVariant(*n.picture)
	}
	var number uint32
	err = daemon.CallWithContext(ctx, daemonName+".Notify", 0,
		appName, n.number(notice.Key), "", notice.Title, body, actions, hints, int32(-1)).Store(&number)
	if ctx.Err() != nil && err != nil {
		return fmt.Errorf("the notification daemon doesn't answer: %w", err)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoNotifications, err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.shown, n.numberOf(notice.Key))
	n.shown[number] = notice
	return nil
}

// Withdraw takes the notice with key off, if it is still shown.
func (n *Notifier) Withdraw(ctx context.Context, key string) error {
	n.turn.Lock()
	defer n.turn.Unlock()
	number := n.number(key)
	if number == 0 {
		return nil
	}
	ctx, stop := context.WithTimeout(ctx, noticeTime)
	defer stop()
	conn, err := n.connection(ctx)
	if err != nil {
		return err
	}
	if err := conn.Object(daemonName, daemonPath).CallWithContext(ctx, daemonName+".CloseNotification", 0, number).Err; err != nil {
		return fmt.Errorf("%w: %w", ErrNoNotifications, err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.shown, number)
	return nil
}

// Close ends the connection. What is shown stays, and nobody answers clicks on it.
func (n *Notifier) Close() error {
	n.mu.Lock()
	n.closed = true
	conn := n.conn
	n.mu.Unlock()
	var err error
	if conn != nil {
		err = conn.Close()
	}
	n.listening.Wait()
	if errors.Is(err, dbus.ErrClosed) {
		return nil // the bus was gone before
	}
	return err
}

// connection is the one there is, or a new one where there is none any more.
// Called with turn held.
func (n *Notifier) connection(ctx context.Context) (*dbus.Conn, error) {
	n.mu.Lock()
	conn, closed := n.conn, n.closed
	n.mu.Unlock()
	if closed {
		return nil, fmt.Errorf("%w: Tokentray is ending", ErrNoNotifications)
	}
	if conn != nil && conn.Connected() {
		return conn, nil
	}
	conn, err := Bus(ctx, n.address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoNotifications, err)
	}
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	if err := subscribe(ctx, conn); err != nil {
		_ = conn.Close() // it was of no use
		return nil, fmt.Errorf("%w: %w", ErrNoNotifications, err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		_ = conn.Close() // nobody waits for it any more
		return nil, fmt.Errorf("%w: Tokentray is ending", ErrNoNotifications)
	}
	n.conn = conn
	clear(n.shown)
	n.listening.Add(1)
	go n.listen(signals)
	return conn, nil
}

func subscribe(ctx context.Context, conn *dbus.Conn) error {
	err := conn.AddMatchSignalContext(ctx, dbus.WithMatchInterface(daemonName), dbus.WithMatchObjectPath(daemonPath))
	if err != nil {
		return err
	}
	return conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(busName), dbus.WithMatchInterface(busName),
		dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, daemonName))
}

// listen hears what becomes of the notifications until the connection ends.
func (n *Notifier) listen(signals <-chan *dbus.Signal) {
	defer n.listening.Done()
	for s := range signals {
		switch s.Name {
		case busName + ".NameOwnerChanged":
			var name, before, after string
			if dbus.Store(s.Body, &name, &before, &after) == nil && name == daemonName {
				n.changed(before, after)
			}
		case daemonName + ".NotificationClosed":
			var number, reason uint32
			if dbus.Store(s.Body, &number, &reason) == nil {
				n.mu.Lock()
				delete(n.shown, number)
				n.mu.Unlock()
			}
		case daemonName + ".ActionInvoked":
			var number uint32
			var action string
			if dbus.Store(s.Body, &number, &action) == nil {
				n.invoked(number, action)
			}
		}
	}
}

// changed takes up that the daemon before went and the one after came; "": none.
func (n *Notifier) changed(before, after string) {
	if before != "" {
		n.mu.Lock()
		clear(n.shown) // the next daemon counts from the beginning
		n.mu.Unlock()
	}
	if after == "" {
		return
	}
	select {
	case n.there <- struct{}{}:
	default: // somebody is poked already
	}
}

// invoked passes on a choice, if it was made on one of ours.
func (n *Notifier) invoked(number uint32, action string) {
	n.mu.Lock()
	notice, ours := n.shown[number]
	n.mu.Unlock()
	chosen := Action(action)
	if ours && action == clickAction && len(notice.Actions) > 0 {
		chosen = notice.Actions[0]
	}
	if ours && slices.Contains(notice.Actions, chosen) {
		n.clicked(Click{Key: notice.Key, Account: notice.Account, All: notice.All, Action: chosen})
	}
}

func (n *Notifier) number(key string) uint32 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.numberOf(key)
}

// numberOf is the daemon's number of what is shown for key; 0: nothing. Called
// with mu held.
func (n *Notifier) numberOf(key string) uint32 {
	for number, notice := range n.shown {
		if notice.Key == key {
			return number
		}
	}
	return 0
}
