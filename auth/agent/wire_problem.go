package agent

import (
	"errors"

	"github.com/tokentray/tokentray/auth"
)

// problem is an auth.Error without its cause.
type problem struct {
	Kind       auth.Kind       `json:"kind"`
	Detail     string          `json:"detail,omitzero"`
	Account    string          `json:"account,omitzero"`
	Provider   string          `json:"provider,omitzero"`
	Candidates []string        `json:"candidates,omitzero"`
	Vault      auth.VaultState `json:"vault,omitzero"`
	Said       auth.Said       `json:"said,omitzero"`
}

// problemOf is nil where err is. An error that is none of ours crosses as
// auth.KindInternal with its text.
func problemOf(err error) *problem {
	if err == nil {
		return nil
	}
	var e *auth.Error
	if !errors.As(err, &e) {
		e = &auth.Error{Kind: auth.KindInternal, Detail: err.Error()}
	}
	return problemIn(e)
}

func problemIn(e *auth.Error) *problem {
	if e == nil {
		return nil
	}
	return &problem{
		Kind: e.Kind, Detail: e.Detail, Account: e.Account, Provider: e.Provider,
		Candidates: e.Candidates, Vault: e.Vault, Said: e.Said,
	}
}

// domain is nil where p is.
func (p *problem) domain() *auth.Error {
	if p == nil {
		return nil
	}
	return &auth.Error{
		Kind: p.Kind, Detail: p.Detail, Account: p.Account, Provider: p.Provider,
		Candidates: p.Candidates, Vault: p.Vault, Said: p.Said,
	}
}
