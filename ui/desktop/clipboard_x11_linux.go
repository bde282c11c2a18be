package desktop

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/tokentray/tokentray/auth"
)

// selection is the ownership of the X11 selection CLIPBOARD (ICCCM §2). It lives
// on a connection of its own: closing that takes the text off if it is still
// ours, and can't touch what another program owns by now.
type selection struct {
	conn   *xgb.Conn
	window xproto.Window
	atoms  map[string]xproto.Atom
	since  xproto.Timestamp // the server's time when it became ours
	text   auth.Secret
	gone   chan struct{}
}

const (
	clipboardName = "CLIPBOARD"
	targetsName   = "TARGETS"
	timestampName = "TIMESTAMP"
	utf8Name      = "UTF8_STRING"
	mimeName      = "text/plain;charset=utf-8"
	textName      = "TEXT"
	stringName    = "STRING"
	// hintName is what clipboard histories look for; its content is hintSecret.
	hintName   = "x-kde-passwordManagerHint"
	hintSecret = "secret"
	// clockName is a property of our own window; writing nothing to it makes the
	// server say what time it is.
	clockName = "_TOKENTRAY_TIME"
)

// offerX11 becomes the owner of CLIPBOARD at display. xgb knows no context, so an
// X server that hangs is waited for behind the caller's back.
func offerX11(ctx context.Context, text auth.Secret, display string) (Offer, error) {
	type answer struct {
		selection *selection
		err       error
	}
	answers := make(chan answer, 1)
	go func() {
		s, err := own(text, display)
		answers <- answer{s, err}
	}()
	select {
	case a := <-answers:
		if a.err != nil {
			return nil, a.err
		}
		return a.selection, nil
	case <-ctx.Done():
		go func() { // whoever comes late has nobody left to serve
			if a := <-answers; a.err == nil {
				a.selection.Withdraw()
			}
		}()
		return nil, fmt.Errorf("the X server doesn't answer: %w", ctx.Err())
	}
}

func own(text auth.Secret, display string) (*selection, error) {
	xgb.Logger.SetOutput(io.Discard) // it writes to stderr by itself; what it says comes back as an error too
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	s := &selection{conn: conn, text: text, gone: make(chan struct{})}
	if err := s.acquire(); err != nil {
		conn.Close()
		return nil, fmt.Errorf("own the X11 clipboard: %w", err)
	}
	go s.serve() // ends with the connection, which Withdraw closes
	return s, nil
}

// acquire makes the selection ours and reads back that it is.
func (s *selection) acquire() error {
	if err := s.intern(clipboardName, targetsName, timestampName, utf8Name, mimeName, textName, stringName, hintName, clockName); err != nil {
		return err
	}
	if err := s.open(); err != nil {
		return err
	}
	if err := s.readClock(); err != nil {
		return err
	}
	clipboard := s.atoms[clipboardName]
	if err := xproto.SetSelectionOwnerChecked(s.conn, s.window, clipboard, s.since).Check(); err != nil {
		return err
	}
	owner, err := xproto.GetSelectionOwner(s.conn, clipboard).Reply()
	if err != nil {
		return err
	}
	if owner.Owner != s.window {
		return errors.New("another program took it at the same moment")
	}
	return nil
}

func (s *selection) intern(names ...string) error {
	s.atoms = make(map[string]xproto.Atom, len(names))
	for _, name := range names {
		reply, err := xproto.InternAtom(s.conn, false, uint16(len(name)), name).Reply()
		if err != nil {
			return err
		}
		s.atoms[name] = reply.Atom
	}
	return nil
}

// open makes the window that owners of a selection need; it is never shown.
func (s *selection) open() error {
	window, err := xproto.NewWindowId(s.conn)
	if err != nil {
		return err
	}
	s.window = window
	screen := xproto.Setup(s.conn).DefaultScreen(s.conn)
	return xproto.CreateWindowChecked(s.conn, 0, window, screen.Root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly,
		screen.RootVisual, xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange}).Check()
}

// readClock learns the server's time, which ICCCM §2.1 wants instead of "now".
func (s *selection) readClock() error {
	err := xproto.ChangePropertyChecked(s.conn, xproto.PropModeAppend, s.window, s.atoms[clockName], xproto.AtomInteger, 32, 0, nil).Check()
	if err != nil {
		return err
	}
	for {
		event, xerr := s.conn.WaitForEvent()
		if event == nil && xerr == nil {
			return errors.New("the X server went away")
		}
		if e, ok := event.(xproto.PropertyNotifyEvent); ok {
			s.since = e.Time
			return nil
		}
	}
}

// Gone is closed when another program copied something, or the X server ended.
func (s *selection) Gone() <-chan struct{} { return s.gone }

// Withdraw closes the connection; the server then drops what is still ours. A
// server that hangs is given up.
func (s *selection) Withdraw() {
	s.conn.Close()
	limit := time.NewTimer(clearTime)
	defer limit.Stop()
	select {
	case <-s.gone:
	case <-limit.C:
	}
}

// serve answers whoever pastes.
func (s *selection) serve() {
	defer close(s.gone)
	for {
		event, xerr := s.conn.WaitForEvent()
		if event == nil && xerr == nil {
			return
		}
		switch e := event.(type) { // an error is that of a program that left before it had its answer
		case xproto.SelectionClearEvent:
			return
		case xproto.SelectionRequestEvent:
			s.answer(e)
		}
	}
}

// answer gives a program what it asked for, or tells it that there is none.
func (s *selection) answer(r xproto.SelectionRequestEvent) {
	property := r.Property
	if property == xproto.AtomNone {
		property = r.Target // ICCCM §2.2, for obsolete programs
	}
	if kind, format, content := s.content(r.Target); format == 0 {
		property = xproto.AtomNone
	} else {
		units := uint32(len(content)) / uint32(format/8)
		xproto.ChangeProperty(s.conn, xproto.PropModeReplace, r.Requestor, property, kind, format, units, content)
	}
	done := xproto.SelectionNotifyEvent{
		Time: r.Time, Requestor: r.Requestor, Selection: r.Selection, Target: r.Target, Property: property,
	}
	xproto.SendEvent(s.conn, false, r.Requestor, xproto.EventMaskNoEvent, string(done.Bytes()))
}

// content is what stands for target, its type and its bits a unit; 0 bits: nothing.
func (s *selection) content(target xproto.Atom) (kind xproto.Atom, format byte, content []byte) {
	is := func(name string) bool { return target == s.atoms[name] }
	switch {
	case is(targetsName):
		for _, name := range s.targets() {
			content = binary.LittleEndian.AppendUint32(content, uint32(s.atoms[name]))
		}
		return xproto.AtomAtom, 32, content
	case is(timestampName):
		return xproto.AtomInteger, 32, binary.LittleEndian.AppendUint32(nil, uint32(s.since))
	case is(hintName):
		return target, 8, []byte(hintSecret)
	case is(textName):
		return s.atoms[utf8Name], 8, []byte(s.text.Reveal()) // the owner chooses the encoding
	case is(utf8Name), is(mimeName), is(stringName) && s.ascii():
		return target, 8, []byte(s.text.Reveal())
	}
	return 0, 0, nil
}

// targets are the forms on offer. STRING is Latin-1, so only ASCII goes there as it is.
func (s *selection) targets() []string {
	names := []string{targetsName, timestampName, utf8Name, mimeName, textName, hintName}
	if s.ascii() {
		names = append(names, stringName)
	}
	return names
}

func (s *selection) ascii() bool {
	return strings.IndexFunc(s.text.Reveal(), func(r rune) bool { return r > '~' }) < 0
}
