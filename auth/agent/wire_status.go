package agent

import (
	"time"

	"github.com/tokentray/tokentray/auth"
)

// status is an auth.Status.
type status struct {
	ID           auth.AccountID  `json:"id"`
	Name         string          `json:"name"`
	Provider     auth.ProviderID `json:"provider"`
	ProviderName string          `json:"provider_name,omitzero"`
	Colour       string          `json:"colour,omitzero"`
	State        auth.State      `json:"state"`
	Since        time.Time       `json:"since,omitzero"`
	Cause        *problem        `json:"cause,omitzero"`
	SigningIn    bool            `json:"signing_in,omitzero"`
	ExpiresAt    time.Time       `json:"expires_at,omitzero"`
	IssuedAt     time.Time       `json:"issued_at,omitzero"`
	RefreshAt    time.Time       `json:"refresh_at,omitzero"`
	Tried        time.Time       `json:"tried,omitzero"`
	PausedUntil  time.Time       `json:"paused_until,omitzero"`
	SignInBy     time.Time       `json:"sign_in_by,omitzero"`
	Identity     auth.Identity   `json:"identity,omitzero"`
	Scopes       []string        `json:"scopes,omitzero"`
	Grant        auth.GrantType  `json:"grant,omitzero"`
}

func statusOf(s auth.Status) status {
	return status{
		ID: s.ID, Name: s.Name, Provider: s.Provider, ProviderName: s.ProviderName, Colour: s.Colour,
		State: s.State, Since: s.Since, Cause: problemIn(s.Cause), SigningIn: s.SigningIn,
		ExpiresAt: s.ExpiresAt, IssuedAt: s.IssuedAt, RefreshAt: s.RefreshAt, Tried: s.Tried, PausedUntil: s.PausedUntil, SignInBy: s.SignInBy,
		Identity: s.Identity, Scopes: s.Scopes, Grant: s.Grant,
	}
}

func (s status) domain() auth.Status {
	return auth.Status{
		ID: s.ID, Name: s.Name, Provider: s.Provider, ProviderName: s.ProviderName, Colour: s.Colour,
		State: s.State, Since: s.Since, Cause: s.Cause.domain(), SigningIn: s.SigningIn,
		ExpiresAt: s.ExpiresAt, IssuedAt: s.IssuedAt, RefreshAt: s.RefreshAt, Tried: s.Tried, PausedUntil: s.PausedUntil, SignInBy: s.SignInBy,
		Identity: s.Identity, Scopes: s.Scopes, Grant: s.Grant,
	}
}

// snapshot is an auth.Snapshot.
type snapshot struct {
	At       time.Time           `json:"at,omitzero"`
	Awake    time.Time           `json:"awake,omitzero"`
	Accounts []status            `json:"accounts,omitzero"`
	Vault    auth.VaultState     `json:"vault"`
	SealedBy auth.SealedBy       `json:"sealed_by,omitzero"`
	Warnings []auth.VaultWarning `json:"warnings,omitzero"`
	Offline  bool                `json:"offline,omitzero"`
	Unsaved  int                 `json:"unsaved,omitzero"`
}

func snapshotOf(s auth.Snapshot) snapshot {
	return snapshot{
		At: s.At, Awake: s.Awake, Accounts: each(s.Accounts, statusOf), Vault: s.Vault,
		SealedBy: s.SealedBy, Warnings: s.Warnings, Offline: s.Offline, Unsaved: s.Unsaved,
	}
}

func (s snapshot) domain() auth.Snapshot {
	return auth.Snapshot{
		At: s.At, Awake: s.Awake, Accounts: each(s.Accounts, status.domain), Vault: s.Vault,
		SealedBy: s.SealedBy, Warnings: s.Warnings, Offline: s.Offline, Unsaved: s.Unsaved,
	}
}

// each is f of every item; nil stays nil.
func each[A, B any](items []A, f func(A) B) []B {
	if items == nil {
		return nil
	}
	all := make([]B, len(items))
	for i, item := range items {
		all[i] = f(item)
	}
	return all
}

// details is an auth.Details.
type details struct {
	Status          status            `json:"status"`
	AskedScopes     []string          `json:"asked_scopes,omitzero"`
	ClientName      string            `json:"client_name,omitzero"`
	ClientID        string            `json:"client_id,omitzero"`
	RedirectAddress string            `json:"redirect_address,omitzero"`
	Settings        map[string]string `json:"settings,omitzero"`
	SignedInAt      time.Time         `json:"signed_in_at,omitzero"`
	Generation      auth.Generation   `json:"generation,omitzero"`
	API             auth.API          `json:"api,omitzero"`
	Tokens          []auth.Inspection `json:"tokens,omitzero"`
	History         []auth.Event      `json:"history,omitzero"`
}

func detailsOf(d auth.Details) details {
	return details{
		Status: statusOf(d.Status), AskedScopes: d.AskedScopes, ClientName: d.ClientName, ClientID: d.ClientID,
		RedirectAddress: d.RedirectAddress, Settings: d.Settings, SignedInAt: d.SignedInAt,
		Generation: d.Generation, API: d.API, Tokens: d.Tokens, History: d.History,
	}
}

func (d details) domain() auth.Details {
	return auth.Details{
		Status: d.Status.domain(), AskedScopes: d.AskedScopes, ClientName: d.ClientName, ClientID: d.ClientID,
		RedirectAddress: d.RedirectAddress, Settings: d.Settings, SignedInAt: d.SignedInAt,
		Generation: d.Generation, API: d.API, Tokens: d.Tokens, History: d.History,
	}
}
