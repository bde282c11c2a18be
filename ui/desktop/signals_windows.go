package desktop

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/tokentray/tokentray/auth"
)

var (
	powrprof       = windows.NewLazySystemDLL("powrprof.dll")
	iphlpapi       = windows.NewLazySystemDLL("iphlpapi.dll")
	registerPower  = powrprof.NewProc("PowerRegisterSuspendResumeNotification")
	endPower       = powrprof.NewProc("PowerUnregisterSuspendResumeNotification")
	addressChanges = iphlpapi.NewProc("NotifyAddrChange")
)

// What PowerRegisterSuspendResumeNotification is told and tells (WinUser.h).
const (
	deviceNotifyCallback = 2
	powerSuspend         = 0x4  // PBT_APMSUSPEND
	powerResume          = 0x12 // PBT_APMRESUMEAUTOMATIC
)

// subscription is DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS.
type subscription struct{ callback, context uintptr }

// watchSystem has the system call back.
func watchSystem(ctx context.Context, _ string, tell func(auth.Signal)) error {
	s := subscription{callback: powerCallback()}
	var handle uintptr
	if code, _, _ := registerPower.Call(deviceNotifyCallback, uintptr(unsafe.Pointer(&s)), uintptr(unsafe.Pointer(&handle))); code != 0 {
		return fmt.Errorf("listen to the power manager: %w", syscall.Errno(code))
	}
	defer runtime.KeepAlive(&s)
	defer endPower.Call(handle) //nolint:errcheck // the process ends next
	for {
		select {
		case <-ctx.Done():
			return nil
		case signal := <-heardPower:
			tell(signal)
		}
	}
}

// heardPower is what the system called back with.
var heardPower = make(chan auth.Signal, 4)

// powerCallback is what the system calls, on a thread of its own. There is one for
// all: what is made can't be given back, and the process ends when too many were.
var powerCallback = sync.OnceValue(func() uintptr {
	return syscall.NewCallback(func(_, kind, _ uintptr) uintptr {
		signal := auth.SignalWoke
		switch kind {
		case powerSuspend:
			signal = auth.SignalSleeping
		case powerResume:
		default:
			return 0
		}
		select {
		case heardPower <- signal: // the system waits for nobody
		default:
		}
		return 0
	})
})

// watchAddresses calls changed after addresses came or went. The call that waits
// for the next change can't be ended; it ends with the process.
func watchAddresses(ctx context.Context, changed func()) error {
	changes := make(chan error)
	go func() {
		for ctx.Err() == nil {
			var err error
			if code, _, _ := addressChanges.Call(0, 0); code != 0 {
				err = fmt.Errorf("listen to the network: %w", syscall.Errno(code))
			}
			select {
			case changes <- err:
			case <-ctx.Done():
			}
			if err != nil {
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-changes:
			if err != nil {
				return err
			}
			changed()
		}
	}
}
