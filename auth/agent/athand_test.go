//go:build linux || darwin

package agent_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent/athand"
)

// stocked is a desk with one token at hand.
type stocked struct {
	harmless
	text  string
	delay time.Duration
}

func (s *stocked) AtHand(ctx context.Context, name, form string, validity time.Duration) (auth.Secret, error) {
	select {
	case <-ctx.Done():
	case <-time.After(s.delay):
	}
	if name != "Zoë's <Northwind>" || form != "header" || validity != 90*time.Second {
		return auth.Secret{}, nil
	}
	return auth.NewSecret(s.text), nil
}

var question = athand.Question{Name: "Zoë's <Northwind>", Form: "header", Validity: 90 * time.Second}

// The long and the short way bring the same: what is sent and taken to the letter
// there is what this package speaks.
func TestATokenAtHandComesByTheShortWay(t *testing.T) {
	for _, text := range []string{"Authorization: Bearer canary-a", strings.Repeat("canary+/é", 14_000), "\xff\x00canary"} {
		a := serve(t, &stocked{text: text})
		got, ok := athand.Ask(a.addr.Socket, version, question)
		if !ok || string(got) != text {
			t.Errorf("got %d bytes (%v), want %d", len(got), ok, len(text))
		}
		long, err := dial(t, a.addr).AtHand(t.Context(), question.Name, question.Form, question.Validity)
		if err != nil || long.Reveal() != text {
			t.Errorf("the long way: got %d bytes (%v), want %d", long.Len(), err, len(text))
		}
	}
}

func TestWhatIsNotAtHandIsLeftToTheLongWay(t *testing.T) {
	a := serve(t, &stocked{text: "canary-a"})
	for what, q := range map[string]athand.Question{
		"another name":      {Name: "Southwind", Form: "header", Validity: 90 * time.Second},
		"another form":      {Name: question.Name, Validity: 90 * time.Second},
		"a name to escape":  {Name: `a"b`, Form: "header"},
		"a line in a name":  {Name: "a\nb", Form: "header"},
		"a name of no text": {Name: "a\xff", Form: "header"},
	} {
		if got, ok := athand.Ask(a.addr.Socket, version, q); ok {
			t.Errorf("%s: got %d bytes, want none", what, len(got))
		}
	}
	if _, ok := athand.Ask(a.addr.Socket, version+"-newer", question); ok {
		t.Error("an agent of another version was believed")
	}
	if _, ok := athand.Ask(a.addr.Socket+"-gone", version, question); ok {
		t.Error("no agent was believed")
	}
	if _, ok := athand.Ask(serve(t, &stocked{text: strings.Repeat("c", 1<<20)}).addr.Socket, version, question); ok {
		t.Error("a token without end was read")
	}
	slow := serve(t, &stocked{text: "canary-a", delay: 3 * time.Second})
	began := time.Now()
	if _, ok := athand.Ask(slow.addr.Socket, version, question); ok || time.Since(began) > 2500*time.Millisecond {
		t.Errorf("an agent that is busy was waited for: %s", time.Since(began))
	}
}

func TestASocketThatOthersMayReachIsNotAsked(t *testing.T) {
	a := serve(t, &stocked{text: "canary-a"})
	folder := filepath.Dir(a.addr.Socket)
	link := filepath.Join(t.TempDir(), "link")
	must(t, os.Symlink(folder, link))
	if _, ok := athand.Ask(filepath.Join(link, filepath.Base(a.addr.Socket)), version, question); ok {
		t.Error("a link to a folder was followed")
	}
	must(t, os.Chmod(folder, 0o755)) //nolint:gosec // that is what is refused
	if _, ok := athand.Ask(a.addr.Socket, version, question); ok {
		t.Error("a folder that others may look into was trusted")
	}
}
