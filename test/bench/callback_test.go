//go:build unix

package bench_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/tokentray/tokentray/assets"
	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/catalog"
	"github.com/tokentray/tokentray/auth/oauth"
	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
	"github.com/tokentray/tokentray/storage"
)

// BenchmarkCallbackToSaved is from the callback's last byte to a sign-in that is on
// disk: the code is exchanged at a provider on this machine, its ID token checked,
// and the account saved. The median of thirty. The first asks for the provider's
// documents, too.
func BenchmarkCallbackToSaved(b *testing.B) {
	const redirect = "http://127.0.0.1:17998/callback"
	server := practicetest.Start(b, practice.Options{
		Dialect: practice.Standard,
		Clients: []practice.Client{{ID: peerClient, Secret: auth.NewSecret(peerSecret), RedirectAddresses: []string{redirect}}},
	})
	k := signInKeeper(b)
	var all, bare []time.Duration
	for n := range 30 {
		all = append(all, signIn(b, k, server, redirect, fmt.Sprintf("Account %d", n)))
		bare = append(bare, pageOf(b, server))
	}
	b.ReportMetric(float64(all[0].Microseconds())/1000, "ms-first")
	slices.Sort(all)
	slices.Sort(bare)
	b.ReportMetric(float64(all[15].Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(bare[15].Microseconds())/1000, "ms-one-get")
	b.ReportMetric(0, "ns/op")
}

func signInKeeper(b *testing.B) *auth.Keeper {
	b.Helper()
	wire := oauth.New(oauth.Options{})
	providers, _ := catalog.New(assets.Providers)
	k := auth.NewKeeper(auth.Parts{
		Vault: storage.NewVault(storage.Options{Dir: b.TempDir(), Keyring: noKeyring{}}), Wire: wire, Catalogue: providers,
		Clock: auth.SystemClock(), Log: slog.New(slog.DiscardHandler),
	})
	if err := k.Open(b.Context(), auth.NewSecret(peerPhrase)); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := errors.Join(k.Close(time.Second), wire.Close()); err != nil {
			b.Error(err)
		}
	})
	return k
}

// signIn connects an account and returns how long it took from the callback on.
func signIn(b *testing.B, k *auth.Keeper, server *practice.Server, redirect, name string) time.Duration {
	b.Helper()
	came := make(chan time.Time, 1)
	_, err := k.Connect(b.Context(), auth.Connection{
		ProviderFile: []byte(peerFile(server.Address())), ProviderFileName: "bench.toml", Name: name, Grant: auth.AuthorizationCode,
		ClientIdentifier: peerClient, ClientSecret: auth.NewSecret(peerSecret), RedirectAddress: redirect,
	}, func(step auth.SignInStep) {
		back := practicetest.Answer(b, http.DefaultClient, step.Address, name+"@example.com", "allow")
		came <- time.Now()
		go func() { // it ends with the page, which doesn't wait for the exchange
			if answer, err := http.Get(back); err == nil {
				_ = answer.Body.Close() // a page for a person
			}
		}()
	})
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(<-came)
}

// pageOf is one GET at the same server: a yardstick for what HTTP costs at the moment.
func pageOf(b *testing.B, server *practice.Server) time.Duration {
	b.Helper()
	began := time.Now()
	answer, err := http.Get(server.Address() + "/.well-known/openid-configuration")
	if err != nil {
		b.Fatal(err)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}
