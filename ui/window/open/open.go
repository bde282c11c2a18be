// Package open is where the window's process starts: the only place that links
// the toolkit's driver, and with it OpenGL.
package open

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/driver"

	"github.com/tokentray/tokentray/ui/window"
)

// AppID is the product's name among the desktop's applications.
const AppID = "io.github.tokentray.Tokentray"

// ErrNoDisplay says that there is nothing to show a window on. Its text is a
// sentence for a person.
var ErrNoDisplay = errors.New("Tokentray can’t open its window here: there is no display. " + //nolint:staticcheck // a person reads it as it is
	"Its tray icon and the command line work without one.")

// ErrNoGraphics says that the toolkit could not start. Its text is a sentence for a person.
var ErrNoGraphics = errors.New("Tokentray can’t open its window here: the graphics driver doesn’t offer OpenGL 2.1. " + //nolint:staticcheck // a person reads it as it is
	"Its tray icon and the command line work without it.")

// garbagePercent is how much garbage may lie beside what is used: the fonts alone are
// 35 MB, and the usual 100 % would keep as much again for nothing. What a window
// makes in a second is little, so that collecting oftener costs no CPU to speak of.
const garbagePercent = 25

// started is when the window has long been drawn: what only its start took, the
// fonts' files and ten thousand accounts as text, goes back to the system then.
const started = 4 * time.Second

// endTime is what the toolkit gets to end.
const endTime = 5 * time.Second

// Run opens the window and returns when it was closed, or ctx has ended. It has to be
// called from the main goroutine, once in a process. Where the toolkit doesn't end it
// calls exit, which ends the process. The error wraps ErrNoDisplay or ErrNoGraphics
// where no window can be shown.
func Run(ctx context.Context, parts window.Parts, exit func()) (err error) {
	if !hasDisplay(os.Getenv) {
		return ErrNoDisplay
	}
	defer func() {
		if r := recover(); r != nil {
			if !fromDriver(r) {
				panic(r) // a bug of ours keeps its stack
			}
			err = fmt.Errorf("%w (%v)", ErrNoGraphics, r)
		}
	}()
	debug.SetGCPercent(garbagePercent)
	app.SetMetadata(fyne.AppMetadata{ID: AppID, Name: "Tokentray"})
	a := app.NewWithID(AppID)
	if len(parts.Icon) > 0 {
		a.SetIcon(fyne.NewStaticResource("icon.png", parts.Icon))
	}
	if parts.CopyText == nil {
		parts.CopyText = func(_ context.Context, text string) error {
			fyne.DoAndWait(func() { a.Clipboard().SetContent(text) })
			return nil
		}
	}
	var reduced icon
	if parts.Minimised == nil {
		parts.Minimised = reduced.minimised
	}
	w := window.New(a, parts)
	w.Fyne().SetMaster()
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	defer close(ended)
	context.AfterFunc(ctx, func() { endWithin(endTime, ended, exit) })
	var watching sync.WaitGroup
	a.Lifecycle().SetOnStarted(func() {
		watching.Go(func() { w.Watch(ctx) })
	})
	w.Fyne().SetOnClosed(cancel) // who asks for the window from now on gets another one
	w.Open()
	if !appeared(w.Fyne()) {
		w.Close()
		cancel()
		return ErrNoGraphics
	}
	reduced.find(w.Fyne())
	defer reduced.close()
	defer time.AfterFunc(started, debug.FreeOSMemory).Stop()
	a.Run()
	cancel()
	w.Close()
	watching.Wait()
	return nil
}

// endWithin has exit end what the toolkit doesn't: where something waits in its queue
// of events just as its loop ends, each waits for the other, for ever.
func endWithin(limit time.Duration, ended <-chan struct{}, exit func()) {
	select {
	case <-ended:
	case <-time.After(limit):
		exit()
	}
}

// appeared reports whether the system gave the toolkit a window. Where OpenGL is
// missing the toolkit only logs it, and would then run for ever with nothing to show.
func appeared(w fyne.Window) bool {
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return true // a driver without a system below it
	}
	there := true
	native.RunNative(func(context any) {
		switch c := context.(type) {
		case driver.X11WindowContext:
			there = c.WindowHandle != 0
		case driver.WaylandWindowContext:
			there = c.WaylandSurface != 0
		case driver.WindowsWindowContext:
			there = c.HWND != 0
		case driver.MacWindowContext:
			there = c.NSWindow != 0
		}
	})
	return there
}

// fromDriver reports whether a panic is the toolkit's way to say that it found no
// graphics: GLFW's errors, and what Fyne logs and panics with before the first window.
func fromDriver(r any) bool {
	text := fmt.Sprint(r)
	for _, sign := range []string{"APIUnavailable", "NotInitialized", "PlatformError", "VersionUnavailable", "OpenGL", "GLX", "WGL", "EGL"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}
