package desktop_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/desktop"
)

// counter is an auth.Desk with one account.
type counter struct {
	auth.Desk
	token  auth.Token
	copied *int
}

func (c counter) Hand(context.Context, auth.AccountID, auth.Want) (auth.Token, error) {
	return c.token, nil
}

func (c counter) Stored(name string, _ time.Duration) (auth.Token, auth.Details, bool) {
	return c.token, auth.Details{Status: auth.Status{Name: "work"}}, name == "work"
}

func (c counter) Copied(auth.AccountID) { *c.copied++ }

func (c counter) Show(context.Context, auth.AccountID) (auth.Details, error) {
	return auth.Details{Status: auth.Status{Name: "work"}}, nil
}

var screen = auth.Session{Display: ":7"}

func kindOf(t *testing.T, err error) auth.Kind {
	t.Helper()
	var e *auth.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *auth.Error", err)
	}
	return e.Kind
}

func TestACopyGoesToTheCallersDesktopInTheFormAskedFor(t *testing.T) {
	trouble := &auth.Error{Kind: auth.KindUnreachable}
	var put auth.Secret
	var at auth.Session
	copied := 0
	desk := counter{token: auth.Token{AccessToken: auth.NewSecret("canary-a1"), Trouble: trouble}, copied: &copied}
	f := desktop.NewFront(desktop.FrontParts{
		Desk: desk, Tokens: desk,
		Put: func(_ context.Context, text auth.Secret, s auth.Session) error {
			put, at = text, s
			return nil
		},
		Write: func(form string, token auth.Token, d auth.Details) (auth.Secret, error) {
			return auth.NewSecret(form + " " + token.AccessToken.Reveal() + " of " + d.Name), nil
		},
	})
	told, err := f.Copy(t.Context(), "k7q2", "bearer", screen)
	if copied != 1 {
		t.Errorf("%d copies were noted, want one", copied)
	}
	if err != nil || told != trouble || put.Reveal() != "bearer canary-a1 of work" || at != screen {
		t.Errorf("copied %d bytes to %+v; %v, %v", put.Len(), at, told, err)
	}
}

func TestATokenAtHandIsWrittenOrLeftToTheLongWay(t *testing.T) {
	desk := counter{token: auth.Token{AccessToken: auth.NewSecret("canary-a1")}}
	f := desktop.NewFront(desktop.FrontParts{
		Desk: desk, Tokens: desk,
		Write: func(form string, token auth.Token, d auth.Details) (auth.Secret, error) {
			if form == "" {
				return auth.Secret{}, errors.New("no form")
			}
			return auth.NewSecret(form + " " + token.AccessToken.Reveal() + " of " + d.Name), nil
		},
	})
	for asked, want := range map[[2]string]string{
		{"work", "bearer"}: "bearer canary-a1 of work", {"home", "bearer"}: "", {"work", ""}: "",
	} {
		if got, err := f.AtHand(t.Context(), asked[0], asked[1], -1); err != nil || got.Reveal() != want {
			t.Errorf("%q: got %d bytes (%v), want %d", asked, got.Len(), err, len(want))
		}
	}
}

