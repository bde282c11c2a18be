//go:build unix

package bench_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/assets"
	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/catalog"
	"github.com/tokentray/tokentray/auth/oauth"
	"github.com/tokentray/tokentray/storage"
)

// How many accounts are due at once, and how many requests are under way.
const (
	dueAccounts = 10_000
	dueAtOnce   = 16
)

// BenchmarkAllDue has the Keeper refresh 10,000 accounts that are due at once: mark
// the attempt on disk, POST, read, save, and show it to somebody who watches and
// pulls everything anew at each poke. Beside it stands a loop that does no more
// than POST and one commit of bbolt, with as many requests under way at the same
// server. of-bare is our rate by the loop's. Target: 0.8.
func BenchmarkAllDue(b *testing.B) {
	provider, asked := dueProvider(b)
	v, k := dueKeeper(b, provider)
	ctx, stop := context.WithCancel(b.Context())
	var running sync.WaitGroup
	began := time.Now()
	if err := k.Open(ctx, auth.Secret{}); err != nil {
		b.Fatal(err)
	}
	loaded := time.Since(began)
	changes, err := k.Watch(ctx)
	if err != nil {
		b.Fatal(err)
	}
	began = time.Now()
	running.Go(func() { k.Run(ctx) })
	pulled := watchUntilFresh(b, k, changes)
	stop()
	running.Wait()
	if err := k.Close(time.Minute); err != nil { // once the last of them are saved
		b.Fatal(err)
	}
	ours := time.Since(began)
	if n := asked.Load(); n != dueAccounts {
		b.Fatalf("asked %d times", n)
	}
	seenToBe(b, v)
	theirs := bareLoop(b, provider.Endpoints.Token)
	b.ReportMetric(loaded.Seconds()*1000, "ms-load")
	b.ReportMetric(float64(pulled), "snapshots")
	b.ReportMetric(dueAccounts/ours.Seconds(), "refreshes/s")
	b.ReportMetric(dueAccounts/theirs.Seconds(), "bare/s")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "of-bare")
	b.ReportMetric(0, "ns/op")
}

