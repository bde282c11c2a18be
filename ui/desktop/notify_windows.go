package desktop

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Notifier shows notifications in the notification area: an icon of its own, there
// for as long as the notification is, because the tray's belongs to ui/tray. It is
// safe for concurrent use.
type Notifier struct {
	clicked func(Click)

	starting sync.Once
	window   uintptr // that hears the clicks
	thread   uint32
	failed   error
	ended    chan struct{}

	mu    sync.Mutex // guards what follows
	shown map[uint32]Notice
	next  uint32
}

// NewNotifier returns a Notifier. Neither a bus nor an icon is needed here.
func NewNotifier(_ string, _ []byte, clicked func(Click)) *Notifier {
	return &Notifier{clicked: clicked, shown: map[uint32]Notice{}, ended: make(chan struct{})}
}

// Appeared never pokes: nobody tells here.
func (*Notifier) Appeared() <-chan struct{} { return nil }

// Show shows notice, in the place of the one with the same key. The text goes to
// the system as it is: no program reads it as a command.
func (n *Notifier) Show(_ context.Context, notice Notice) error {
	if err := n.start(); err != nil {
		return err
	}
	n.remove(n.numberOf(notice.Key))
	n.mu.Lock()
	n.next++
	number := n.next
	n.shown[number] = notice
	n.mu.Unlock()
	d := n.data(number)
	d.Flags = notifyMessage | notifyIcon | notifyInfo
	d.CallbackMessage, d.InfoFlags = messageOfIcon, infoRespectsQuietTime
	d.Icon, _, _ = loadIcon.Call(0, iconInformation)
	copy(d.InfoTitle[:len(d.InfoTitle)-1], utf16(notice.Title))
	copy(d.Info[:len(d.Info)-1], utf16(notice.Body))
	if ok, _, err := shellNotifyIcon.Call(notifyAdd, uintptr(unsafe.Pointer(&d))); ok == 0 {
		n.forget(number)
		return fmt.Errorf("%w: %w", ErrNoNotifications, err)
	}
	return nil
}

// Withdraw takes the notice with key off, if it is still shown.
func (n *Notifier) Withdraw(_ context.Context, key string) error {
	n.remove(n.numberOf(key))
	return nil
}

// Close takes every notice off and ends the listening.
func (n *Notifier) Close() error {
	n.mu.Lock()
	var numbers []uint32
	for number := range n.shown {
		numbers = append(numbers, number)
	}
	n.mu.Unlock()
	for _, number := range numbers {
		n.remove(number)
	}
	n.starting.Do(func() { n.failed = fmt.Errorf("%w: Tokentray is ending", ErrNoNotifications) })
	if n.thread != 0 {
		_, _, _ = postThreadMessage.Call(uintptr(n.thread), messageQuit, 0, 0) // the thread is ours
		<-n.ended
	}
	return nil
}

// start makes the window that hears the clicks, once, and a thread that it lives on.
func (n *Notifier) start() error {
	n.starting.Do(func() {
		ready := make(chan struct{})
		go n.listen(ready) // ends with Close
		<-ready
	})
	return n.failed
}

// listen is the thread of the window.
func (n *Notifier) listen(ready chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(n.ended)
	name := windows.StringToUTF16Ptr("TokentrayNotices")
	class := windowClass{Size: uint32(unsafe.Sizeof(windowClass{})), Proc: syscall.NewCallback(n.hear), Name: name}
	if ok, _, err := registerClass.Call(uintptr(unsafe.Pointer(&class))); ok == 0 {
		n.failed = fmt.Errorf("%w: %w", ErrNoNotifications, err)
	} else if n.window, _, err = createWindow.Call(0, uintptr(unsafe.Pointer(name)), 0, 0, 0, 0, 0, 0, messageOnly, 0, 0, 0); n.window == 0 {
		n.failed = fmt.Errorf("%w: %w", ErrNoNotifications, err)
	}
	if n.failed == nil {
		n.thread = windows.GetCurrentThreadId()
	}
	close(ready)
	for n.failed == nil {
		var m message
		if more, _, _ := getMessage.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0); int32(more) <= 0 {
			return
		}
		_, _, _ = dispatchMessage.Call(uintptr(unsafe.Pointer(&m))) // its result is the window's own
	}
}

// hear is the window's procedure.
func (n *Notifier) hear(window, kind, number, what uintptr) uintptr {
	if kind != messageOfIcon {
		result, _, _ := defaultProcedure.Call(window, kind, number, what)
		return result
	}
	switch what {
	case balloonClicked:
		n.mu.Lock()
		notice, ours := n.shown[uint32(number)]
		n.mu.Unlock()
		if ours && len(notice.Actions) > 0 {
			go n.clicked(Click{Key: notice.Key, Account: notice.Account, All: notice.All, Action: notice.Actions[0]})
		}
		n.remove(uint32(number))
	case balloonTimedOut, balloonHidden:
		n.remove(uint32(number))
	}
	return 0
}

func (n *Notifier) remove(number uint32) {
	if !n.forget(number) {
		return
	}
	d := n.data(number)
	_, _, _ = shellNotifyIcon.Call(notifyDelete, uintptr(unsafe.Pointer(&d))) // it may be gone already
}

func (n *Notifier) forget(number uint32) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, there := n.shown[number]
	delete(n.shown, number)
	return there
}

func (n *Notifier) numberOf(key string) uint32 {
	n.mu.Lock()
	defer n.mu.Unlock()
	for number, notice := range n.shown {
		if notice.Key == key {
			return number
		}
	}
	return 0
}

func (n *Notifier) data(number uint32) iconData {
	return iconData{Size: uint32(unsafe.Sizeof(iconData{})), Window: n.window, ID: number}
}

// utf16 is text for the system, without what it can't hold.
func utf16(text string) []uint16 {
	encoded, err := windows.UTF16FromString(text)
	if err != nil { // there is a NUL in it
		return nil
	}
	return encoded
}
