package desktop

import (
	"context"
	"fmt"
	"net/url"

	"github.com/godbus/dbus/v5"
)

// The names of the desktop's portal (XDG Desktop Portal, ProxyResolver version 1).
const (
	portalName                   = "org.freedesktop.portal.Desktop"
	portalPath   dbus.ObjectPath = "/org/freedesktop/portal/desktop"
	portalLookup                 = "org.freedesktop.portal.ProxyResolver.Lookup"
)

// knowsProxies is who SystemProxy asks, in words, and runsScripts is whether it
// carries out a script that chooses a proxy (PAC).
const (
	knowsProxies = "desktop’s portal"
	runsScripts  = true
)

// SystemProxy is the proxy that the desktop's portal names for address; nil: none. It
// knows what is entered in the settings of GNOME, KDE and their like. A portal that
// doesn't run isn't started: it brings half a desktop along, on a server, too. The
// error says that nobody could be asked.
func SystemProxy(ctx context.Context, address *url.URL) (*url.URL, error) {
	conn, err := Bus(ctx, "")
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }() // nothing was kept in it
	var named []string
	portal := conn.Object(portalName, portalPath)
	if err := portal.CallWithContext(ctx, portalLookup, dbus.FlagNoAutoStart, address.String()).Store(&named); err != nil {
		return nil, fmt.Errorf("ask the desktop's portal for a proxy: %w", err)
	}
	return firstProxy(named), nil
}

// firstProxy is the first of those named that can be used; nil: none is to be.
func firstProxy(named []string) *url.URL {
	for _, one := range named {
		u, err := url.Parse(one)
		if err != nil {
			continue
		}
		switch u.Scheme {
		case "direct":
			return nil
		case "socks":
			u.Scheme = "socks5"
		case "http", "https", "socks5", "socks5h":
		default:
			continue
		}
		if u.Hostname() != "" {
			return u
		}
	}
	return nil
}
