package window_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/window"
)

// now is when every test takes place.
var now = time.Date(2026, 11, 22, 13, 13, 48, 0, time.UTC)

// stage is a window at a made-up desk, with the test's goroutine as its UI thread.
type stage struct {
	testing.TB
	app     fyne.App
	w       *window.Window
	desk    *fakeDesk
	todo    chan func()
	pokes   []poke
	opened  []string
	copied  []string
	copies  []auth.AccountID
	openErr error
	restart func(context.Context) (auth.Desk, error)
	now     time.Time
	hidden  bool // minimised
	atLogin window.AtLogin
	mu      sync.Mutex // guards opened, copied, copies: they are written off the UI thread
}

type poke struct {
	after time.Duration
	f     func()
	ended *bool
}

// open is begin, and the window is open and has seen s.
func open(t testing.TB, s auth.Snapshot, options ...func(*stage)) *stage {
	t.Helper()
	st := begin(t, s, options...)
	st.w.Show(s)
	st.w.Open()
	return st
}

func begin(t testing.TB, s auth.Snapshot, options ...func(*stage)) *stage {
	t.Helper()
	st := &stage{TB: t, desk: &fakeDesk{snapshot: s, providers: catalogue()}, todo: make(chan func(), 100), now: now}
	for _, o := range options {
		o(st)
	}
	st.app = test.NewTempApp(t)
	st.w = window.New(st.app, window.Parts{
		Desk: st.desk, Now: func() time.Time { return st.now }, Do: func(f func()) { st.todo <- f },
		Copy: func(_ context.Context, id auth.AccountID) error {
			return st.note(func() { st.copies = append(st.copies, id) })
		},
		CopyText: func(_ context.Context, text string) error {
			return st.note(func() { st.copied = append(st.copied, text) })
		},
		Open: func(address string) error {
			_ = st.note(func() { st.opened = append(st.opened, address) })
			return st.openErr
		},
		CopyAs: func(_ context.Context, id auth.AccountID, form string) error {
			return st.note(func() { st.copies = append(st.copies, id+auth.AccountID(" as "+form)) })
		},
		Forms: func(d auth.Details) []window.Form {
			all := []window.Form{{ID: "curl", Label: "curl command"}, {ID: "json", Label: "JSON"}}
			if d.API.URL != "" {
				all = append(all, window.Form{ID: "vehicles", Label: "List vehicles"})
			}
			return all
		},
		Version: "v1.2.3", AtLogin: st.atLogin,
		Restart: func(ctx context.Context) (auth.Desk, error) { return st.restart(ctx) },
		After:   st.after, Minimised: func() bool { return st.hidden },
	})
	t.Cleanup(func() {
		go func() { // what still comes back while the window closes is dropped
			for range st.todo {
			}
		}()
		st.w.Close()
		close(st.todo)
	})
	return st
}

func (s *stage) note(f func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	return nil
}

func (s *stage) after(d time.Duration, f func()) func() {
	ended := false
	s.pokes = append(s.pokes, poke{d, f, &ended})
	return func() { ended = true }
}

// waiting is how many pokes are still to come.
func (s *stage) waiting() int {
	n := 0
	for _, p := range s.pokes {
		if !*p.ended {
			n++
		}
	}
	return n
}

// until does what comes back to the UI thread until cond holds.
func (s *stage) until(what string, cond func() bool) {
	s.Helper()
	deadline := time.After(10 * time.Second)
	for !cond() {
		select {
		case f := <-s.todo:
			f()
		case <-time.After(time.Millisecond): // cond may look at what another goroutine notes
		case <-deadline:
			s.Fatalf("waited in vain: %s\nthe window says: %q", what, s.texts())
		}
	}
}

// sees waits until the window says text.
func (s *stage) sees(text string) {
	s.Helper()
	s.until("the window says "+text, func() bool { return s.says(text) })
}

func (s *stage) noted(what string, cond func() bool) {
	s.Helper()
	s.until(what, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return cond()
	})
}

// tap chooses what is called so.
func (s *stage) tap(label string) {
	s.Helper()
	t := s.called(label)
	if t == nil {
		s.Fatalf("nothing is called %q; the window says: %q", label, s.texts())
	}
	test.Tap(t)
}

func (s *stage) called(label string) fyne.Tappable {
	for _, o := range objects(s.w.Content()) {
		a, named := o.(fyne.Accessible)
		if t, ok := o.(fyne.Tappable); ok && named && a.AccessibilityLabel() == label {
			return t
		}
	}
	return nil
}

// fromMenu opens a menu and chooses the item that says so.
func (s *stage) fromMenu(button, item string) {
	s.Helper()
	s.tap(button)
	s.pickItem(item)
}

// pickItem chooses from the menu that is open.
func (s *stage) pickItem(item string) {
	s.Helper()
	overlay := s.w.Fyne().Canvas().Overlays().Top()
	if overlay == nil {
		s.Fatal("no menu opened")
	}
	for _, o := range objects(overlay) {
		if t, ok := o.(fyne.Tappable); ok && o != overlay && textOf(o) == item {
			test.Tap(t)
			return
		}
	}
	s.Fatalf("the menu has no %q: %s", item, textOf(overlay))
}

// field is an entry of the toolkit, extended or not.
type field interface {
	fyne.Focusable
	SetText(string)
}

// fields are the entries that can be seen, in the order of Tab.
func (s *stage) fields() []field {
	var all []field
	for _, o := range objects(s.w.Content()) {
		if f, ok := o.(field); ok {
			all = append(all, f)
		}
	}
	return all
}

func (s *stage) fill(texts ...string) {
	s.Helper()
	fields := s.fields()
	if len(fields) < len(texts) {
		s.Fatalf("%d fields for %d texts", len(fields), len(texts))
	}
	for i, text := range texts {
		fields[i].SetText(text)
	}
}

// press types a key where the focus is.
func (s *stage) press(name fyne.KeyName) {
	e := &fyne.KeyEvent{Name: name}
	if f := s.w.Fyne().Canvas().Focused(); f != nil {
		f.TypedKey(e)
		return
	}
	s.w.Fyne().Canvas().OnTypedKey()(e)
}
