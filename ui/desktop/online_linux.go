package desktop

import (
	"context"

	"github.com/godbus/dbus/v5"
)

// The names of NetworkManager's object, and what its numbers mean (D-Bus API of
// NetworkManager 1.0 and later: NMState and NMConnectivityState). 0 is unknown to both.
const (
	networkManager                     = "org.freedesktop.NetworkManager" // its interface, too
	networkManagerPath dbus.ObjectPath = "/org/freedesktop/NetworkManager"
	propertiesOf                       = "org.freedesktop.DBus.Properties"

	connectedGlobal  uint32 = 70
	connectivityFull uint32 = 4
)

// wayOut is what NetworkManager said last of the way to the Internet. It tries that now
// and then, and so notices a router whose own way out comes back, of which the kernel
// knows nothing. Only that the way is open counts: whether there is a network at all is
// the kernel's to say (network), and two who say it would contradict each other.
type wayOut struct {
	state, connectivity uint32 // 0: it doesn't know, or said nothing yet
	open                bool
}

// matchWayOut has the bus send what hear understands. NetworkManager need not be there,
// and isn't started.
func matchWayOut(ctx context.Context, conn *dbus.Conn) error {
	err := conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(networkManager), dbus.WithMatchObjectPath(networkManagerPath),
		dbus.WithMatchInterface(networkManager), dbus.WithMatchMember("StateChanged"))
	if err != nil {
		return err
	}
	return conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(networkManager), dbus.WithMatchObjectPath(networkManagerPath),
		dbus.WithMatchInterface(propertiesOf), dbus.WithMatchMember("PropertiesChanged"), dbus.WithMatchArg(0, networkManager))
}

// hear takes up s and reports whether the way is open since then. It may have been
// before, where nothing was said yet.
func (w *wayOut) hear(s *dbus.Signal) (opened bool) {
	switch s.Name {
	case networkManager + ".StateChanged":
		var state uint32
		if dbus.Store(s.Body, &state) == nil {
			w.state = state
		}
	case propertiesOf + ".PropertiesChanged":
		var of string
		var changed map[string]dbus.Variant
		var unsaid []string
		if dbus.Store(s.Body, &of, &changed, &unsaid) != nil || of != networkManager {
			return false
		}
		if state, is := changed["State"].Value().(uint32); is {
			w.state = state
		}
		if connectivity, is := changed["Connectivity"].Value().(uint32); is {
			w.connectivity = connectivity
		}
	}
	// The two come one after the other: whoever says that it isn't open is believed.
	was := w.open
	w.open = (w.state == connectedGlobal || w.connectivity == connectivityFull) &&
		(w.state == connectedGlobal || w.state == 0) && (w.connectivity == connectivityFull || w.connectivity == 0)
	return w.open && !was
}
