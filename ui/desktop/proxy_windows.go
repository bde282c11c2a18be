package desktop

import (
	"context"
	"net/url"

	"golang.org/x/sys/windows/registry"
)

// knowsProxies is who SystemProxy asks, in words, and runsScripts is whether it
// carries out a script that chooses a proxy (PAC).
const (
	knowsProxies = "system"
	runsScripts  = false
)

// SystemProxy is the proxy that is entered in the system's settings for address; nil:
// none.
func SystemProxy(_ context.Context, address *url.URL) (*url.URL, error) {
	return readSettings().proxyFor(address), nil
}

// readSettings reads what is entered under Settings › Network › Proxy. What can't be
// read is as good as not entered.
func readSettings() proxySettings {
	key, err := registry.OpenKey(registry.CURRENT_USER, `Software\Microsoft\Windows\CurrentVersion\Internet Settings`, registry.QUERY_VALUE)
	if err != nil {
		return proxySettings{}
	}
	defer key.Close() //nolint:errcheck // it was only read
	if on, _, err := key.GetIntegerValue("ProxyEnable"); err != nil || on == 0 {
		return proxySettings{}
	}
	servers, _, err := key.GetStringValue("ProxyServer")
	if err != nil {
		return proxySettings{}
	}
	bypass, _, err := key.GetStringValue("ProxyOverride")
	if err != nil {
		bypass = ""
	}
	return proxySettings{servers, bypass}
}
