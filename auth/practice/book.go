package practice

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// book keeps codes in memory and families on disk. Every method that changes a
// family returns only when the change is durable. It is safe for concurrent use.
type book struct {
	rules  policy
	file   stateFile
	now    func() time.Time
	ledger *ledger

	mu    sync.Mutex
	state state
	codes map[string]*issuedCode // by hash
	// devices wait for a person, or for their next poll; by the device code's hash.
	devices map[string]*waitingDevice
}

// permission is what a person allowed.
type permission struct {
	client, user string
	scope        *string
	redirect     string // as it was sent
	nonce        string
	challenge    string // PKCE, S256 (RFC 7636 §4.2); "" for none
	signedIn     time.Time
}

type issuedCode struct {
	permission
	expires time.Time
	family  string // that came of it; "" while it is unused
}

// mint makes tokens of a dialect's form.
type mint struct {
	access func(f family, scope *string, expires time.Time) (string, error)
	// refresh begins its token with handle where the dialect knows a family by it.
	// nil: there is none.
	refresh func(handle string) string
}

// grant is what was just given out.
type grant struct {
	family  family
	access  string
	refresh string  // "" for none
	kept    bool    // refresh is the one that was presented
	scope   *string // of the access token
	nonce   string
}

// What the book answers when it gives nothing. Dialects word them.
var (
	errCodeUnknown    = errors.New("unknown code")
	errCodeExpired    = errors.New("code expired")
	errRefreshUnknown = errors.New("unknown refresh token")
	errRefreshExpired = errors.New("refresh token expired")
	errOtherClient    = errors.New("issued to another client")
	errAccessUnknown  = errors.New("unknown access token")
	errAccessExpired  = errors.New("access token expired")
)

func openBook(o Options, rules policy, l *ledger) (*book, error) {
	b := &book{rules: rules, file: stateFile(o.StateFile), now: o.Now, ledger: l, codes: map[string]*issuedCode{}, devices: map[string]*waitingDevice{}}
	st, err := b.file.load()
	if err != nil {
		return nil, err
	}
	b.state = st
	return b, nil
}

// at is the wall time as it is stored.
func (b *book) at() time.Time { return b.now().UTC().Round(0) }

// change applies f to a copy of the state and keeps the copy if it could be
// saved. It is called with the mutex held.
func (b *book) change(f func(st *state)) error {
	next := b.state.clone()
	f(&next)
	next.prune(b.at(), b.rules.grace)
	if err := b.file.save(next); err != nil {
		return err
	}
	b.state = next
	return nil
}

// issueCode keeps what was allowed under a new code.
func (b *book) issueCode(code string, p permission) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.at()
	for hash, c := range b.codes {
		if now.After(c.expires.Add(lingering)) {
			delete(b.codes, hash)
		}
	}
	b.codes[hashOf(code)] = &issuedCode{permission: p, expires: now.Add(b.rules.codeLife)}
}

// exchange makes a family of a code. terms may refuse what was presented with
// it, and leaves the code as it is then. A code that comes a second time revokes
// the family it made (RFC 6749 §4.1.2) where the rules say so.
func (b *book) exchange(code string, terms func(permission) (mint, error)) (grant, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.codes[hashOf(code)]
	if c == nil {
		return grant{}, errCodeUnknown
	}
	if c.family != "" {
		if b.rules.revokesOnReuse && b.state.Families[c.family] != nil {
			if err := b.revoke(c.family, ReasonCodeReused); err != nil {
				return grant{}, err
			}
		}
		return grant{}, errCodeUnknown
	}
	m, err := terms(c.permission)
	if err != nil {
		return grant{}, err
	}
	now := b.at()
	if now.After(c.expires) {
		return grant{}, errCodeExpired
	}
	f := family{Client: c.client, User: c.user, Scope: c.scope, SignedIn: c.signedIn}
	handle := ""
	if m.refresh != nil {
		handle = randomText(handleBytes)
	}
	id, g, err := b.open(f, handle, m, now)
	if err != nil {
		return grant{}, err
	}
	c.family = id
	g.nonce = c.nonce
	return g, nil
}

// own makes a family without a refresh token: a client's own (RFC 6749 §4.4).
func (b *book) own(client string, scope *string, m mint) (grant, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	m.refresh = nil
	_, g, err := b.open(family{Client: client, Scope: scope}, "", m, b.at())
	return g, err
}

// open stores a new family with its first tokens. It is called with the mutex held.
func (b *book) open(f family, handle string, m mint, now time.Time) (string, grant, error) {
	g, err := b.issue(&f, f.Scope, handle, m, now)
	if err != nil {
		return "", grant{}, err
	}
	id := randomText(handleBytes)
	if err := b.change(func(st *state) { st.Families[id] = &f }); err != nil {
		return "", grant{}, err
	}
	return id, g, nil
}

// issue gives f an access token and, with a mint for it, a new refresh token
// beside the ones it had. Nothing is stored yet.
func (b *book) issue(f *family, scope *string, handle string, m mint, now time.Time) (grant, error) {
	g := grant{scope: scope}
	expires := now.Add(b.rules.accessLife)
	var err error
	if g.access, err = m.access(*f, scope, expires); err != nil {
		return grant{}, fmt.Errorf("make an access token: %w", err)
	}
	f.Access = append(f.Access, ticket{Hash: hashOf(g.access), Scope: scope, Expires: expires})
	if m.refresh != nil {
		g.refresh = m.refresh(handle)
		f.Refresh = &slip{Hash: hashOf(g.refresh), Lapses: b.lapses(f.Refresh, now)}
		f.Handle = hashOf(handle)
	}
	g.family = *f
	return g, nil
}

// lapses is when a refresh token given now lapses; before is the one it replaces.
func (b *book) lapses(before *slip, now time.Time) time.Time {
	switch {
	case before != nil && b.rules.inheritsExpiry:
		return before.Lapses
	case b.rules.refreshLife == 0:
		return time.Time{}
	}
	return now.Add(b.rules.refreshLife)
}

// handleBytes is how much randomness a family's handle has: 128 bits.
const handleBytes = 16

// handleLength is how many characters of a refresh token are its family's handle.
const handleLength = (handleBytes*8 + 5) / 6
