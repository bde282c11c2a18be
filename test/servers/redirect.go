package servers

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// redirectTime is how long other tests may use the port.
const redirectTime = 3 * time.Minute

// TakeRedirect waits until no other test, in any process, uses the port that the
// built-in provider files are answered at (DefaultRedirect's). It is given back by
// release, or with t.
func TakeRedirect(t testing.TB) (release func()) {
	t.Helper()
	lock := flock.New(filepath.Join(os.TempDir(), "tokentray-test-redirect.lock"))
	ctx, cancel := context.WithTimeout(context.Background(), redirectTime)
	defer cancel()
	if held, err := lock.TryLockContext(ctx, 50*time.Millisecond); err != nil || !held {
		t.Fatalf("wait for the redirect address: %v", err)
	}
	release = func() { _ = lock.Unlock() } // once is enough; a second time does nothing
	t.Cleanup(release)
	return release
}
