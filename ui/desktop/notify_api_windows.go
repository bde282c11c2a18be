package desktop

import "golang.org/x/sys/windows"

var (
	shell32           = windows.NewLazySystemDLL("shell32.dll")
	shellNotifyIcon   = shell32.NewProc("Shell_NotifyIconW")
	registerClass     = user32.NewProc("RegisterClassExW")
	createWindow      = user32.NewProc("CreateWindowExW")
	defaultProcedure  = user32.NewProc("DefWindowProcW")
	getMessage        = user32.NewProc("GetMessageW")
	dispatchMessage   = user32.NewProc("DispatchMessageW")
	postThreadMessage = user32.NewProc("PostThreadMessageW")
	loadIcon          = user32.NewProc("LoadIconW")
)

// What the shell and the window are told (shellapi.h, WinUser.h).
const (
	notifyAdd    = 0
	notifyDelete = 2

	notifyMessage = 0x1
	notifyIcon    = 0x2
	notifyInfo    = 0x10

	infoRespectsQuietTime = 0x80
	iconInformation       = 32516 // IDI_INFORMATION

	messageQuit   = 0x12   // WM_QUIT
	messageOfIcon = 0x8001 // WM_APP + 1

	balloonHidden   = 0x403 // NIN_BALLOONHIDE
	balloonTimedOut = 0x404 // NIN_BALLOONTIMEOUT
	balloonClicked  = 0x405 // NIN_BALLOONUSERCLICK

	messageOnly = ^uintptr(2) // HWND_MESSAGE, (HWND)-3
)

// iconData is NOTIFYICONDATAW.
type iconData struct {
	Size                       uint32
	Window                     uintptr
	ID, Flags, CallbackMessage uint32
	Icon                       uintptr
	Tip                        [128]uint16
	State, StateMask           uint32
	Info                       [256]uint16
	Version                    uint32
	InfoTitle                  [64]uint16
	InfoFlags                  uint32
	GUID                       windows.GUID
	BalloonIcon                uintptr
}

// windowClass is WNDCLASSEXW.
type windowClass struct {
	Size, Style                        uint32
	Proc                               uintptr
	ClassExtra, WindowExtra            int32
	Instance, Icon, Cursor, Background uintptr
	Menu, Name                         *uint16
	SmallIcon                          uintptr
}

// message is MSG.
type message struct {
	Window         uintptr
	Kind           uint32
	WParam, LParam uintptr
	Time           uint32
	X, Y           int32
	Private        uint32
}
