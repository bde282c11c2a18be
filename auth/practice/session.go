package practice

import (
	"crypto/subtle"
	"net/http"
	"sync"
	"time"
)

// session is a browser that came by.
type session struct {
	id       string
	csrf     string // what a form of this session carries
	user     string // "" until somebody signed in
	signedIn time.Time
	seen     time.Time
}

// sessions are the browsers, in memory: signing in again after a restart costs nothing here.
type sessions struct {
	cookie string // its name; cookies don't know ports, so each server has its own
	now    func() time.Time

	mu    sync.Mutex
	known map[string]session
}

// maxSessions bounds what programs that never send the cookie back can leave behind.
const maxSessions = 256

func newSessions(server string, now func() time.Time) *sessions {
	return &sessions{cookie: "practice-" + server, now: now, known: map[string]session{}}
}

// of is the session of the browser that sent r.
func (s *sessions) of(r *http.Request) (session, bool) {
	c, err := r.Cookie(s.cookie)
	if err != nil {
		return session{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.known[c.Value]
	if ok {
		found.seen = s.now()
		s.known[c.Value] = found
	}
	return found, ok
}

// begin makes a session for user, "" for nobody yet, in place of old.
func (s *sessions) begin(w http.ResponseWriter, old session, user string) session {
	now := s.now().UTC().Round(0)
	fresh := session{id: randomText(16), csrf: randomText(16), user: user, signedIn: now, seen: now}
	s.mu.Lock()
	delete(s.known, old.id)
	if len(s.known) >= maxSessions {
		delete(s.known, s.stalest())
	}
	s.known[fresh.id] = fresh
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{
		Name: s.cookie, Value: fresh.id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	return fresh
}

// stalest is called with the mutex held.
func (s *sessions) stalest() (id string) {
	var seen time.Time
	for k, v := range s.known {
		if id == "" || v.seen.Before(seen) {
			id, seen = k, v.seen
		}
	}
	return id
}

// owns reports whether a form came from a page of this session.
func (s session) owns(csrf string) bool {
	return s.csrf != "" && subtle.ConstantTimeCompare([]byte(s.csrf), []byte(csrf)) == 1
}
