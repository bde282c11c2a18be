package practice

import (
	"slices"
	"time"
)

// refresh presents a refresh token (RFC 6749 §6). narrow says which scope the
// new access token gets, or refuses. A token that was replaced is taken once more
// within its grace; afterwards it revokes its family where the rules say so.
func (b *book) refresh(token, client string, m mint, narrow func(family) (*string, error)) (grant, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, hash := b.at(), hashOf(token)
	id, held, found := b.find(hash, now)
	if !found {
		return grant{}, b.reused(token)
	}
	f := *b.state.clone().Families[id]
	if f.Client != client {
		return grant{}, errOtherClient
	}
	if held.lapsed(now) {
		return grant{}, errRefreshExpired
	}
	scope, err := narrow(f)
	if err != nil {
		return grant{}, err
	}
	g, err := b.renew(&f, token, scope, m, now)
	if err != nil {
		return grant{}, err
	}
	return g, b.change(func(st *state) { st.Families[id] = &f })
}

// renew makes the new tokens of f and retires the old ones as the rules say.
func (b *book) renew(f *family, token string, scope *string, m mint, now time.Time) (grant, error) {
	if b.rules.killsOldAccess {
		f.Access = nil
	}
	if !b.rules.replaces {
		m.refresh = nil
		if b.rules.countsFromUse {
			f.Refresh.Lapses = b.lapses(nil, now)
		}
		g, err := b.issue(f, scope, "", m, now)
		g.refresh, g.kept = token, true
		return g, err
	}
	if b.rules.grace > 0 {
		replaced := *f.Refresh
		replaced.Replaced = now
		f.Previous = append(f.Previous, replaced)
	}
	return b.issue(f, scope, token[:min(handleLength, len(token))], m, now)
}

// find looks for a refresh token that still works: the current one of a family,
// or one within grace. It is called with the mutex held.
func (b *book) find(hash string, now time.Time) (id string, held slip, found bool) {
	for id, f := range b.state.Families {
		if f.Refresh != nil && f.Refresh.Hash == hash {
			return id, *f.Refresh, true
		}
		for _, s := range f.Previous {
			if s.Hash == hash && !now.After(s.Replaced.Add(b.rules.grace)) {
				return id, s, true
			}
		}
	}
	return "", slip{}, false
}

// reused is the answer to a refresh token that works no more: if a family begins
// with its handle it is an old one of it, and somebody has it who shouldn't
// (RFC 9700 §4.14.2). It is called with the mutex held.
func (b *book) reused(token string) error {
	if !b.rules.revokesOnReuse || len(token) <= handleLength {
		return errRefreshUnknown
	}
	handle := hashOf(token[:handleLength])
	for id, f := range b.state.Families {
		if f.Handle == handle {
			if err := b.revoke(id, ReasonRefreshTokenReused); err != nil {
				return err
			}
			break
		}
	}
	return errRefreshUnknown
}

// revoke forgets a family and all its tokens. It is called with the mutex held.
func (b *book) revoke(id string, why Reason) error {
	if err := b.change(func(st *state) { delete(st.Families, id) }); err != nil {
		return err
	}
	b.ledger.revoked(why)
	return nil
}

// revokeAll forgets every family.
func (b *book) revokeAll() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := len(b.state.Families)
	if err := b.change(func(st *state) { clear(st.Families) }); err != nil {
		return err
	}
	for range n {
		b.ledger.revoked(ReasonProviderEnded)
	}
	return nil
}

// revokeToken is RFC 7009: a refresh token takes its family with it, an access
// token goes alone, an unknown one is no error.
func (b *book) revokeToken(token, client string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	hash := hashOf(token)
	if id, _, found := b.find(hash, b.at()); found {
		if b.state.Families[id].Client != client {
			return errOtherClient
		}
		return b.revoke(id, ReasonClientAsked)
	}
	id, i := b.findAccess(hash)
	switch {
	case id == "":
		return nil
	case b.state.Families[id].Client != client:
		return errOtherClient
	}
	return b.change(func(st *state) {
		f := st.Families[id]
		f.Access = slices.Delete(f.Access, i, i+1)
	})
}

// access is who an access token belongs to.
func (b *book) access(token string) (family, ticket, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	id, i := b.findAccess(hashOf(token))
	if id == "" {
		return family{}, ticket{}, errAccessUnknown
	}
	f := *b.state.Families[id]
	t := f.Access[i]
	if t.expired(b.at()) {
		return f, t, errAccessExpired
	}
	return f, t, nil
}

// findAccess is called with the mutex held; id is "" where there is no such token.
func (b *book) findAccess(hash string) (id string, index int) {
	for id, f := range b.state.Families {
		if i := slices.IndexFunc(f.Access, func(t ticket) bool { return t.Hash == hash }); i >= 0 {
			return id, i
		}
	}
	return "", -1
}
