package storage_test

import (
	"errors"
	"io"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// crowd is a vault whose next commit waits until everybody else stands in line.
type crowd struct {
	t       *testing.T
	v       *storage.Vault
	dir     string
	release chan struct{}
	answers []chan error // of those in line, in its order
	first   chan error   // of the one whose commit waits
	commits int          // that were begun
	carried []bool       // how the commits after the first end, as in failing
}

// gather has the first grant of account a1 wait in its commit.
func gather(t *testing.T, samples int) *crowd {
	t.Helper()
	c := &crowd{t: t, dir: t.TempDir(), release: make(chan struct{}), first: make(chan error, 1)}
	numbers := make([]int, samples)
	for i := range numbers {
		numbers[i] = i + 1
	}
	c.v = filled(t, sealedIn(c.dir), passphrase, numbers...)
	begun := make(chan struct{})
	c.v.WrapCommit(func(commit func(*bolt.Tx) error) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			c.commits++ // by one at a time
			if c.commits == 1 {
				close(begun)
				<-c.release
				return commit(tx)
			}
			if len(c.carried) == 0 {
				return commit(tx)
			}
			now := c.carried[0]
			c.carried = c.carried[1:]
			if now {
				return errors.Join(io.ErrUnexpectedEOF, commit(tx))
			}
			return errors.Join(io.ErrUnexpectedEOF, tx.Rollback())
		}
	})
	go func() { c.first <- c.rotate(samples, 0) }()
	<-begun
	return c
}

// rotate replaces the sample's grant where it was rotated times before.
func (c *crowd) rotate(sample int, times auth.Generation) error {
	a, _, g := vaulttest.Sample(sample)
	was := g.Generation + times
	g.Generation = was + 1
	return c.v.PutGrant(a.ID, was, g)
}

// join puts do at the end of the line.
func (c *crowd) join(do func() error) {
	c.t.Helper()
	answer := make(chan error, 1)
	c.answers = append(c.answers, answer)
	go func() { answer <- do() }()
	limit := time.After(20 * time.Second)
	for c.v.Waiting() < len(c.answers) {
		select {
		case <-limit:
			c.t.Fatalf("got %d in line, want %d", c.v.Waiting(), len(c.answers))
		case <-time.After(time.Millisecond):
		}
	}
}

// verdicts lets the commits happen and returns what came of them, in the line's order.
func (c *crowd) verdicts() []error {
	c.t.Helper()
	close(c.release)
	must(c.t, <-c.first)
	var got []error
	for _, answer := range c.answers {
		got = append(got, <-answer)
	}
	return got
}

// wantRotated compares how often the sample's grant was rotated, on disk.
func (c *crowd) wantRotated(sample int, times auth.Generation) {
	c.t.Helper()
	must(c.t, c.v.Close())
	wantOpen(c.t, c.v, passphrase, auth.VaultUnlocked)
	a, _, g := vaulttest.Sample(sample)
	if got, err := c.v.Grant(a.ID); err != nil || got.Generation != g.Generation+times {
		c.t.Errorf("got generation %d of %s (%v), want %d", got.Generation, a.ID, err, g.Generation+times)
	}
}

func TestThoseWhoWaitShareACommit(t *testing.T) {
	const many = 64
	c := gather(t, many+1)
	for n := 1; n <= many; n++ {
		c.join(func() error { return c.rotate(n, 0) })
	}
	for _, err := range c.verdicts() {
		must(t, err)
	}
	if c.commits != 2 {
		t.Errorf("got %d commits for one and %d that came meanwhile, want 2", c.commits, many)
	}
	for n := 1; n <= many+1; n += 8 {
		c.wantRotated(n, 1)
	}
}

