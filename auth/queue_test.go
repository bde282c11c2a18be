package auth_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// A turn that ends makes room for the next at once: with all accounts due and a
// provider that takes a second, as many are under way as may be until none is left.
func TestEverySlotIsUsedWhileAnythingIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const accounts, atOnce = 320, 16
		var asked atomic.Int64
		kept(t, slices.Repeat([]time.Duration{0}, accounts), atOnce, func(auth.Grant) {
			asked.Add(1)
			time.Sleep(time.Second)
		})
		time.Sleep(accounts/atOnce*time.Second - time.Millisecond)
		synctest.Wait()
		if got := asked.Load(); got != accounts {
			t.Errorf("%d of %d were asked for in the time that they take", got, accounts)
		}
	})
}

// Whatever the order in which accounts come, each has its turn when it is due, and
// those that are renewed meanwhile are in nobody's way.
func TestWhoEndsFirstIsRefreshedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left []time.Duration
		for i := range 500 {
			left = append(left, time.Duration(i+1)*time.Minute)
		}
		rand.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
		var mu sync.Mutex
		var order []time.Time
		kept(t, left, 1, func(g auth.Grant) {
			mu.Lock()
			defer mu.Unlock()
			if g.Generation == 1 {
				order = append(order, g.ExpiresAt)
			}
		})
		time.Sleep(501 * time.Minute)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if len(order) != len(left) || !slices.IsSortedFunc(order, time.Time.Compare) {
			t.Errorf("%d of %d, in order: %v", len(order), len(left), slices.IsSortedFunc(order, time.Time.Compare))
		}
	})
}

// kept runs a Keeper of accounts whose tokens have so long left, with so many
// requests at once; refreshing is told of each.
func kept(t *testing.T, left []time.Duration, atOnce int, refreshing func(auth.Grant)) {
	t.Helper()
	vault := authtest.NewVault()
	if err := errors.Join(vault.Open(auth.Secret{}), vault.Create(auth.Secret{})); err != nil {
		t.Fatal(err)
	}
	for i, d := range left {
		expires := time.Now().UTC().Round(0).Add(d)
		a := auth.Account{ID: auth.AccountID(strconv.Itoa(i)), Name: strconv.Itoa(i), Provider: northwind, Grant: auth.AuthorizationCode, Client: "c"}
		if err := vault.Add(a, auth.Client{ID: "c", Provider: "northwind", Identifier: "tray"}, auth.Grant{
			Generation: 1, RefreshToken: auth.NewSecret("canary-r"), AccessToken: auth.NewSecret("canary-a"),
			IssuedAt: expires.Add(-10 * time.Hour), ExpiresAt: expires,
		}); err != nil {
			t.Fatal(err)
		}
	}
	give, w := &rotating{life: 10 * time.Hour}, &wire{}
	w.onRefresh(func(g auth.Grant) (auth.Answer, error) {
		refreshing(g)
		return give.answer(), nil
	})
	newDesk(t, vault, time.Hour, func(p *auth.Parts) {
		p.Wire, p.Limits = w, auth.Limits{PerHost: atOnce, InAll: atOnce}
	})
}

// Whoever clicks waits behind no script, neither at a host that is slow nor where
// slow hosts have taken every slot.
func TestAPersonWaitsBehindNoProgram(t *testing.T) {
	const slow = 30 * time.Second
	for _, row := range []struct {
		what            string
		programs, hosts int // whose requests hang
		mine            string
		most            time.Duration
	}{
		{"at the same host", 11, 1, "branch0", slow},
		{"at another host, all slots taken", 27, 9, "healthy", 0},
	} {
		t.Run(row.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) {
					own, _ := p.Wire.(*wire)
					p.Wire, p.Catalogue = hanging{own, slow}, shelf(office())
				})
				connect := func(name, branch string) auth.AccountID {
					s, err := d.Connect(context.Background(), auth.Connection{
						Provider: "northwind", Name: name, ClientIdentifier: "tray", Settings: map[string]string{"branch": branch},
					}, func(auth.SignInStep) {})
					if err != nil {
						t.Fatal(err)
					}
					return s.ID
				}
				mine := connect("mine", row.mine)
				for n := range row.programs {
					id := connect("script "+strconv.Itoa(n), "branch"+strconv.Itoa(n%row.hosts))
					go func() { _, _ = d.Token(context.Background(), id, auth.Want{Force: true}) }()
				}
				time.Sleep(time.Second)
				began := time.Now()
				if err := d.Refresh(context.Background(), mine); err != nil {
					t.Error(err)
				}
				if took := time.Since(began); took > row.most {
					t.Errorf("a person waited for %v, want %v at most", took, row.most)
				}
			})
		})
	}
}

// hanging is a wire where every host but the healthy one takes slow to answer.
type hanging struct {
	*wire
	slow time.Duration
}

func (w hanging) Refresh(ctx context.Context, p auth.Provider, c auth.Client, g auth.Grant) (auth.Answer, error) {
	if !strings.Contains(p.Endpoints.Token, "healthy") {
		time.Sleep(w.slow)
	}
	return w.wire.Refresh(ctx, p, c, g)
}