// watchUntilFresh is a window that never rests: it pulls a Snapshot at each poke,
// until every account in it is fresh. It returns how many it pulled.
func watchUntilFresh(b *testing.B, k *auth.Keeper, changes <-chan struct{}) (pulled int) {
	b.Helper()
	for range changes {
		s, err := k.Snapshot(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		pulled++
		due := func(a auth.Status) bool { return a.State != auth.StateFresh }
		if len(s.Accounts) == dueAccounts && !slices.ContainsFunc(s.Accounts, due) {
			return pulled
		}
	}
	b.Fatal("the Keeper closed")
	return pulled
}

// dueProvider is a provider at a server that does nothing but answer, and counts.
func dueProvider(b *testing.B) (auth.Provider, *atomic.Int64) {
	b.Helper()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // who asks is one of two programs of ours
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"access_token":"canary-%s","token_type":"Bearer","expires_in":7200,"refresh_token":"canary-%d"}`, strings.Repeat("a", 600), asked.Add(1))
	}))
	b.Cleanup(server.Close)
	p, err := catalog.Read("bench.toml", fmt.Appendf(nil, "format = 1\nid = \"bench\"\nname = \"Bench\"\n\n[endpoints]\nauthorize = %q\ntoken = %q\n\n[client]\nauthentication = \"basic\"\n\n"+
		"[grants]\nsupported = [\"authorization_code\"]\n\n[redirect]\naddress = \"http://127.0.0.1:17845/callback\"\n", server.URL+"/authorize", server.URL+"/token"))
	if err != nil {
		b.Fatal(err)
	}
	return p, &asked
}

// dueKeeper is a Keeper, its limits lifted, over a vault in which everything is due.
func dueKeeper(b *testing.B, p auth.Provider) (*storage.Vault, *auth.Keeper) {
	b.Helper()
	v := storage.NewVault(storage.Options{Dir: b.TempDir(), Keyring: noKeyring{}})
	if err := errors.Join(v.Open(auth.Secret{}), v.Create(auth.NewSecret(peerPhrase))); err != nil {
		b.Fatal(err)
	}
	var adding sync.WaitGroup
	numbers := make(chan int)
	for range 256 { // commits that come together are made together
		adding.Go(func() {
			for n := range numbers {
				if err := v.Add(dueAccount(p, n)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for n := range dueAccounts {
		numbers <- n
	}
	close(numbers)
	adding.Wait()
	wire := oauth.New(oauth.Options{})
	b.Cleanup(func() { _ = wire.Close() }) // what lingers there is a listener
	providers, _ := catalog.New(assets.Providers)
	return v, auth.NewKeeper(auth.Parts{
		Vault: v, Wire: wire, Catalogue: providers, Clock: auth.SystemClock(), Log: slog.New(slog.DiscardHandler),
		Limits: auth.Limits{PerHost: dueAtOnce, InAll: dueAtOnce},
	})
}

// noKeyring is a machine without one: the vault has a passphrase.
type noKeyring struct{ storage.Keyring }

// dueAccount has had its token for an hour, which is as long as it was good.
func dueAccount(p auth.Provider, n int) (auth.Account, auth.Client, auth.Grant) {
	id := auth.AccountID(fmt.Sprintf("a%05d", n))
	issued := time.Now().Add(-time.Hour)
	return auth.Account{ID: id, Name: string(id), Provider: p, Grant: auth.AuthorizationCode, Client: "c"},
		auth.Client{ID: "c", Provider: p.ID, Identifier: peerClient, Secret: auth.NewSecret(peerSecret)},
		auth.Grant{
			Generation: 1, RefreshToken: auth.NewSecret("canary-refresh"), AccessToken: auth.NewSecret("canary-" + strings.Repeat("a", 600)),
			IssuedAt: issued, ExpiresAt: issued.Add(time.Hour),
		}
}

// seenToBe sees that everything was refreshed, once, and is on disk.
func seenToBe(b *testing.B, v *storage.Vault) {
	b.Helper()
	if err := v.Open(auth.NewSecret(peerPhrase)); err != nil {
		b.Fatal(err)
	}
	contents, err := v.Contents()
	if err = errors.Join(err, v.Close()); err != nil {
		b.Fatal(err)
	}
	for id, g := range contents.Grants {
		if g.Generation != 2 || g.Attempt.Open() {
			b.Fatalf("%s is at generation %d", id, g.Generation)
		}
	}
	if len(contents.Grants) != dueAccounts {
		b.Fatalf("%d grants", len(contents.Grants))
	}
}

// bareLoop is how long POST and commit take for as many accounts, and nothing else.
func bareLoop(b *testing.B, address string) time.Duration {
	b.Helper()
	db, err := bolt.Open(filepath.Join(b.TempDir(), "bare.db"), 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, NoStatistics: true})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }() // every commit is on disk
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: dueAtOnce}}
	defer client.CloseIdleConnections()
	numbers := make(chan int)
	var asking sync.WaitGroup
	began := time.Now()
	for range dueAtOnce {
		asking.Go(func() {
			for n := range numbers {
				if err := bareRefresh(client, address, db, fmt.Sprintf("a%05d", n)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for n := range dueAccounts {
		numbers <- n
	}
	close(numbers)
	asking.Wait()
	return time.Since(began)
}

func bareRefresh(client *http.Client, address string, db *bolt.DB, id string) error {
	answer, err := client.PostForm(address, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"canary-refresh"}, "client_id": {peerClient}, "client_secret": {peerSecret}})
	if err != nil {
		return err
	}
	text, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return err
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		return err
	}
	return db.Update(func(tx *bolt.Tx) error {
		bucket, err := tx.CreateBucketIfNotExists([]byte("grants"))
		if err != nil {
			return err
		}
		return bucket.Put([]byte(id), text)
	})
}
