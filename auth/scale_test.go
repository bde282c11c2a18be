//go:build unix

package auth_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// instant is a provider that answers at once.
type instant struct {
	auth.Wire
	asked atomic.Int64
	now   func() time.Time
}

func (w *instant) Refresh(context.Context, auth.Provider, auth.Client, auth.Grant) (auth.Answer, error) {
	n := w.asked.Add(1)
	return auth.Answer{
		AccessToken: auth.NewSecret("canary-a"), RefreshToken: auth.NewSecret(fmt.Sprintf("canary-r%d", n)),
		AskedAt: w.now(), ExpiresIn: time.Hour,
	}, nil
}

// crowd is a vault of n accounts, as an open one that costs nothing.
type crowd struct {
	auth.Vault
	mu       sync.Mutex
	contents auth.Contents
}

func newCrowd(n, hosts int, now time.Time) *crowd {
	c := &crowd{contents: auth.Contents{Grants: map[auth.AccountID]auth.Grant{}}}
	for i := range n {
		p := northwind
		p.Endpoints.Token = fmt.Sprintf("https://login%d.example/token", i%hosts)
		id := auth.AccountID(fmt.Sprintf("a%d", i))
		c.contents.Accounts = append(c.contents.Accounts, auth.Account{ID: id, Name: string(id), Provider: p, Grant: auth.AuthorizationCode, Client: "c"})
		issued := now.Add(-rand.N(50 * time.Minute))
		c.contents.Grants[id] = auth.Grant{
			Generation: 1, RefreshToken: auth.NewSecret("canary-r"), AccessToken: auth.NewSecret("canary-a"),
			IssuedAt: issued, ExpiresAt: issued.Add(time.Hour),
		}
	}
	return c
}

func (c *crowd) State() auth.VaultState           { return auth.VaultUnlocked }
func (c *crowd) Open(auth.Secret) error           { return nil }
func (c *crowd) Close() error                     { return nil }
func (c *crowd) Contents() (auth.Contents, error) { return c.contents, nil }
func (c *crowd) Care() (auth.Care, error)         { return auth.Care{}, nil }
func (c *crowd) PutTold(auth.Told) error          { return nil }
func (c *crowd) Note(auth.AccountID, ...auth.Event) {
}

func (c *crowd) Grant(id auth.AccountID) (auth.Grant, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.contents.Grants[id], nil
}

func (c *crowd) PutGrant(id auth.AccountID, _ auth.Generation, g auth.Grant) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.contents.Grants[id] = g
	return nil
}

// BenchmarkDayOf10000 is the schedule of 10,000 accounts with an hour's tokens over
// a day of fake time, with a provider that answers at once and somebody who looks
// at every change. Target: 2 s of CPU.
func BenchmarkDayOf10000(b *testing.B) {
	for b.Loop() {
		cpu := cpuTime()
		asked := day(b, 10_000, 24*time.Hour)
		b.ReportMetric((cpuTime() - cpu).Seconds(), "cpu-s/day")
		b.ReportMetric(float64(asked), "refreshes/day")
	}
}

// BenchmarkEvent is what one refresh costs beside the request, by how many accounts
// there are: it should grow no faster than their number has digits.
func BenchmarkEvent(b *testing.B) {
	for _, n := range []int{10, 1_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				for long := time.Duration(2_000_000/n) * time.Minute; ; { // about as many events each
					cpu := cpuTime()
					asked := day(b, n, min(max(long, time.Hour), 1000*time.Hour))
					b.ReportMetric(float64((cpuTime()-cpu).Nanoseconds())/float64(asked), "ns/event")
					break
				}
			}
		})
	}
}

// day runs n accounts for long and returns how many refreshes that took.
func day(b *testing.B, n int, long time.Duration) (asked int64) {
	b.Helper()
	synctest.Test(&testing.T{}, func(*testing.T) {
		clock := auth.SystemClock()
		wire := &instant{now: clock.Wall}
		k := auth.NewKeeper(auth.Parts{
			Vault: newCrowd(n, 50, clock.Wall()), Wire: wire, Catalogue: shelf(northwind), Clock: clock, Log: slog.New(slog.DiscardHandler),
		})
		ctx, stop := context.WithCancel(context.Background())
		if err := k.Open(ctx, auth.Secret{}); err != nil {
			b.Fatal(err)
		}
		var running sync.WaitGroup
		running.Go(func() { k.Run(ctx) })
		time.Sleep(long)
		synctest.Wait()
		stop()
		running.Wait()
		if err := k.Close(time.Second); err != nil {
			b.Fatal(err)
		}
		asked = wire.asked.Load()
	})
	return asked
}

func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
