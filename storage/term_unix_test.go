//go:build unix

package storage_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// rotateUntilTold is rotateForEver, but it closes the vault when the session ends,
// as the agent does, whatever is under way at that moment.
func rotateUntilTold(args []string) error {
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	v := sealedIn(args[0])
	if err := v.Open(passphrase); err != nil {
		return err
	}
	closed := make(chan error, 1)
	go func() { <-ended; closed <- v.Close() }()
	if err := rotateOn(v); !errors.Is(err, auth.ErrVault) {
		return err
	}
	return <-closed
}

// The end of a session meets a commit that is under way: it is finished or it never
// was, and the process ends by itself.
func TestAnEndingSessionLeavesAWholeVault(t *testing.T) {
	const rounds = 15
	dir := t.TempDir()
	must(t, filled(t, sealedIn(dir), passphrase, 1).Close())
	for range rounds {
		c := startChild(t, nil, "until told", dir)
		must(t, c.Start())
		if !c.lines.Scan() {
			t.Fatal("the child said nothing")
		}
		time.AfterFunc(rand.N(60*time.Millisecond), func() { _ = c.Process.Signal(syscall.SIGTERM) }) // it waits for that
		var last uint64
		for more := true; more; more = c.lines.Scan() {
			n, err := strconv.ParseUint(c.lines.Text(), 10, 64)
			must(t, err)
			last = n
		}
		must(t, c.Wait()) // it ended well
		v := sealedIn(dir)
		wantOpen(t, v, passphrase, auth.VaultUnlocked)
		g, err := v.Grant("a1")
		must(t, err)
		must(t, v.Close())
		if n := uint64(g.Generation); n < last || n > last+1 {
			t.Fatalf("got generation %d, want %d, which was said to be saved, or the one under way", n, last)
		}
	}
}
