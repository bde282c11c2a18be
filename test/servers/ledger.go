package servers

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
)

// TokenRequest is one line of the ledger: what came to the token endpoint and what
// went back, told by fingerprints.
type TokenRequest struct {
	Grant     string `json:"grant"`     // grant_type
	Presented string `json:"presented"` // Fingerprint of the code, refresh token or device code; "" for none
	Given     string `json:"given"`     // Fingerprint of the refresh token in the answer; "" for none
	Status    int    `json:"status"`
	Error     string `json:"error"` // RFC 6749 §5.2
}

// Fingerprint tells secrets apart without showing them.
func Fingerprint(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:8])
}

// Ledger returns every token request so far, oldest first. An entry is written
// as its answer leaves, so that it may come a moment after the answer.
func (s *Server) Ledger() []TokenRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger)
}

// WaitLedger returns the ledger as soon as it holds n requests.
func (s *Server) WaitLedger(n int) []TokenRequest {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; <-time.After(10 * time.Millisecond) {
		if got := s.Ledger(); len(got) >= n {
			return got
		} else if time.Now().After(deadline) {
			s.t.Fatalf("ledger holds %d token requests after %s, want %d: %v", len(got), patience, n, got)
		}
	}
}

// Revoke takes back every grant of one account that was used at the token
// endpoint, as an administrator would, and fails the test where there was none.
func (s *Server) Revoke(account string) {
	s.t.Helper()
	s.tell(map[string]string{"revoke": account})
	select {
	case n := <-s.done:
		if n == 0 {
			s.t.Fatalf("revoke at %s: %s has no grant", s.name, account)
		}
	case <-time.After(patience):
		s.t.Fatalf("revoke at %s: no answer within %s", s.name, patience)
	}
}
