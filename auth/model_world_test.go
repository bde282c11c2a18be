package auth_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// life is what one Keeper may do to the vault until it dies.
type life struct {
	auth.Vault
	dead atomic.Bool
}

var errDead = errors.New("the process is dead")

func (l *life) PutGrant(id auth.AccountID, was auth.Generation, g auth.Grant) error {
	if l.dead.Load() {
		return errDead
	}
	return l.Vault.PutGrant(id, was, g)
}

func (l *life) PutAccount(a auth.Account) error {
	if l.dead.Load() {
		return errDead
	}
	return l.Vault.PutAccount(a)
}

func (l *life) PutTold(told auth.Told) error {
	if l.dead.Load() {
		return errDead
	}
	return l.Vault.PutTold(told)
}

func (l *life) Note(id auth.AccountID, e ...auth.Event) {
	if l.dead.Load() {
		return
	}
	l.Vault.Note(id, e...)
}

func (l *life) Close() error {
	if l.dead.Load() {
		return nil
	}
	return l.Vault.Close()
}

// town is all servers as one Wire.
type town struct {
	auth.Wire
	servers map[string]*server
}

func (w town) Discover(_ context.Context, p auth.Provider) (auth.Provider, error) { return p, nil }

func (w town) SignIn(ctx context.Context, ask auth.SignIn, tell func(auth.SignInStep)) (auth.Answer, error) {
	return w.servers[ask.Provider.Endpoints.Token].SignIn(ctx, ask, tell)
}

func (w town) Refresh(ctx context.Context, p auth.Provider, c auth.Client, g auth.Grant) (auth.Answer, error) {
	return w.servers[p.Endpoints.Token].Refresh(ctx, p, c, g)
}

func (w town) Revoke(context.Context, auth.Provider, auth.Client, auth.Grant) error {
	return auth.ErrNoRevocation
}

// shelves is a catalogue of a provider for each of three servers.
type shelves struct{ auth.Catalogue }

func (shelves) Providers() []auth.Provider { return nil }

func (shelves) Provider(id auth.ProviderID) (auth.Provider, bool) {
	p := northwind
	p.ID, p.Endpoints.Token = id, fmt.Sprintf("https://%s.example/token", id)
	switch id {
	case "login0":
		p.Rotation.RefreshToken = auth.RefreshTokenStays
	case "login1":
		p.Rotation.KillsOldAccessToken = true
	case "login2":
		p.Rotation.Grace = graceTime
		p.Lifetimes.Refresh = 8 * time.Hour // by what it says
	}
	return p, true
}
