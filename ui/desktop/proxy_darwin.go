package desktop

import (
	"context"
	"fmt"
	"net/url"
	"os/exec"
)

// knowsProxies is who SystemProxy asks, in words, and runsScripts is whether it
// carries out a script that chooses a proxy (PAC).
const (
	knowsProxies = "system"
	runsScripts  = false
)

// SystemProxy is the proxy that is entered in the system's settings for address; nil:
// none. The error says that they can't be read.
func SystemProxy(ctx context.Context, address *url.URL) (*url.URL, error) {
	said, err := exec.CommandContext(ctx, "/usr/sbin/scutil", "--proxy").Output()
	if err != nil {
		return nil, fmt.Errorf("read the system's proxy: %w", err)
	}
	return settingsOf(string(said)).proxyFor(address), nil
}
