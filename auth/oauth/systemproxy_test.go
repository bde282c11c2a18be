package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/authtest"
)

// asking is a systemProxy whose settings answer with proxy, and what they were asked.
func asking(t *testing.T, proxy *url.URL, err error) (*systemProxy, *authtest.Clock, *[]string) {
	t.Helper()
	if environmentSpeaks() {
		t.Skip("the environment names proxies here, and its word is the last one")
	}
	asked, clock := &[]string{}, authtest.NewClock(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	return &systemProxy{mono: clock.Mono, ask: func(ctx context.Context, address *url.URL) (*url.URL, error) {
		*asked = append(*asked, address.String())
		if deadline, bound := ctx.Deadline(); !bound || time.Until(deadline) > askTime {
			t.Errorf("it may take until %v, want a second", deadline)
		}
		return proxy, err
	}}, clock, asked
}

func (s *systemProxy) wantFor(t *testing.T, address, want string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got string
	u, err := s.of(r)
	if u != nil {
		got = u.String()
	}
	if got != want || err != nil {
		t.Errorf("%s: got %q and error %v, want %q", address, got, err, want)
	}
}

func TestTheSettingsAreAskedForEachHostAndNotForEachRequest(t *testing.T) {
	proxy := &url.URL{Scheme: "http", Host: "proxy.example.com:8080"}
	s, clock, asked := asking(t, proxy, nil)
	for range 3 {
		s.wantFor(t, "https://login.northwind.example/token?code=canary-code", proxy.String())
	}
	s.wantFor(t, "https://other.example:8443/token", proxy.String())
	s.wantFor(t, "http://127.0.0.1:17900/token", "")
	clock.Advance(askedAnew)
	s.wantFor(t, "https://other.example:8443/token", proxy.String())
	want := []string{"https://login.northwind.example/", "https://other.example:8443/", "https://other.example:8443/"}
	if len(*asked) != len(want) || (*asked)[0] != want[0] || (*asked)[1] != want[1] || (*asked)[2] != want[2] {
		t.Errorf("asked for %q, want %q", *asked, want)
	}

	s, _, asked = asking(t, nil, nil) // straight is an answer, too
	s.wantFor(t, "https://login.northwind.example/token", "")
	s.wantFor(t, "https://login.northwind.example/token", "")
	if len(*asked) != 1 {
		t.Errorf("asked %d times, want once", len(*asked))
	}
}

func TestWhereNobodyAnswersEverybodyGoesStraight(t *testing.T) {
	s, clock, asked := asking(t, nil, errors.New("no portal"))
	s.wantFor(t, "https://login.northwind.example/token", "")
	s.wantFor(t, "https://other.example/token", "") // doesn't wait for the same silence
	if len(*asked) != 1 {
		t.Errorf("asked %d times, want once", len(*asked))
	}
	clock.Advance(askedAnew)
	s.wantFor(t, "https://other.example/token", "")
	if len(*asked) != 2 {
		t.Errorf("asked %d times, want once more later", len(*asked))
	}
}

func TestARequestThatIsGivenUpTellsNothingOfTheSettings(t *testing.T) {
	s, _, _ := asking(t, nil, context.Canceled)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://login.northwind.example/token", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.of(r); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was given up", err)
	}
	if s.silent {
		t.Error("the settings count as silent")
	}
}
