package oauth_test

import (
	"context"
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// swallower is an address where packets go in and nothing comes out, as where a
// route leads nowhere: a socket whose queue of connections is full.
func swallower(t *testing.T) (address string) {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	must(t, err)
	t.Cleanup(func() { must(t, syscall.Close(fd)) })
	must(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	must(t, syscall.Listen(fd, 0))
	name, err := syscall.Getsockname(fd)
	must(t, err)
	at, ok := name.(*syscall.SockaddrInet4)
	if !ok {
		t.Fatalf("got an address %T", name)
	}
	address = fmt.Sprintf("127.0.0.1:%d", at.Port)
	for range 8 {
		c, err := net.DialTimeout("tcp", address, 500*time.Millisecond)
		if err != nil {
			return address
		}
		t.Cleanup(func() { must(t, c.Close()) })
	}
	t.Fatal("the queue does not fill up")
	return ""
}

// Where no request left, nothing was presented: it is tried again as often as one likes.
func TestWhatIsNotReachedWasNotPresented(t *testing.T) {
	t.Parallel()
	for what, address := range map[string]string{
		"nobody listens":            "http://127.0.0.1:1/token",
		"no such name":              "https://nowhere.invalid/token",
		"everything is swallowed":   "http://" + swallower(t) + "/token",
		"no route to such networks": "https://[100::1]/token", // RFC 6666
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, says(200, "application/json", usualTokens))
			d := p.definition()
			d.Endpoints.Token = address
			begun := time.Now()
			_, err := newWire(t).Refresh(context.Background(), d, client(), grant())
			f := failure(t, err)
			if f.Outcome != auth.OutcomeTransient || f.Said.Status != 0 {
				t.Errorf("outcome = %q with status %d (%v), want transient without one", f.Outcome, f.Said.Status, err)
			}
			if took := time.Since(begun); took > 40*time.Second {
				t.Errorf("it took %v, want 10 s for a connection", took)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
