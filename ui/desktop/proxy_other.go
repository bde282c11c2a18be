//go:build !linux && !darwin && !windows

package desktop

import (
	"context"
	"errors"
	"net/url"
)

// knowsProxies is who SystemProxy would ask, in words, and runsScripts is whether it
// carries out a script that chooses a proxy (PAC).
const (
	knowsProxies = "system"
	runsScripts  = false
)

// SystemProxy returns errors.ErrUnsupported: here, programs go by the environment.
func SystemProxy(context.Context, *url.URL) (*url.URL, error) { return nil, errors.ErrUnsupported }
