package practice

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Fault spoils answers. A fault that replaces the answer (Drop, Status or Body)
// keeps the request from being carried out, unless Processed is set; any other
// one lets it be carried out and changes the real answer.
type Fault struct {
	At        Place
	Times     int  // how many answers; 0: one
	Processed bool // carried out first: a code is used up, a refresh token is rotated

	Delay time.Duration   // before the answer leaves
	Hold  <-chan struct{} // the answer leaves when it is closed; nil: at once
	Drop  bool            // the connection is closed instead of an answer

	Status int    // 0: that of the real answer, or 200 where there is none
	Body   string // "": that of the real answer
	// Quote puts the whole request behind Body, secrets and all, as the error pages of
	// careless servers do.
	Quote bool
	// Rewrite changes the real body, e.g. to take a key out.
	Rewrite func(body []byte) []byte
	// CutAfter is how many bytes of the body leave before the connection is
	// closed; 0: all of them.
	CutAfter int
	// Header is set over that of the answer, e.g. Retry-After or Content-Type;
	// an empty value takes a header away.
	Header map[string]string
}

// Place is where a Fault strikes: a closed set.
type Place int

// The places.
const (
	AtToken Place = iota
	AtRevocation
	AtDiscovery
	AtKeys // the JWKS
	AtUserInfo
	AtAPI
	AtDeviceAuthorization
)

// CaptivePortal is the answer of a network login in between: a page, with status 200.
func CaptivePortal() Fault {
	return Fault{
		Status: http.StatusOK, Body: "<!DOCTYPE html><title>Welcome</title><p>Sign in to use this network.",
		Header: map[string]string{"Content-Type": "text/html; charset=utf-8"},
	}
}

// FortellisThrottle is the rate limit as Okta words it: 429 with invalid_grant,
// though the grant is as good as ever. reset is when the limit ends.
func FortellisThrottle(reset time.Time) Fault {
	return Fault{
		Status: http.StatusTooManyRequests,
		Body:   `{"error":"invalid_grant","error_description":"API call exceeded rate limit due to too many requests."}`,
		Header: map[string]string{
			"Content-Type": "application/json", "X-Rate-Limit-Limit": "10",
			"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": strconv.FormatInt(reset.Unix(), 10),
		},
	}
}

// replaces reports whether nothing of the real answer is wanted.
func (f Fault) replaces() bool { return f.Drop || f.Status != 0 || f.Body != "" || f.Quote }

func (f Fault) carriesOut() bool { return f.Processed || !f.replaces() }

// spoil makes f of the real answer to c; real is the zero reply where the request
// was not carried out.
func (f Fault) spoil(c call, real reply) reply {
	if real.header == nil {
		real.header = http.Header{}
	}
	if f.Status != 0 {
		real.status = f.Status
	}
	if real.status == 0 {
		real.status = http.StatusOK
	}
	if f.Body != "" || !f.carriesOut() {
		real.body = []byte(f.Body)
	}
	if f.Quote {
		real.body = append(real.body, c.quoted()...)
	}
	if f.Rewrite != nil {
		real.body = f.Rewrite(real.body)
	}
	for name, value := range f.Header {
		if value == "" {
			real.header[http.CanonicalHeaderKey(name)] = nil // nil also keeps net/http from guessing one
			continue
		}
		real.header.Set(name, value)
	}
	return real
}

// send lets the spoiled answer leave, or not. gone is closed when the server closes.
func (f Fault) send(w http.ResponseWriter, r *http.Request, answer reply, gone <-chan struct{}) {
	f.wait(r, gone)
	if f.Drop {
		panic(http.ErrAbortHandler) // net/http's way to close a connection without an answer
	}
	if f.CutAfter == 0 || f.CutAfter >= len(answer.body) {
		answer.writeTo(w)
		return
	}
	kept := answer.body[:f.CutAfter]
	head := w.Header()
	for name, values := range answer.header {
		head[name] = values
	}
	head.Set("Content-Length", strconv.Itoa(len(answer.body)))
	w.WriteHeader(answer.status)
	_, _ = w.Write(kept) // the connection is given up anyway
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// wait holds the answer back until it may leave, the client has gone, or the server closes.
func (f Fault) wait(r *http.Request, gone <-chan struct{}) {
	if f.Delay > 0 {
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		case <-gone:
		}
	}
	if f.Hold != nil {
		select {
		case <-f.Hold:
		case <-r.Context().Done():
		case <-gone:
		}
	}
}

// script is the faults that are still to come, in the order they were asked for.
type script struct {
	mu     sync.Mutex
	queues map[Place][]Fault
}

func (s *script) add(faults []Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queues == nil {
		s.queues = map[Place][]Fault{}
	}
	for _, f := range faults {
		f.Times = max(f.Times, 1)
		s.queues[f.At] = append(s.queues[f.At], f)
	}
}

func (s *script) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queues = nil
}

// next takes the fault for one answer at p.
func (s *script) next(p Place) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	queue := s.queues[p]
	if len(queue) == 0 {
		return Fault{}, false
	}
	f := queue[0]
	queue[0].Times--
	if queue[0].Times == 0 {
		s.queues[p] = queue[1:]
	}
	return f, true
}
