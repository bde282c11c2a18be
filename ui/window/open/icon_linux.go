package open

import (
	"encoding/binary"
	"io"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// icon knows whether a window is reduced to its icon, which the toolkit doesn't
// tell: it asks the X server for WM_STATE (ICCCM §4.1.3.1), on a connection of its
// own. The zero icon, and one on Wayland, where nobody may ask, says no.
type icon struct {
	conn   *xgb.Conn
	window xproto.Window
	state  xproto.Atom
}

const (
	stateName = "WM_STATE"
	iconic    = 3 // IconicState
)

// find finds the window that w is to the X server. What fails leaves the zero icon.
func (i *icon) find(w fyne.Window) {
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return
	}
	native.RunNative(func(context any) {
		if c, x11 := context.(driver.X11WindowContext); x11 && c.WindowHandle != 0 {
			i.connect(xproto.Window(c.WindowHandle))
		}
	})
}

func (i *icon) connect(window xproto.Window) {
	xgb.Logger.SetOutput(io.Discard) // it writes to stderr by itself; what it says comes back as an error too
	conn, err := xgb.NewConn()
	if err != nil {
		return
	}
	atom, err := xproto.InternAtom(conn, false, uint16(len(stateName)), stateName).Reply()
	if err != nil {
		conn.Close()
		return
	}
	*i = icon{conn: conn, window: window, state: atom.Atom}
}

// minimised asks; it takes about a tenth of a millisecond.
func (i *icon) minimised() bool {
	if i.conn == nil {
		return false
	}
	for event, err := i.conn.PollForEvent(); event != nil || err != nil; event, err = i.conn.PollForEvent() {
		continue // everybody is told of a new keyboard; unread, that would fill the connection
	}
	reply, err := xproto.GetProperty(i.conn, false, i.window, i.state, i.state, 0, 1).Reply()
	if err != nil {
		i.close()
		return false
	}
	return reply.Format == 32 && len(reply.Value) >= 4 && binary.LittleEndian.Uint32(reply.Value) == iconic
}

// close ends the connection; minimised says no from then on.
func (i *icon) close() {
	if i.conn != nil {
		i.conn.Close()
		i.conn = nil
	}
}
