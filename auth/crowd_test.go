package auth_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/oauth"
	"github.com/tokentray/tokentray/storage"
)

var crowdSize = flag.Int("accounts", 10_000, "that are due at once, in BenchmarkDueAtOnce")

// together is how many requests are under way at once, on both sides of the comparison.
const together = 64

// BenchmarkDueAtOnce is a whole office after a holiday: every account is due, at one
// provider on loopback, with the real wire and the real vault on disk, and the
// limits lifted. Beside it stands a bare loop at the same concurrency: one POST and
// one bbolt commit for each.
func BenchmarkDueAtOnce(b *testing.B) {
	var rotated atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // what is asked is always the same
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{ // a client that went away is not our trouble
			"access_token": "canary-a", "refresh_token": fmt.Sprintf("canary-r%d", rotated.Add(1)), "token_type": "bearer", "expires_in": 3600,
		})
	}))
	defer server.Close()
	for b.Loop() {
		bare := bareLoop(b, server.URL, *crowdSize)
		ours := keeperRun(b, server.URL, *crowdSize)
		b.ReportMetric(bare.Seconds(), "s-bare")
		b.ReportMetric(ours.Seconds(), "s-keeper")
		b.ReportMetric(ours.Seconds()/bare.Seconds(), "x-bare")
	}
}

// bareLoop is what nobody can do without.
func bareLoop(b *testing.B, address string, n int) time.Duration {
	b.Helper()
	db, err := bolt.Open(filepath.Join(b.TempDir(), "bare.db"), 0o600, &bolt.Options{Timeout: time.Second, FreelistType: bolt.FreelistMapType})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	}()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: together}}
	defer client.CloseIdleConnections()
	began := time.Now()
	inParallel(n, func(i int) {
		form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"canary-r"}, "client_id": {"tray"}}
		answer, err := client.Post(address, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
		if err != nil {
			b.Error(err)
			return
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close() // it was read whole
		if err != nil {
			b.Error(err)
			return
		}
		if err := db.Update(func(tx *bolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("grants"))
			if err != nil {
				return err
			}
			return bucket.Put(fmt.Appendf(nil, "a%d", i), body)
		}); err != nil {
			b.Error(err)
		}
	})
	return time.Since(began)
}

func inParallel(n int, do func(int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range together {
		workers.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				do(i)
			}
		})
	}
	workers.Wait()
}

// keeperRun is how long a Keeper takes until all of n accounts are fresh.
func keeperRun(b *testing.B, address string, n int) time.Duration {
	b.Helper()
	vault := storage.NewVault(storage.Options{Dir: b.TempDir()})
	passphrase := auth.NewSecret("canary-passphrase")
	if err := vault.Open(auth.Secret{}); err != nil {
		b.Fatal(err)
	}
	if err := vault.Create(passphrase); err != nil {
		b.Fatal(err)
	}
	p := northwind
	p.Endpoints.Token = address
	p.Client = auth.ClientRules{Authentication: auth.AuthenticateNone, Body: auth.BodyForm}
	issued := time.Now().Add(-2 * time.Hour).UTC().Round(0)
	client := auth.Client{ID: "c", Provider: p.ID, Identifier: "tray"}
	inParallel(n, func(i int) {
		id := auth.AccountID(fmt.Sprintf("a%d", i))
		if err := vault.Add(auth.Account{ID: id, Name: string(id), Provider: p, Client: "c", Grant: auth.AuthorizationCode}, client, auth.Grant{
			Generation: 1, RefreshToken: auth.NewSecret("canary-r"), AccessToken: auth.NewSecret("canary-a"), IssuedAt: issued, ExpiresAt: issued.Add(time.Hour),
		}); err != nil {
			b.Error(err)
		}
	})
	k := auth.NewKeeper(auth.Parts{
		Vault: vault, Wire: oauth.New(oauth.Options{}), Catalogue: shelf(p), Clock: auth.SystemClock(), Log: slog.New(slog.DiscardHandler),
	})
	k.LiftLimits(together)
	ctx, stop := context.WithCancel(context.Background())
	began := time.Now()
	if err := k.Open(ctx, passphrase); err != nil {
		b.Fatal(err)
	}
	changes, err := k.Watch(ctx)
	if err != nil {
		b.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() { k.Run(ctx) })
	for !allFresh(b, k, n) { // as a window would, at every change
		select {
		case <-changes:
		case <-time.After(time.Minute):
			b.Fatal("nothing has changed for a minute")
		}
	}
	took := time.Since(began)
	stop()
	running.Wait()
	if err := k.Close(10 * time.Second); err != nil {
		b.Error(err)
	}
	return took
}

func allFresh(b *testing.B, k *auth.Keeper, n int) bool {
	b.Helper()
	s, err := k.Snapshot(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	fresh := 0
	for _, a := range s.Accounts {
		if a.State == auth.StateFresh {
			fresh++
		}
	}
	return fresh == n
}
