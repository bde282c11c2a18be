package agent_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/tokentray/tokentray/auth"
)

// same compares what crossed.
func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

func ok(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: got error %v, want none", what, err)
	}
}

func TestNothingCrossesAsNothing(t *testing.T) {
	// nil and empty differ where auth says so: the scopes of a Connection, the fields of a Change.
	connections := []auth.Connection{{}, {Scopes: []string{}}}
	none := auth.NewSecret("")
	changes := []auth.Change{
		{},
		{ClientIdentifier: new(""), ClientSecret: &none, RedirectAddress: new(""), Scopes: &[]string{}},
	}
	gotConnections, gotChanges := make(chan auth.Connection, 1), make(chan auth.Change, 1)
	c := dial(t, serve(t, desk{
		snapshot:  func(context.Context) (auth.Snapshot, error) { return auth.Snapshot{}, nil },
		providers: func(context.Context) ([]auth.Provider, error) { return nil, nil },
		token: func(_ context.Context, _ auth.AccountID, want auth.Want) (auth.Token, error) {
			same(t, "the usual Want", want, auth.Usual)
			return auth.Token{}, nil
		},
		connect: func(_ context.Context, got auth.Connection, _ func(auth.SignInStep)) (auth.Status, error) {
			gotConnections <- got
			return auth.Status{}, nil
		},
		edit: func(_ context.Context, _ auth.AccountID, got auth.Change) error {
			gotChanges <- got
			return nil
		},
	}).addr)

	snapshot, err := c.Snapshot(t.Context())
	ok(t, "Snapshot", err)
	same(t, "Snapshot", snapshot, auth.Snapshot{})
	providers, err := c.Providers(t.Context())
	ok(t, "Providers", err)
	same(t, "Providers", providers, nil)
	token, err := c.Token(t.Context(), "", auth.Usual)
	ok(t, "Token", err)
	same(t, "Token", token, auth.Token{})
	for _, want := range connections {
		_, err := c.Connect(t.Context(), want, nil)
		ok(t, "Connect", err)
		same(t, "Connection", <-gotConnections, want)
	}
	for _, want := range changes {
		ok(t, "Edit", c.Edit(t.Context(), "", want))
		same(t, "Change", <-gotChanges, want)
	}
}

// Whoever asks about a vault that is locked hears what opens it.
func TestASnapshotCrossesBesideItsError(t *testing.T) {
	want := auth.Snapshot{Vault: auth.VaultLocked, SealedBy: auth.SealedByKeyring}
	c := dial(t, serve(t, desk{snapshot: func(context.Context) (auth.Snapshot, error) {
		return want, &auth.Error{Kind: auth.KindVault, Vault: auth.VaultLocked}
	}}).addr)
	got, err := c.Snapshot(t.Context())
	if !errors.Is(err, &auth.Error{Kind: auth.KindVault}) {
		t.Errorf("Snapshot: %v, want an error of the vault", err)
	}
	same(t, "Snapshot", got, want)
}

func TestErrorsCrossWhole(t *testing.T) {
	var failure error
	c := dial(t, serve(t, desk{
		find: func(context.Context, string) (auth.AccountID, error) { return "ignored", failure },
	}).addr)
	for _, kind := range auth.Kinds() {
		want := full[auth.Error](t)
		want.Kind = kind
		sent := want
		sent.Cause = errors.New("stays here")
		failure = fmt.Errorf("wrapped: %w", &sent)
		_, err := c.Find(t.Context(), "work")
		var got *auth.Error
		if !errors.As(err, &got) || !errors.Is(err, &auth.Error{Kind: kind}) {
			t.Fatalf("got %#v, want an error of kind %s", err, kind)
		}
		same(t, "error", *got, want)
	}
	failure = errors.New("nobody foresaw this")
	_, err := c.Find(t.Context(), "work")
	want := &auth.Error{Kind: auth.KindInternal, Detail: "nobody foresaw this"}
	same[error](t, "an error of nobody", err, want)
}
