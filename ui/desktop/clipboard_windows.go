package desktop

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/tokentray/tokentray/auth"
)

// What user32 and kernel32 call it.
const (
	cfUnicodeText = 13
	gmemMoveable  = 0x0002
)

// clipboardRetry is how long to wait for another program that has the clipboard
// open; they do so for some milliseconds.
const clipboardRetry = 20 * time.Millisecond

// user32 and kernel32 are loaded when first called.
var (
	user32                     = windows.NewLazySystemDLL("user32.dll")
	openClipboard              = user32.NewProc("OpenClipboard")
	closeClipboard             = user32.NewProc("CloseClipboard")
	emptyClipboard             = user32.NewProc("EmptyClipboard")
	setClipboardData           = user32.NewProc("SetClipboardData")
	registerClipboardFormat    = user32.NewProc("RegisterClipboardFormatW")
	getClipboardSequenceNumber = user32.NewProc("GetClipboardSequenceNumber")
	kernel32                   = windows.NewLazySystemDLL("kernel32.dll")
	globalAlloc                = kernel32.NewProc("GlobalAlloc")
	globalFree                 = kernel32.NewProc("GlobalFree")
	globalLock                 = kernel32.NewProc("GlobalLock")
	globalUnlock               = kernel32.NewProc("GlobalUnlock")
	moveMemory                 = kernel32.NewProc("RtlMoveMemory")
)

// SystemBoard puts text on the clipboard together with the three formats by which
// histories, the cloud clipboard and monitors are asked to leave it alone. It was
// compiled and never run.
func SystemBoard(ctx context.Context, text auth.Secret, _ Session) (Offer, error) {
	wide, err := windows.UTF16FromString(text.Reveal())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	err = withClipboard(ctx, func() error {
		if ok, _, err := emptyClipboard.Call(); ok == 0 {
			return err
		}
		// The marks go first, so that nobody sees the text without them.
		for _, name := range []string{
			"ExcludeClipboardContentFromMonitorProcessing", "CanIncludeInClipboardHistory", "CanUploadToCloudClipboard",
		} {
			format, err := formatNamed(name)
			if err != nil {
				return err
			}
			if err := setData(format, unsafe.Slice((*byte)(unsafe.Pointer(new(uint32))), 4)); err != nil { // DWORD 0: no
				return err
			}
		}
		return setData(cfUnicodeText, unsafe.Slice((*byte)(unsafe.Pointer(&wide[0])), 2*len(wide)))
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	number, _, _ := getClipboardSequenceNumber.Call() // it has no error
	return windowsOffer{number}, nil
}

// windowsOffer is known by the number that Windows gave the clipboard's content.
type windowsOffer struct{ number uintptr }

// Gone is nil: Windows tells only windows.
func (windowsOffer) Gone() <-chan struct{} { return nil }

// Withdraw empties the clipboard if its content still has the number of ours.
func (o windowsOffer) Withdraw() {
	ctx, stop := context.WithTimeout(context.Background(), clearTime)
	defer stop()
	_ = withClipboard(ctx, func() error { // there is no second way
		if number, _, _ := getClipboardSequenceNumber.Call(); number == o.number {
			_, _, _ = emptyClipboard.Call() // as above
		}
		return nil
	})
}

// withClipboard opens the clipboard, which belongs to one thread at a time.
func withClipboard(ctx context.Context, do func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for {
		if ok, _, _ := openClipboard.Call(0); ok != 0 {
			break
		}
		retry := time.NewTimer(clipboardRetry)
		select {
		case <-retry.C:
		case <-ctx.Done():
			retry.Stop()
			return errors.New("another program keeps the clipboard open")
		}
	}
	defer func() { _, _, _ = closeClipboard.Call() }() // it was open
	return do()
}

func formatNamed(name string) (uintptr, error) {
	wide, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return 0, err
	}
	format, _, err := registerClipboardFormat.Call(uintptr(unsafe.Pointer(wide)))
	if format == 0 {
		return 0, err
	}
	return format, nil
}

// setData hands a copy of content over to Windows, which frees it later.
func setData(format uintptr, content []byte) error {
	memory, _, err := globalAlloc.Call(gmemMoveable, uintptr(len(content)))
	if memory == 0 {
		return err
	}
	address, _, err := globalLock.Call(memory)
	if address == 0 {
		_, _, _ = globalFree.Call(memory) // nothing is in it
		return err
	}
	_, _, _ = moveMemory.Call(address, uintptr(unsafe.Pointer(&content[0])), uintptr(len(content))) // it has no error
	_, _, _ = globalUnlock.Call(memory)                                                             // its result tells of other locks
	if ok, _, err := setClipboardData.Call(format, memory); ok == 0 {
		_, _, _ = globalFree.Call(memory)
		return err
	}
	return nil
}
