//go:build unix

package auth_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// BenchmarkDayOf10000 is the schedule of 10,000 accounts with an hour's tokens over
// a day of fake time, with a provider that answers at once and a vault that costs
// next to nothing. Nobody watches: a window that does pulls a Snapshot as seldom as
// its cost asks for, however many refreshes there are. Target: 2 s of CPU.
func BenchmarkDayOf10000(b *testing.B) {
	defer oneProcessor()()
	for b.Loop() {
		used, asked := schedule{accounts: 10_000, life: time.Hour, long: 24 * time.Hour}.cost(b)
		b.ReportMetric(used.Seconds(), "cpu-s/day")
		b.ReportMetric(float64(asked), "refreshes/day")
	}
}

// BenchmarkEvent is what one refresh costs beside the request, by how many accounts
// there are: it should grow no faster than their number has digits. The more there
// are the longer their tokens live, so that each row has as many refreshes in the
// same time, and as few waits between them.
func BenchmarkEvent(b *testing.B) {
	defer oneProcessor()()
	for _, n := range []int{10, 1_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				used, asked := schedule{accounts: n, life: time.Duration(n) * 600 * time.Millisecond, long: 14 * time.Hour}.cost(b)
				b.ReportMetric(float64(used.Nanoseconds())/float64(asked), "ns/event")
			}
		})
	}
}

// oneProcessor has Go use one until restore is called. It is CPU time that is
// measured: that a second processor is woken for a microsecond's work, and finds it
// done, is the scheduler's affair and depends on what else the machine does.
func oneProcessor() (restore func()) {
	before := runtime.GOMAXPROCS(1)
	return func() { runtime.GOMAXPROCS(before) }
}

// schedule is so many accounts, with tokens of one life, for so long.
type schedule struct {
	accounts   int
	life, long time.Duration
}

// cost runs it in fake time and returns the CPU time that it took, without that of
// setting up, and how often a provider was asked.
func (s schedule) cost(b *testing.B) (used time.Duration, asked int64) {
	b.Helper()
	synctest.Test(&testing.T{}, func(*testing.T) {
		clock := auth.SystemClock()
		vault := newCrowd(s, clock.Wall())
		wire := &instant{now: clock.Wall, life: s.life}
		k := auth.NewKeeper(auth.Parts{
			Vault: vault, Wire: wire, Catalogue: shelf(northwind), Clock: clock, Log: slog.New(slog.DiscardHandler),
		})
		ctx, stop := context.WithCancel(context.Background())
		if err := k.Open(ctx, auth.Secret{}); err != nil {
			b.Fatal(err)
		}
		runtime.GC() // what setting up left
		before := cpuTime()
		var running sync.WaitGroup
		running.Go(func() { k.Run(ctx) })
		time.Sleep(s.long)
		synctest.Wait()
		used, asked = cpuTime()-before, wire.asked.Load()
		stop()
		running.Wait()
		if err := k.Close(time.Second); err != nil {
			b.Fatal(err)
		}
		if saved := vault.saved(); saved != asked {
			b.Fatalf("%d answers saved of %d", saved, asked)
		}
	})
	return used, asked
}

// instant is a provider that answers at once.
type instant struct {
	auth.Wire
	asked atomic.Int64
	now   func() time.Time
	life  time.Duration
}

// itsTokens are given in turn: each answer brings another refresh token.
var itsTokens = [2]auth.Secret{auth.NewSecret("canary-r0"), auth.NewSecret("canary-r1")}

func (w *instant) Refresh(context.Context, auth.Provider, auth.Client, auth.Grant) (auth.Answer, error) {
	return auth.Answer{
		AccessToken: auth.NewSecret("canary-a"), RefreshToken: itsTokens[w.asked.Add(1)%2],
		AskedAt: w.now(), ExpiresIn: w.life,
	}, nil
}

// crowd is a vault of many accounts, as an open one that costs next to nothing: an
// account's number is its ID.
type crowd struct {
	auth.Vault
	accounts []auth.Account
	mu       sync.Mutex
	grants   []auth.Grant
}

// hosts is how many servers the accounts are at.
const hosts = 50

func newCrowd(s schedule, now time.Time) *crowd {
	c := &crowd{}
	for i := range s.accounts {
		p := northwind
		p.Endpoints.Token = fmt.Sprintf("https://login%d.example/token", i%hosts)
		id := auth.AccountID(strconv.Itoa(i))
		c.accounts = append(c.accounts, auth.Account{ID: id, Name: string(id), Provider: p, Grant: auth.AuthorizationCode, Client: "c"})
		issued := now.Add(-rand.N(s.life * 5 / 6))
		c.grants = append(c.grants, auth.Grant{
			Generation: 1, RefreshToken: auth.NewSecret("canary-r"), AccessToken: auth.NewSecret("canary-a"),
			IssuedAt: issued, ExpiresAt: issued.Add(s.life),
		})
	}
	return c
}

func (c *crowd) State() auth.VaultState             { return auth.VaultUnlocked }
func (c *crowd) Open(auth.Secret) error             { return nil }
func (c *crowd) Close() error                       { return nil }
func (c *crowd) Care() (auth.Care, error)           { return auth.Care{}, nil }
func (c *crowd) PutTold(auth.Told) error            { return nil }
func (c *crowd) Note(auth.AccountID, ...auth.Event) {}

func (c *crowd) Contents() (auth.Contents, error) {
	all := auth.Contents{Accounts: c.accounts, Grants: map[auth.AccountID]auth.Grant{}}
	for i, a := range c.accounts {
		all.Grants[a.ID] = c.grants[i]
	}
	return all, nil
}

func (c *crowd) Grant(id auth.AccountID) (auth.Grant, error) {
	i, err := strconv.Atoi(string(id))
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.grants[i], err
}

func (c *crowd) PutGrant(id auth.AccountID, _ auth.Generation, g auth.Grant) error {
	i, err := strconv.Atoi(string(id))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.grants[i] = g
	return err
}

// saved is how many answers it holds or held.
func (c *crowd) saved() (n int64) {
	for _, g := range c.grants {
		n += int64(g.Generation) - 1
	}
	return n
}

func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
