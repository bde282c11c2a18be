//go:build !linux && !windows

package tray

import (
	"context"
	"fmt"
	"runtime"
)

// host is no tray. On macOS systray needs cgo and the program's main thread; the
// agent is built without cgo.
type host struct{}

func newHost(context.Context, Icons, func(entry), view) (*host, error) {
	return nil, fmt.Errorf("%w: this build has none for %s", ErrNoTray, runtime.GOOS)
}

func (*host) gone() <-chan struct{}     { return nil }
func (*host) isOpen() bool              { return false }
func (*host) reopened() <-chan struct{} { return nil }
func (*host) show(view)                 {}
func (*host) end()                      {}
