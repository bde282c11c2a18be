package faults_test

import (
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

const portal = "<!DOCTYPE html><title>Welcome</title><form>error=invalid_grant</form>"

func TestFault23ACaptivePortalKeepsTheRefreshToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.connect("work")
	before := w.grant(id)
	w.front.next(says(ok, "text/html; charset=utf-8", portal))
	_, err := w.refresh(id)
	if e := problem(t, err); e.Kind != auth.KindIntercepted {
		t.Errorf("got %s, want intercepted", e.Kind)
	}
	if s := w.status(id); s.State != auth.StateRetrying {
		t.Errorf("the account is %s, want retrying", s.State)
	}
	if notices := w.listen(); len(notices) != 0 {
		t.Errorf("%d notices, want none", len(notices))
	}
	if after := w.grant(id); !after.RefreshToken.Equal(before.RefreshToken) || after.Refusal.Standing() || after.Attempt.Open() {
		t.Errorf("the vault holds %+v, want the grant as it was", after)
	}
	w.pass(20*time.Minute, 30*time.Second) // and by itself, once the portal is gone
	if s := w.status(id); s.State != auth.StateFresh {
		t.Errorf("afterwards the account is %s, want fresh", s.State)
	}
	w.front.wantLedger(t, []int{1}, []int{2})
}

func TestFault24NothingIsSentWhereARedirectLeads(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			var reached atomic.Int32
			elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				reached.Add(1)
				send(w, `{"access_token":"canary-theirs"}`)
			}))
			defer elsewhere.Close()
			w := newWorld(t)
			id := w.connect("work")
			before := w.grant(id)
			w.front.next(says(status, "application/json", `{"access_token":"canary-theirs"}`, "Location", elsewhere.URL))
			_, err := w.refresh(id)
			if e := problem(t, err); e.Kind != auth.KindIntercepted {
				t.Errorf("got %s, want intercepted", e.Kind)
			}
			if n := reached.Load(); n != 0 {
				t.Errorf("the other host was asked %d times", n)
			}
			if !w.grant(id).RefreshToken.Equal(before.RefreshToken) {
				t.Error("the refresh token did not stay")
			}
			w.front.wantLedger(t, []int{1}, []int{1})
		})
	}
}

func TestFault25AnEndlessAnswerEnds(t *testing.T) {
	t.Parallel()
	for what, body := range map[string]answer{
		"2 GiB": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			chunk := strings.Repeat("x", 64<<10)
			for range 2 << 30 / len(chunk) {
				if _, err := fmt.Fprint(w, chunk); err != nil {
					return
				}
			}
		},
		"a bomb": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Encoding", "gzip")
			z, zeros := gzip.NewWriter(w), make([]byte, 1<<20)
			for range 256 {
				if _, err := z.Write(zeros); err != nil {
					return
				}
			}
			_ = z.Close() // nobody reads any more
		},
		"a drip": func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			for r.Context().Err() == nil {
				send(w, " ")
				_ = http.NewResponseController(w).Flush() // the next one notices
				<-time.After(100 * time.Millisecond)
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.connect("work")
			before := w.grant(id)
			w.front.next(body, losesTheAnswer) // whatever is asked again finds no end either
			start := heap()
			_, err := w.refresh(id)
			if e := problem(t, err); e.Kind == auth.KindSignInNeeded {
				t.Errorf("got %s: a grant was lost", e.Kind)
			}
			if grown := heap() - start; grown > 64<<20 {
				t.Errorf("%d MiB of memory are left in use", grown>>20)
			}
			if !w.grant(id).RefreshToken.Equal(before.RefreshToken) {
				t.Error("the refresh token did not stay")
			}
			w.front.wantLedger(t, []int{1}, []int{2})
		})
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // no machine has half of that
}
