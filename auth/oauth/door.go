package oauth

import (
	"crypto/rand"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// door is the listener on one port while attempts wait behind it, and for a
// moment longer, so that the last page is seen. Its fields are guarded by doors.mu.
type door struct {
	doors   *doors
	port    int
	server  *http.Server
	crowd   *crowd
	sockets map[string]net.Listener // by the host they are bound to

	waiting []*attempt
	over    []*attempt           // ended here; a late callback is told so
	shown   map[string]*standing // pages by their path
	used    string               // the path of the one for a callback that comes again
	until   *time.Timer          // closes the door
	closed  bool
}

// standing is a page that a browser was sent to, under a path nobody can guess.
type standing struct {
	page  page
	until time.Time // when it needn't stand any more
}

const (
	// lingerSeen lets a browser finish reading the page.
	lingerSeen = time.Second
	// lingerUnseen is for a browser that never asks for its page.
	lingerUnseen = 10 * time.Second
	// maxOver bounds what is remembered of a busy door.
	maxOver = 64
)

// ServeHTTP answers one request. Nothing but a callback that an attempt owns has an effect.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.crowd.serve(r.Context())
	a := d.answer(r)
	a.write(w)
	if a.standing != nil {
		d.seen(a.standing)
	}
}

// answer decides what a request gets, in the order of how little is known of the
// one who asks: host, path, method, and only then what the query says.
func (d *door) answer(r *http.Request) answer {
	d.doors.mu.Lock()
	defer d.doors.mu.Unlock()
	all := slices.Concat(d.waiting, d.over)
	here := slices.DeleteFunc(all, func(a *attempt) bool { return !strings.EqualFold(a.redirect.hostPort(), r.Host) })
	if len(here) == 0 {
		return refuse(http.StatusMisdirectedRequest)
	}
	get := r.Method == http.MethodGet
	if s := d.shown[r.URL.Path]; s != nil && get {
		return answer{status: http.StatusOK, page: s.page, standing: s}
	}
	here = slices.DeleteFunc(here, func(a *attempt) bool { return a.redirect.path != r.URL.EscapedPath() })
	switch {
	case len(here) == 0:
		return refuse(http.StatusNotFound)
	case !get:
		return refuse(http.StatusMethodNotAllowed)
	case prefetched(r.Header):
		return refuse(http.StatusServiceUnavailable)
	}
	return d.callback(here, r.URL.RawQuery)
}

// prefetched reports whether a browser looks ahead of its person.
func prefetched(h http.Header) bool {
	return strings.Contains(h.Get("Sec-Purpose")+h.Get("Purpose"), "prefetch")
}

// callback gives a query to the attempt among here that owns it.
func (d *door) callback(here []*attempt, query string) answer {
	stranger := answer{status: http.StatusBadRequest, page: strangerPage()}
	c, err := readCallback(query)
	if err != nil {
		return stranger
	}
	at := slices.IndexFunc(here, func(a *attempt) bool { return a.owns(c) })
	if at < 0 {
		return stranger
	}
	a := here[at]
	if !slices.Contains(d.waiting, a) {
		return d.showUsed()
	}
	p, ok := d.deliver(a, c)
	if !ok {
		return stranger
	}
	return d.show(&standing{page: p, until: time.Now().Add(lingerUnseen)})
}

// show sends the browser on to s under a path of its own, so that the code
// leaves the address bar.
func (d *door) show(s *standing) answer {
	path := "/" + strings.ToLower(rand.Text())
	d.shown[path] = s
	d.reconsider()
	return answer{status: http.StatusSeeOther, location: path}
}

// showUsed is show for a callback that comes once more. It doesn't hold the door open.
func (d *door) showUsed() answer {
	if d.used == "" {
		d.used = d.show(&standing{page: usedPage()}).location
	}
	return answer{status: http.StatusSeeOther, location: d.used}
}

// seen lets the door close soon after s was served.
func (d *door) seen(s *standing) {
	d.doors.mu.Lock()
	defer d.doors.mu.Unlock()
	if soon := time.Now().Add(lingerSeen); soon.Before(s.until) {
		s.until = soon
	}
	d.reconsider()
}

// retire takes a from those that wait. It reports whether a waited.
func (d *door) retire(a *attempt) bool {
	at := slices.Index(d.waiting, a)
	if at < 0 {
		return false
	}
	d.waiting = slices.Delete(d.waiting, at, at+1)
	d.over = append(d.over, a)
	if len(d.over) > maxOver {
		d.over = slices.Delete(d.over, 0, 1)
	}
	return true
}

// reconsider closes the door when nobody waits and every page had its time, or
// sets the timer for that.
func (d *door) reconsider() {
	if d.until != nil {
		d.until.Stop()
	}
	if d.closed || len(d.waiting) > 0 {
		return
	}
	var last time.Time
	for _, s := range d.shown {
		if s.until.After(last) {
			last = s.until
		}
	}
	left := time.Until(last)
	if left <= 0 {
		d.close()
		return
	}
	d.until = time.AfterFunc(left, func() {
		d.doors.mu.Lock()
		defer d.doors.mu.Unlock()
		d.reconsider()
	})
}

// leave takes an attempt away that its caller gave up.
func (d *door) leave(a *attempt) {
	d.doors.mu.Lock()
	defer d.doors.mu.Unlock()
	d.retire(a)
	d.reconsider()
}

// portTaken is why a callback can't arrive.
func portTaken(detail string, cause error) *auth.Failure {
	return &auth.Failure{Kind: auth.KindPortTaken, Detail: detail, Cause: cause}
}
