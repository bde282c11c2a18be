package tray

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unsafe"

	"fyne.io/systray"
	"golang.org/x/sys/windows"
)

// host is systray with a thread of its own for Windows' messages. It was compiled
// and never run.
type host struct {
	items
	icons  Icons
	thread uint32
	ended  chan struct{}
}

// guiPopupMenuMode is WinUser.h's GUI_POPUPMENUMODE: the thread shows a popup menu.
const guiPopupMenuMode = 0x10

// startTime bounds the wait for the shell, which may start after us at logon.
const startTime = 5 * time.Second

// newHost shows v.
func newHost(ctx context.Context, icons Icons, click func(entry), v view) (*host, error) {
	h := &host{items: items{click: click, literal: literal}, icons: icons, ended: make(chan struct{})}
	systray.SetOnTapped(func() { click(entry{deed: open}) })
	ready := make(chan struct{})
	go func() { // ends with end
		defer close(h.ended)
		runtime.LockOSThread() // a window's messages go to the thread that made it
		h.thread = windows.GetCurrentThreadId()
		systray.Run(func() { close(ready) }, nil)
	}()
	limit := time.NewTimer(startTime)
	defer limit.Stop()
	select {
	case <-ready:
		h.show(v)
		return h, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-limit.C:
		return nil, fmt.Errorf("%w: the shell shows none", ErrNoTray)
	}
}

// gone is nil: the tray stays as long as the session.
func (h *host) gone() <-chan struct{} { return nil }

// isOpen reports whether somebody reads the menu: systray's thread is in it then.
// Built anew meanwhile, it would be gone under the pointer.
func (h *host) isOpen() bool {
	info := windows.GUIThreadInfo{Size: uint32(unsafe.Sizeof(windows.GUIThreadInfo{}))}
	return windows.GetGUIThreadInfo(h.thread, &info) == nil && info.Flags&guiPopupMenuMode != 0
}

// reopened is nil: isOpen knows.
func (h *host) reopened() <-chan struct{} { return nil }

// show shows v.
func (h *host) show(v view) {
	h.items.show(v.entries) // first: a menu that isn't open now might be in a moment
	systray.SetIcon(h.icons.of(v.look))
	systray.SetTooltip(v.tooltip)
}

// end takes the icon off.
func (h *host) end() {
	h.items.end()
	systray.Quit()
	limit := time.NewTimer(endTime)
	defer limit.Stop()
	select {
	case <-h.ended:
	case <-limit.C:
	}
}

// literal keeps Windows from taking an ampersand for the mark of an access key.
func literal(label string) string { return strings.ReplaceAll(label, "&", "&&") }
