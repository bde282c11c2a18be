package cli_test

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

const pasted = "http://127.0.0.1:17845/callback?code=canary-code&state=canary-state"

// pasting is a desk where a sign-in waits until its address is pasted.
func pasting() desk {
	answered := make(chan struct{})
	d := connecting(new(auth.Connection))
	d.connect = func(ctx context.Context, _ auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
		s := step()
		s.Attempt = "a1"
		tell(s)
		select {
		case <-answered:
			return northwind(), nil
		case <-ctx.Done():
			return auth.Status{}, &auth.Error{Kind: auth.KindCancelled, Cause: ctx.Err()}
		}
	}
	d.paste = func(attempt string, address auth.Secret) error {
		if attempt != "a1" || address.Reveal() != pasted {
			return &auth.Error{Kind: auth.KindUsage, Detail: "it is another sign-in's"}
		}
		close(answered)
		return nil
	}
	return d
}

func TestTheAddressThatTheBrowserEndedAtCanBePasted(t *testing.T) {
	for _, browser := range [][]string{{"--browser", "none"}, nil} {
		w := atTerminal(world(pasting(), whole(t, browser...)...), "\nhttp://127.0.0.1:17845/\n  "+pasted+"\n")
		got := run(t, w)
		is(t, "exit code", got.code, 0)
		contains(t, "stderr", got.err, "If your browser ends at an address that it can’t open, paste that address here and press Enter.\n",
			"That is not the address that this sign-in ends at.", connected)
		if strings.Contains(got.out+got.err, "canary-code") {
			t.Errorf("the code stands in %+v", got)
		}
	}
}

func TestNobodyIsAskedToPasteWithoutATerminal(t *testing.T) {
	d := pasting()
	connect := d.connect
	d.connect = func(ctx context.Context, c auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
		ctx, cancel := context.WithCancel(ctx)
		return connect(ctx, c, func(s auth.SignInStep) {
			tell(s)
			cancel() // somebody else ends it
		})
	}
	w := world(d, whole(t)...)
	w.Stdin = reader(func([]byte) (int, error) {
		t.Error("standard input was read")
		return 0, io.EOF
	})
	if got := run(t, w); strings.Contains(got.err, "paste") {
		t.Errorf("got %q, want no word of pasting", got.err)
	}
}

// A sign-in by somebody else: what was typed for pasting doesn't answer the question.
func TestSomebodyElseIsAskedAbout(t *testing.T) {
	other := &auth.Error{Kind: auth.KindOtherPerson, Account: "Adaptix · Northwind", Provider: "Adaptix", Detail: "me@example.com", Candidates: []string{"desk@northwind.example"}}
	question := "You signed in as “me@example.com”, and “Adaptix · Northwind” was “desk@northwind.example”’s. Replace it? [y/N] "
	for _, row := range []struct {
		what     string
		args     []string
		typed    string // "-": no terminal
		code     int
		replaced int
		says     string
	}{
		{"yes", nil, "y\n", 0, 1, question + connected},
		{"no", nil, "n\n", 4, 0, question + "“Adaptix · Northwind” stays as it was.\n"},
		{"nobody to ask", nil, "-", 4, 0, "reconnect with --replace gives them this one."},
		{"said before", []string{"--replace"}, "-", 0, 1, connected},
	} {
		replaced := 0
		d := office()
		d.reconnect = func(_ context.Context, _ auth.AccountID, _ time.Duration, tell func(auth.SignInStep)) (auth.Status, error) {
			s := step()
			s.Attempt = "a1" // somebody may paste, but nobody does
			tell(s)
			return auth.Status{}, other
		}
		d.replace = func(auth.AccountID) (auth.Status, error) {
			replaced++
			return northwind(), nil
		}
		d.paste = func(string, auth.Secret) error { return auth.ErrUsage }
		w := world(d, append([]string{"reconnect", "k7q2"}, row.args...)...)
		if row.typed != "-" {
			w = atTerminal(w, "")
			w.Stdin = &later{text: row.typed, after: question}
		}
		got := run(t, w)
		if l, ok := w.Stdin.(*later); ok {
			got.err = l.said()
		}
		is(t, row.what, got.code, row.code)
		is(t, row.what+", replaced", replaced, row.replaced)
		contains(t, row.what, got.err, row.says)
	}
}

// later is a person who types once they are asked.
type later struct {
	text, after string

	mu   sync.Mutex // guards what follows
	cond *sync.Cond
	seen strings.Builder
}

func (l *later) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting().Broadcast()
	return l.seen.Write(p)
}

func (l *later) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !strings.Contains(l.seen.String(), l.after) {
		l.waiting().Wait()
	}
	n := copy(p, l.text)
	if l.text = l.text[n:]; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (l *later) waiting() *sync.Cond {
	if l.cond == nil {
		l.cond = sync.NewCond(&l.mu)
	}
	return l.cond
}

func (l *later) said() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seen.String()
}
