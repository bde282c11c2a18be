package practice

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"sync"
)

// Ledger is what was presented at the token endpoint, and what came of it. It is
// a copy, and holds no token.
type Ledger struct {
	TokenRequests int // that arrived, carried out or not
	// Outcomes counts what the requests that were carried out came to: "issued" or an error code.
	Outcomes map[string]int
	Spoiled  int // answers that a Fault changed or kept back
	// Codes and RefreshTokens count how often each was presented.
	Codes, RefreshTokens map[Fingerprint]int
	Revoked              map[Reason]int // families, by why
}

// FamiliesRevoked is how many families were revoked in all.
func (l Ledger) FamiliesRevoked() int {
	n := 0
	for _, times := range l.Revoked {
		n += times
	}
	return n
}

// Fingerprint names a token without telling it.
type Fingerprint string

// FingerprintOf is the name that the ledger has for a token or code.
func FingerprintOf(token string) Fingerprint { return Fingerprint(hashOf(token)[:12]) }

// hashOf is how tokens are kept. They are long random strings, so a plain
// SHA-256 can't be guessed back.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Reason is why a family was revoked: a closed set.
type Reason string

// The reasons.
const (
	ReasonRefreshTokenReused Reason = "refresh token reused" // RFC 9700 §4.14.2
	ReasonCodeReused         Reason = "code reused"          // RFC 6749 §4.1.2
	ReasonClientAsked        Reason = "client asked"         // RFC 7009
	ReasonProviderEnded      Reason = "provider ended it"    // RevokeAll
)

// remembered bounds how many tokens a ledger tells apart: the practice provider
// may run for months, and nobody looks at its ledger.
const remembered = 4096

// ledger is the Ledger while it is written.
type ledger struct {
	mu     sync.Mutex
	totals Ledger
	order  []Fingerprint // of Codes and RefreshTokens, oldest first
}

func newLedger() *ledger {
	return &ledger{totals: Ledger{
		Outcomes: map[string]int{}, Codes: map[Fingerprint]int{},
		RefreshTokens: map[Fingerprint]int{}, Revoked: map[Reason]int{},
	}}
}

func (l *ledger) snapshot() Ledger {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.totals
	t.Outcomes, t.Revoked = maps.Clone(t.Outcomes), maps.Clone(t.Revoked)
	t.Codes, t.RefreshTokens = maps.Clone(t.Codes), maps.Clone(t.RefreshTokens)
	return t
}

// arrived notes a token request and what it presents; "" is nothing.
func (l *ledger) arrived(code, refreshToken string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.totals.TokenRequests++
	l.count(l.totals.Codes, code)
	l.count(l.totals.RefreshTokens, refreshToken)
}

// count is called with the mutex held.
func (l *ledger) count(in map[Fingerprint]int, token string) {
	if token == "" {
		return
	}
	name := FingerprintOf(token)
	if in[name] == 0 {
		l.order = append(l.order, name)
	}
	in[name]++
	if len(l.order) > remembered {
		delete(l.totals.Codes, l.order[0])
		delete(l.totals.RefreshTokens, l.order[0])
		l.order = l.order[1:]
	}
}

func (l *ledger) cameTo(outcome string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.totals.Outcomes[outcome]++
}

func (l *ledger) spoiled() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.totals.Spoiled++
}

func (l *ledger) revoked(why Reason) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.totals.Revoked[why]++
}
