package auth_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// fault is what becomes of a request.
type fault int

const (
	works fault = iota
	unreached
	answers503
	lostBefore // the request is lost after it has left, and nobody carries it out
	lostAfter  // it is carried out, and the answer is lost
	throttles
	intercepts
	misconfigures
	unknownError
	damages // the answer is cut after the refresh token
	faults  // how many there are
)

// rotation is what a server does with the refresh token that was used.
type rotation int

const (
	keeps   rotation = iota // the same one goes on working
	lenient                 // another one; the old one works until the new one was used
	strict                  // another one; the old one works for 30 s, and ends everything later
)

const graceTime = 30 * time.Second

// server is a provider in memory, with a ledger. It is an auth.Wire; its time is
// the test's, whatever the clock of the machine shows.
type server struct {
	auth.Wire        // what is not answered here is not asked
	name      string // in its tokens
	machine   auth.Clock
	rotation  rotation
	life      time.Duration
	delay     time.Duration // before an answer; 0: at once

	underWay atomic.Int64

	mu        sync.Mutex
	fault     func(host string) fault
	count     int
	families  map[int]*family
	tokens    map[string]*issued // refresh tokens
	valid     map[string]time.Time
	posts     []post
	asked     int           // how often
	worst     int           // the most presentations of one token that got no answer
	killed    int           // families that ended because a token was presented again too late
	byServer  int           // and by its administrator
	slept     time.Duration // how much later it is than the test's clock says
	refuses   bool
	forgetful bool          // keeps no list of its posts
	ahead     time.Duration // by how much its Date is wrong
}

// family is what one sign-in brought.
type family struct {
	alive    bool
	revoked  bool // by the administrator
	newest   string
	received int // the number of the newest one that arrived
	used     int // the number of the newest token that was used
}

// issued is a refresh token in the ledger.
type issued struct {
	family     int
	number     int
	replacedAt time.Time // zero: it is the newest
	presented  int
	unanswered int  // presented, and no answer arrived
	unknown    bool // by a server that lost it
}

type post struct {
	at    time.Time
	host  string
	token string
	fault fault
}

func newServer(machine auth.Clock, r rotation, life time.Duration) *server {
	return &server{
		machine: machine, rotation: r, life: life, fault: func(string) fault { return works },
		families: map[int]*family{}, tokens: map[string]*issued{}, valid: map[string]time.Time{},
	}
}

// does has every request come to f from now on.
func (s *server) does(f fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = func(string) fault { return f }
}

// sent are the requests that left, since the n-th.
func (s *server) sent(n int) []post {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sent []post
	for _, p := range s.posts[n:] {
		if p.fault != unreached {
			sent = append(sent, p)
		}
	}
	return sent
}

func (s *server) tries() []post {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]post(nil), s.posts...)
}

func (s *server) Discover(_ context.Context, p auth.Provider) (auth.Provider, error) { return p, nil }

func (s *server) SignIn(context.Context, auth.SignIn, func(auth.SignInStep)) (auth.Answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	s.families[s.count] = &family{alive: true}
	return s.give(s.count, s.machine.Wall()), nil
}

// give answers with new tokens of a family. Called with mu held.
func (s *server) give(f int, asked time.Time) auth.Answer {
	s.count++
	was := s.families[f].newest
	token := was
	if was == "" || s.rotation != keeps {
		token = fmt.Sprintf("canary-r%s%d", s.name, s.count)
		s.tokens[token] = &issued{family: f, number: s.count}
		s.families[f].newest = token
		if was != "" {
			s.tokens[was].replacedAt = time.Now()
		}
	}
	access := fmt.Sprintf("canary-a%s%d", s.name, s.count)
	s.valid[access] = time.Now().Add(s.life)
	return auth.Answer{
		AccessToken: auth.NewSecret(access), RefreshToken: auth.NewSecret(token), TokenType: "bearer",
		AskedAt: asked, ExpiresIn: s.life, ServerDate: time.Now().Add(s.slept + s.ahead).UTC().Truncate(time.Second),
	}
}

func (s *server) Revoke(context.Context, auth.Provider, auth.Client, auth.Grant) error {
	return auth.ErrNoRevocation
}

func (s *server) Refresh(ctx context.Context, p auth.Provider, _ auth.Client, g auth.Grant) (auth.Answer, error) {
	asked := s.machine.Wall()
	s.underWay.Add(1)
	defer s.underWay.Add(-1)
	answer, err := s.answer(p, g.RefreshToken.Reveal(), asked)
	if s.delay == 0 {
		return answer, err
	}
	select {
	case <-time.After(s.delay):
		return answer, err
	case <-ctx.Done():
		return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeAmbiguous}
	}
}

