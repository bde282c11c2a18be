package desktop

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/tokentray/tokentray/auth"
)

// errPowerGone means that the power manager tells nothing any more.
var errPowerGone = errors.New("the power manager went away")

// watchSystem hears of sleeps from IOKit, and answers it. It takes a thread of its own,
// which sleeps until there is something to hear.
func watchSystem(ctx context.Context, _ string, tell func(auth.Signal)) error {
	c, err := loadFrameworks()
	if err != nil {
		return fmt.Errorf("%w: listen to the power manager: %w", errors.ErrUnsupported, err) // it won't be there later either
	}
	runtime.LockOSThread() // a run loop is a thread's
	defer runtime.UnlockOSThread()
	p := power{tell: tell}
	defer p.end()
	port, notifier := new(uintptr), new(uint32)
	var root uint32 // the connection to the power manager; it calls no sooner than the loop runs
	hear := func(m powerMessage, argument uintptr) { p.hear(m, func() { c.allow(root, argument) }) }
	hearsPower.Store(&hear)
	defer hearsPower.Store(nil)
	if root = c.register(0, port, powerCallback(), notifier); root == 0 {
		return errors.New("listen to the power manager: it refused")
	}
	defer c.destroyPort(*port)
	defer c.closeService(root)
	defer c.deregister(notifier)

	loop, source := c.currentLoop(), c.portSource(*port)
	if source == 0 {
		return errPowerGone
	}
	c.addSource(loop, source, c.defaultMode)
	defer c.removeSource(loop, source, c.defaultMode)
	c.runUntil(ctx, loop)
	if ctx.Err() != nil {
		return nil
	}
	p.say(auth.SignalSleepUntold)
	return errPowerGone
}

// powerCallback is what IOKit calls, on the thread that runs the loop. There is one
// for all: what is made can't be given back, and not many can be made.
var powerCallback = sync.OnceValue(func() uintptr {
	return purego.NewCallback(func(_ uintptr, _, message uint32, argument uintptr) {
		if hear := hearsPower.Load(); hear != nil {
			(*hear)(powerMessage(message), argument)
		}
	})
})

// hearsPower is who hears what IOKit calls with; nil: nobody.
var hearsPower atomic.Pointer[func(m powerMessage, argument uintptr)]

// frameworks are what is called of IOKit and of Core Foundation: io_connect_t,
// io_object_t and IOReturn have 32 bits, whatever ends with Ref is a pointer.
type frameworks struct {
	register     func(refcon uintptr, port *uintptr, callback uintptr, notifier *uint32) uint32
	allow        func(root uint32, argument uintptr) int32
	deregister   func(notifier *uint32) int32
	closeService func(root uint32) int32
	portSource   func(port uintptr) uintptr
	destroyPort  func(port uintptr)

	currentLoop  func() uintptr
	addSource    func(loop, source, mode uintptr)
	removeSource func(loop, source, mode uintptr)
	runLoop      func()
	stopLoop     func(loop uintptr)
	defaultMode  uintptr
}

// loadFrameworks loads them without cgo, once.
var loadFrameworks = sync.OnceValues(func() (*frameworks, error) {
	var c frameworks
	err := load("/System/Library/Frameworks/IOKit.framework/IOKit", map[string]any{
		"IORegisterForSystemPower":           &c.register,
		"IOAllowPowerChange":                 &c.allow,
		"IODeregisterForSystemPower":         &c.deregister,
		"IOServiceClose":                     &c.closeService,
		"IONotificationPortGetRunLoopSource": &c.portSource,
		"IONotificationPortDestroy":          &c.destroyPort,
	})
	if err != nil {
		return nil, err
	}
	var mode *uintptr
	err = load("/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation", map[string]any{
		"CFRunLoopGetCurrent":   &c.currentLoop,
		"CFRunLoopAddSource":    &c.addSource,
		"CFRunLoopRemoveSource": &c.removeSource,
		"CFRunLoopRun":          &c.runLoop,
		"CFRunLoopStop":         &c.stopLoop,
		"kCFRunLoopDefaultMode": &mode,
	})
	if err != nil {
		return nil, err
	}
	c.defaultMode = *mode
	return &c, nil
})

// load looks the symbols of a library up, into variables of functions and of pointers.
func load(library string, symbols map[string]any) error {
	handle, err := purego.Dlopen(library, purego.RTLD_LAZY|purego.RTLD_GLOBAL)
	if err != nil {
		return fmt.Errorf("load %s: %w", library, err)
	}
	for name, into := range symbols {
		address, err := purego.Dlsym(handle, name)
		if err != nil {
			return fmt.Errorf("look %s up: %w", name, err)
		}
		if variable, is := into.(**uintptr); is {
			*variable = *(**uintptr)(unsafe.Pointer(&address))
			continue
		}
		purego.RegisterFunc(into, address)
	}
	return nil
}

// stopAgain is how long a loop gets to stop: one that doesn't run yet isn't stopped, and
// can't be asked.
const stopAgain = 100 * time.Millisecond

// runUntil runs loop, which is this thread's, until ctx ends or nobody is left to be heard.
func (c *frameworks) runUntil(ctx context.Context, loop uintptr) {
	ended, stopper := make(chan struct{}), sync.WaitGroup{}
	stopper.Go(func() {
		select {
		case <-ctx.Done():
		case <-ended:
			return
		}
		for {
			c.stopLoop(loop)
			again := time.NewTimer(stopAgain)
			select {
			case <-ended:
				again.Stop()
				return
			case <-again.C:
			}
		}
	})
	c.runLoop()
	close(ended)
	stopper.Wait() // loop ends with its thread
}