func TestPlansOfOneCommitSeeEachOther(t *testing.T) {
	c := gather(t, 2)
	a, _, _ := vaulttest.Sample(1)
	c.join(func() error { return c.rotate(1, 0) })
	c.join(func() error { return c.rotate(1, 0) }) // another who had read the same
	c.join(func() error { return c.rotate(1, 1) }) // one who builds on the first
	c.join(func() error { return c.v.PutTold(nil) })
	c.join(func() error { return c.v.PutAccount(a) })
	got := c.verdicts()
	for i, want := range []error{nil, auth.ErrGenerationMoved, nil, nil, nil} {
		if !errors.Is(got[i], want) {
			t.Errorf("got %v for number %d, want %v", got[i], i, want)
		}
	}
	if c.commits != 2 {
		t.Errorf("got %d commits, want 2", c.commits)
	}
	c.wantRotated(1, 2)
}

func TestCommitOfManyThatFails(t *testing.T) {
	for name, row := range map[string]struct {
		carried []bool
		failed  []bool // in the line's order
		commits int
	}{
		"before it was on disk":                         {[]bool{false}, []bool{false, false, false}, 1 + 1 + 3},
		"after it was on disk":                          {[]bool{true}, []bool{false, false, false}, 1 + 1 + 1},
		"and the first alone, too":                      {[]bool{false, false, false}, []bool{true, false, false}, 1 + 1 + 2 + 2},
		"and everything after it":                       {[]bool{false, false, false, false, false, false, false}, []bool{true, true, true}, 1 + 1 + 6},
		"after it was on disk, and again":               {[]bool{true, false}, []bool{true, true, true}, 1 + 1 + 1},
		"the first alone is on disk, but says it isn't": {[]bool{false, true}, []bool{false, false, false}, 1 + 1 + 2 + 2},
	} {
		t.Run(name, func(t *testing.T) {
			c := gather(t, 4)
			c.carried = row.carried
			for n := 1; n <= 3; n++ {
				c.join(func() error { return c.rotate(n, 0) })
			}
			c.join(func() error { return c.rotate(1, 9) }) // refused whatever happens
			got := c.verdicts()
			for i, failed := range row.failed {
				if isFailure := errors.Is(got[i], io.ErrUnexpectedEOF); isFailure != failed || !failed && got[i] != nil {
					t.Errorf("got %v for number %d, want a failure: %t", got[i], i, failed)
				}
			}
			if !errors.Is(got[3], auth.ErrGenerationMoved) {
				t.Errorf("got %v for the one that is refused, want %v", got[3], auth.ErrGenerationMoved)
			}
			if c.commits != row.commits {
				t.Errorf("got %d commits, want %d", c.commits, row.commits)
			}
			for i, failed := range row.failed {
				if !failed || name == "after it was on disk, and again" {
					c.wantRotated(i+1, 1)
				} else {
					c.wantRotated(i+1, 0)
				}
			}
		})
	}
}

func TestThoseWhoWaitHearThatTheVaultWasLocked(t *testing.T) {
	c := gather(t, 2)
	locked := make(chan error, 1)
	c.join(func() error { return c.rotate(1, 0) })
	go func() { locked <- c.v.Lock() }()
	got := c.verdicts()
	must(t, <-locked)
	if got[0] != nil && !errors.Is(got[0], auth.ErrVault) {
		t.Errorf("got %v, want that it was saved or that the vault is locked", got[0])
	}
	wantOpen(t, c.v, passphrase, auth.VaultUnlocked)
	saved := auth.Generation(0)
	if got[0] == nil {
		saved = 1
	}
	c.wantRotated(1, saved)
}

func TestCloseWaitsForTheCommitUnderWay(t *testing.T) {
	c := gather(t, 1)
	closed := make(chan error, 1)
	go func() { closed <- c.v.Close() }()
	select {
	case err := <-closed:
		t.Fatalf("closed (%v) in the middle of a commit", err)
	case <-time.After(20 * time.Millisecond): // more can't be seen than that it waits
	}
	c.verdicts()
	must(t, <-closed)
	c.wantRotated(1, 1)
}
