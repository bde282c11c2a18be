package auth

import (
	"context"
	"errors"
)

// wireError is what a caller is told of a failed sign-in.
func wireError(err error, account, provider string) error {
	var f *Failure
	if !errors.As(err, &f) {
		var e *Error
		if errors.As(err, &e) {
			return e
		}
		if errors.Is(err, context.Canceled) {
			return &Error{Kind: KindCancelled, Account: account, Provider: provider, Cause: err}
		}
		return &Error{Kind: KindInternal, Account: account, Provider: provider, Detail: "signing in", Cause: err}
	}
	kind := f.Kind
	if kind == "" {
		kind = kindOf(f.Outcome)
	}
	return &Error{Kind: kind, Account: account, Provider: provider, Said: f.Said, Detail: f.Detail, Cause: err}
}

// signInError is wireError; where the attempt was ended by us it is why.
func signInError(ctx context.Context, err error, account, provider string) error {
	var e *Error
	if errors.As(context.Cause(ctx), &e) {
		return e
	}
	return wireError(err, account, provider)
}

// vaultError is what a caller is told when the vault refused.
func vaultError(err error, state VaultState, account string) error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, ErrNoGrant):
		return &Error{Kind: KindUnknownAccount, Account: account}
	}
	return &Error{Kind: KindVault, Vault: state, Account: account, Detail: "the vault could not be written", Cause: err}
}