func (s *server) answer(p auth.Provider, presented string, asked time.Time) (auth.Answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.fault(p.Endpoints.Token)
	if !s.forgetful {
		s.posts = append(s.posts, post{time.Now(), p.Endpoints.Token, presented, f})
	}
	s.asked++
	t := s.tokens[presented]
	if f != unreached {
		t.presented++
		if f == lostAfter || f == lostBefore {
			t.unanswered++
			s.worst = max(s.worst, t.unanswered)
		}
	}
	said := func(o auth.Outcome, status int, code string) (auth.Answer, error) {
		return auth.Answer{}, &auth.Failure{Outcome: o, Said: auth.Said{Status: status, Code: code}}
	}
	switch f {
	case unreached:
		return said(auth.OutcomeTransient, 0, "")
	case answers503:
		return said(auth.OutcomeTransient, 503, "")
	case throttles:
		return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeThrottled, Said: auth.Said{Status: 429}, RetryAfter: time.Minute}
	case intercepts:
		return said(auth.OutcomeIntercepted, 302, "")
	case misconfigures:
		return said(auth.OutcomeMisconfigured, 401, "invalid_client")
	case unknownError:
		return said(auth.OutcomeUnknown, 400, "moon_phase")
	case lostBefore:
		return said(auth.OutcomeAmbiguous, 0, "")
	case works, lostAfter, damages, faults:
	}
	answer, ok := s.carryOut(t, asked)
	switch {
	case f == lostAfter:
		return said(auth.OutcomeAmbiguous, 0, "")
	case !ok:
		return said(auth.OutcomeNeedsSignIn, 400, "invalid_grant")
	}
	t.unanswered = 0 // it is settled what became of it
	s.families[t.family].received = s.tokens[answer.RefreshToken.Reveal()].number
	if f == damages {
		return auth.Answer{RefreshToken: answer.RefreshToken, AskedAt: asked, Salvaged: true}, nil
	}
	return answer, nil
}

// carryOut uses t, as the server's rotation has it. Called with mu held.
func (s *server) carryOut(t *issued, asked time.Time) (auth.Answer, bool) {
	f := s.families[t.family]
	switch {
	case !f.alive, s.refuses, t.unknown:
		return auth.Answer{}, false
	case t.replacedAt.IsZero(),
		s.rotation == lenient && t.number >= f.used,
		s.rotation == strict && time.Since(t.replacedAt) <= graceTime:
		f.used = max(f.used, t.number)
		return s.give(t.family, asked), true
	}
	if s.rotation == strict {
		f.alive = false
		s.killed++
	}
	return auth.Answer{}, false
}

// revoke ends a family, as an administrator would.
func (s *server) revoke(presented string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.families[s.tokens[presented].family]; f.alive {
		f.alive, f.revoked = false, true
		s.byServer++
	}
}

// serves reports whether an access token works right now.
func (s *server) serves(access string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Before(s.valid[access])
}

// age has d pass for the server while the machine sleeps.
func (s *server) age(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for access, end := range s.valid {
		s.valid[access] = end.Add(-d)
	}
	for _, t := range s.tokens {
		if !t.replacedAt.IsZero() {
			t.replacedAt = t.replacedAt.Add(-d)
		}
	}
	s.slept += d
}

// refuse has the server say invalid_grant to everybody, and change nothing; or no longer.
func (s *server) refuse(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuses = on
}

// forget has the server not know a refresh token any more that it gave out, and
// take the one before it again, or not.
func (s *server) forget(token, before string, again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.families[s.tokens[token].family]
	s.tokens[token].unknown = true
	if again {
		f.newest, s.tokens[before].replacedAt = before, time.Time{}
	} else {
		s.tokens[before].unknown = true
	}
}

// sweep has the server and its ledger forget what is long over.
func (s *server) sweep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for access, end := range s.valid {
		if time.Since(end) > time.Hour {
			delete(s.valid, access)
		}
	}
	for token, t := range s.tokens {
		if !t.replacedAt.IsZero() && time.Since(t.replacedAt) > 30*24*time.Hour && t.number < s.families[t.family].used {
			delete(s.tokens, token)
		}
	}
}

func (s *server) knows(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens[token] != nil
}

// stand is how the family of a refresh token stands, and whether no newer one was
// received.
func (s *server) stand(token string) (_ family, newest bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tokens[token]
	f := s.families[t.family]
	return *f, t.number >= f.received
}

// unanswered is how often a refresh token was presented without an answer, at most.
func (s *server) unanswered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.worst
}

// misdate has the server's Date be wrong, and evenly so.
func (s *server) misdate(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead = by
}
