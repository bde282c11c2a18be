package practice

import (
	"maps"
	"slices"
	"time"
)

// stateFormat is the version of the state file.
const stateFormat = 1

// state is what outlives a restart. It holds hashes of tokens, never a token.
type state struct {
	Format   int                `json:"format"`
	Server   string             `json:"server"`         // names this server's cookie
	Keys     map[string][]byte  `json:"keys,omitempty"` // PKCS #8 by algorithm
	Families map[string]*family `json:"families"`
}

// family is one consent and everything that came of it; or, without a refresh
// token, what a client asked for itself.
type family struct {
	Client   string    `json:"client"`
	User     string    `json:"user,omitempty"`
	Scope    *string   `json:"scope"` // nil: none was ever sent
	SignedIn time.Time `json:"signed_in"`
	// Handle is the hash of what all refresh tokens of the family begin with, so
	// that a replaced one is known again however old it is.
	Handle   string   `json:"handle,omitempty"`
	Refresh  *slip    `json:"refresh,omitempty"`
	Previous []slip   `json:"previous,omitempty"` // replaced, but within grace
	Access   []ticket `json:"access"`
}

// slip is a refresh token.
type slip struct {
	Hash     string    `json:"hash"`
	Lapses   time.Time `json:"lapses,omitzero"`   // zero: never
	Replaced time.Time `json:"replaced,omitzero"` // of a previous one
}

func (s slip) lapsed(now time.Time) bool { return !s.Lapses.IsZero() && now.After(s.Lapses) }

// ticket is an access token.
type ticket struct {
	Hash    string    `json:"hash"`
	Scope   *string   `json:"scope"`
	Expires time.Time `json:"expires"`
}

func (t ticket) expired(now time.Time) bool { return !now.Before(t.Expires) }

func (st state) clone() state {
	keys := maps.Clone(st.Keys)
	if keys == nil {
		keys = map[string][]byte{}
	}
	st.Keys = keys
	families := make(map[string]*family, len(st.Families))
	for id, f := range st.Families {
		c := *f
		if f.Refresh != nil {
			r := *f.Refresh
			c.Refresh = &r
		}
		c.Previous, c.Access = slices.Clone(f.Previous), slices.Clone(f.Access)
		families[id] = &c
	}
	st.Families = families
	return st
}

// lingering is how long an expired token is still known, so that it is answered
// as expired and not as unknown.
const lingering = time.Hour

// prune forgets what nobody can use any more.
func (st state) prune(now time.Time, grace time.Duration) {
	for id, f := range st.Families {
		f.Access = slices.DeleteFunc(f.Access, func(t ticket) bool { return now.After(t.Expires.Add(lingering)) })
		f.Previous = slices.DeleteFunc(f.Previous, func(s slip) bool { return now.After(s.Replaced.Add(grace)) })
		lapsed := f.Refresh == nil || (!f.Refresh.Lapses.IsZero() && now.After(f.Refresh.Lapses.Add(lingering)))
		if lapsed && len(f.Access) == 0 {
			delete(st.Families, id)
		}
	}
}
