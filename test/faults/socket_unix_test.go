//go:build unix

package faults_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
)

func TestFault19ARefreshTokenIsOnDiskBeforeItsAccessTokenIsSeen(t *testing.T) {
	t.Parallel()
	slow := &slowVault{second: make(chan struct{}), written: make(chan struct{})}
	w := newWorld(t, func(s *setup) { s.vault = func(v auth.Vault) auth.Vault { slow.Vault = v; return slow } })
	id := w.connect("work")
	first := w.grant(id)
	desk := serve(t, w.Keeper)

	renewed := make(chan auth.Token, 1)
	go func() {
		token, err := desk.Token(context.Background(), id, auth.Want{Force: true})
		if err == nil && w.grant(id).RefreshToken.Equal(first.RefreshToken) {
			t.Error("the access token was seen before its refresh token was on disk")
		}
		if err != nil {
			t.Error(err)
		}
		renewed <- token
	}()
	<-slow.second // the answer is here, and not yet on disk
	if token, err := desk.Token(t.Context(), id, auth.Usual); err != nil || !token.AccessToken.Equal(first.AccessToken) {
		t.Errorf("while the answer is written: %v, want the old token", err)
	}
	if d, err := desk.Show(t.Context(), id); err != nil || d.Generation != 1 {
		t.Errorf("while the answer is written: generation %d, %v, want 1", d.Generation, err)
	}
	if g := w.grant(id); !g.RefreshToken.Equal(first.RefreshToken) || g.Attempt.Presentations != 1 {
		t.Errorf("the disk has %d presentations, want the mark of one", g.Attempt.Presentations)
	}
	close(slow.written)
	if token := <-renewed; !token.AccessToken.Equal(w.grant(id).AccessToken) {
		t.Error("what was seen is not what is on disk")
	}
	w.front.wantLedger(t, []int{1}, []int{1})
}

// slowVault has the second generation of a grant wait before it is written.
type slowVault struct {
	auth.Vault
	second, written chan struct{}
}

func (v *slowVault) PutGrant(id auth.AccountID, was auth.Generation, g auth.Grant) error {
	if g.Generation == 2 && was == 1 {
		close(v.second)
		<-v.written
	}
	return v.Vault.PutGrant(id, was, g)
}

// serve offers k on a socket and returns a caller's end of it.
func serve(t *testing.T, k *auth.Keeper) *agent.Client {
	t.Helper()
	dir, err := os.MkdirTemp("", "faults") // a socket's path has to be short
	must(t, err)
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	address := agent.Address{Socket: filepath.Join(dir, "s"), Lock: filepath.Join(dir, "lock")}
	hold, err := agent.Take(address, "1.2.3")
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ready, served := make(chan struct{}), make(chan error, 1)
	go func() {
		served <- hold.Serve(ctx, withoutDesktop{Desk: k}, func() {}, func() { close(ready) })
	}()
	<-ready
	client, err := agent.Dial(ctx, address, "1.2.3")
	must(t, err)
	t.Cleanup(func() {
		must(t, client.Close())
		stop()
		must(t, <-served)
		must(t, hold.Release())
	})
	return client
}

// withoutDesktop is an agent that nobody sees.
type withoutDesktop struct{ auth.Desk }

func (withoutDesktop) Copy(context.Context, auth.AccountID, string, auth.Session) (*auth.Error, error) {
	return nil, &auth.Error{Kind: auth.KindDesktop}
}

func (withoutDesktop) AtHand(context.Context, string, string, time.Duration) (auth.Secret, error) {
	return auth.Secret{}, nil
}

func (withoutDesktop) Open(context.Context, auth.Summons, auth.Session) error {
	return &auth.Error{Kind: auth.KindDesktop}
}

func (withoutDesktop) Summoned(ctx context.Context) (<-chan auth.Summons, error) {
	return nil, ctx.Err()
}