func TestACopyThatTheDesktopRefusesSaysWhy(t *testing.T) {
	for cause, want := range map[error]string{
		desktop.ErrNoDisplay: "no display", desktop.ErrOldWaylandCopy: "wl-copy", desktop.ErrTooLong: "longer",
		desktop.ErrNoClipboard: "clipboard",
	} {
		f := desktop.NewFront(desktop.FrontParts{
			Desk: counter{}, Tokens: counter{copied: new(int)},
			Put:   func(context.Context, auth.Secret, auth.Session) error { return cause },
			Write: func(string, auth.Token, auth.Details) (auth.Secret, error) { return auth.NewSecret("canary-a1"), nil },
		})
		_, err := f.Copy(t.Context(), "k7q2", "", auth.Session{})
		if kindOf(t, err) != auth.KindDesktop || !errors.Is(err, cause) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

func TestAWindowIsStartedOnceAndThenComesForward(t *testing.T) {
	ctx, closeWindow := context.WithCancel(t.Context())
	starts := 0
	window := make(chan (<-chan auth.Summons), 1)
	var f *desktop.Front
	f = desktop.NewFront(desktop.FrontParts{Start: func(s auth.Session) (<-chan error, error) {
		starts++
		if s != screen {
			t.Errorf("started on %+v", s)
		}
		go func() {
			wishes, err := f.Summoned(ctx) // what the window's process does
			if err != nil {
				t.Error(err)
			}
			window <- wishes
		}()
		return make(chan error), nil
	}})
	if err := f.Open(t.Context(), auth.Summons{Account: "a"}, screen); err != nil {
		t.Fatal(err)
	}
	wishes := <-window
	if got := <-wishes; got.Account != "a" {
		t.Errorf("first wish %+v", got)
	}
	if err := f.Open(t.Context(), auth.Summons{Account: "b", SignIn: true}, auth.Session{}); err != nil {
		t.Fatal(err)
	}
	if got := <-wishes; got != (auth.Summons{Account: "b", SignIn: true}) || starts != 1 {
		t.Errorf("second wish %+v, %d starts", got, starts)
	}
	closeWindow()
	if _, open := <-wishes; open {
		t.Error("the stream goes on after the window")
	}
	if err := f.Open(t.Context(), auth.Summons{}, auth.Session{}); kindOf(t, err) != auth.KindDesktop {
		t.Errorf("without a display: %v", err)
	}
}

// A window is asked to come forward at the moment at which it closes, or is killed:
// whoever asks gets another one.
func TestAWindowThatIsGoneWhenItIsAskedIsStartedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		windows := make(chan (<-chan auth.Summons), 2)
		var closers []context.CancelFunc
		var f *desktop.Front
		f = desktop.NewFront(desktop.FrontParts{Start: func(auth.Session) (<-chan error, error) {
			ctx, closeWindow := context.WithCancel(t.Context())
			closers = append(closers, closeWindow)
			go func() {
				wishes, err := f.Summoned(ctx)
				if err != nil {
					t.Error(err)
				}
				windows <- wishes
			}()
			return make(chan error), nil
		}})
		if err := f.Open(t.Context(), auth.Summons{}, screen); err != nil {
			t.Fatal(err)
		}
		<-<-windows
		ctx, done := context.WithCancel(t.Context())
		wish := auth.Summons{Account: "a", SignIn: true}
		if err := f.Open(ctx, wish, screen); err != nil {
			t.Fatal(err)
		}
		done() // whoever asked is away
		closers[0]()
		synctest.Wait()
		if len(closers) != 2 {
			t.Fatalf("%d windows were started, want another one", len(closers))
		}
		again := <-windows
		if got := <-again; got != wish {
			t.Errorf("the new window is asked for %+v, want %+v", got, wish)
		}

		if err := f.Open(t.Context(), auth.Summons{}, screen); err != nil {
			t.Fatal(err)
		}
		<-again
		time.Sleep(2 * time.Second)
		closers[1]() // by a person
		synctest.Wait()
		if len(closers) != 2 {
			t.Error("a window that a person closed came back")
		}
	})
}

func TestAWindowThatEndsAtOnceIsTold(t *testing.T) {
	ended := make(chan error, 1)
	ended <- errors.New("exit status 1")
	f := desktop.NewFront(desktop.FrontParts{Start: func(auth.Session) (<-chan error, error) { return ended, nil }})
	begun := time.Now()
	if err := f.Open(t.Context(), auth.Summons{}, screen); kindOf(t, err) != auth.KindDesktop || time.Since(begun) > 10*time.Second {
		t.Errorf("after %v: %v", time.Since(begun), err)
	}
	f = desktop.NewFront(desktop.FrontParts{Start: func(auth.Session) (<-chan error, error) { return nil, desktop.ErrNoWindow }})
	if err := f.Open(t.Context(), auth.Summons{}, screen); !errors.Is(err, desktop.ErrNoWindow) {
		t.Errorf("got %v", err)
	}
}

func TestLeavingHasTheWindowCloseFirst(t *testing.T) {
	f := desktop.NewFront(desktop.FrontParts{})
	f.Leave() // nobody is there
	ctx, closeWindow := context.WithCancel(t.Context())
	wishes, err := f.Summoned(ctx)
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan auth.Summons, 1)
	go func() { // the window
		told <- <-wishes
		closeWindow()
	}()
	f.Leave()
	if got := <-told; !got.Leave {
		t.Errorf("told %+v", got)
	}
	if ctx.Err() == nil {
		t.Error("Leave did not wait for the window")
	}
}

// lockable is an auth.Desk that can be locked.
type lockable struct {
	auth.Desk
	did *[]string
}

func (l lockable) Lock(context.Context) error {
	*l.did = append(*l.did, "lock")
	return nil
}

func TestLockingClearsTheClipboardFirst(t *testing.T) {
	var did []string
	f := desktop.NewFront(desktop.FrontParts{Desk: lockable{did: &did}, Clear: func() { did = append(did, "clear") }})
	if err := f.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(did, ", "); got != "clear, lock" {
		t.Errorf("it did %q", got)
	}
}
