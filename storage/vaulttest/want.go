package vaulttest

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/tokentray/tokentray/auth"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("got error %v (%T), want none", err, err)
	}
}

func wantIs(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

func wantKind(t *testing.T, err error, want auth.Kind) {
	t.Helper()
	var e *auth.Error
	if !errors.As(err, &e) || e.Kind != want {
		t.Errorf("got error %v, want one of kind %s", err, want)
	}
}

func wantState(t *testing.T, v auth.Vault, want auth.VaultState) {
	t.Helper()
	if got := v.State(); got != want {
		t.Fatalf("got state %s, want %s", got, want)
	}
}

func wantGrant(t *testing.T, v auth.Vault, id auth.AccountID, want auth.Grant) {
	t.Helper()
	got, err := v.Grant(id)
	must(t, err)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got grant %+v, want %+v", got, want)
	}
}

func wantContents(t *testing.T, v auth.Vault, want auth.Contents) {
	t.Helper()
	got, err := v.Contents()
	must(t, err)
	if diff := Differ(got, want); diff != "" {
		t.Error(diff)
	}
}

// Differ says where got is not want, and "" where they keep the same.
func Differ(got, want auth.Contents) string {
	switch {
	case len(got.Clients)+len(want.Clients) > 0 && !reflect.DeepEqual(got.Clients, want.Clients):
		return fmt.Sprintf("got clients %+v, want %+v", got.Clients, want.Clients)
	case len(got.Accounts)+len(want.Accounts) > 0 && !reflect.DeepEqual(got.Accounts, want.Accounts):
		return fmt.Sprintf("got accounts %+v, want %+v", got.Accounts, want.Accounts)
	case len(got.Grants)+len(want.Grants) > 0 && !reflect.DeepEqual(got.Grants, want.Grants):
		return fmt.Sprintf("got grants %+v, want %+v", got.Grants, want.Grants)
	case len(got.Unreadable)+len(want.Unreadable) > 0 && !reflect.DeepEqual(got.Unreadable, want.Unreadable):
		return fmt.Sprintf("got unreadable %v, want %v", got.Unreadable, want.Unreadable)
	case len(got.Told)+len(want.Told) > 0 && !reflect.DeepEqual(got.Told, want.Told):
		return fmt.Sprintf("got told %+v, want %+v", got.Told, want.Told)
	}
	return ""
}
