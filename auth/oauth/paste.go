package oauth

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/tokentray/tokentray/auth"
)

// maxPasted bounds what is read of a pasted address: its query may be maxQuery,
// and what stands before it is ours.
const maxPasted = maxQuery + 4<<10

// Paste hands the attempt of SignIn with that name the address at which the person's
// browser ended: on another machine, or where something keeps it from the callback.
// It is judged as a callback is. The error is a *auth.Failure of KindUsage where no
// such attempt waits, or where the address isn't its answer; the attempt goes on
// waiting then. Whatever the right address says, a refusal too, ends the attempt.
func (w *Wire) Paste(attempt string, address auth.Secret) error {
	w.doors.mu.Lock()
	defer w.doors.mu.Unlock()
	d, a := w.doors.find(attempt)
	if a == nil {
		return unusable("no sign-in waits for this address any more; start it again")
	}
	query, err := a.redirect.answered(address.Reveal())
	if err != nil {
		return err
	}
	c, err := readCallback(query)
	switch {
	case err != nil:
		return unusable("the address is damaged; copy it once more, all of it")
	case !a.owns(c):
		return unusable("the address belongs to another sign-in; take the one from the page that was opened for this one")
	}
	if _, ok := d.deliver(a, c); !ok {
		return unusable("the address holds no answer yet; finish the sign-in in the browser first")
	}
	d.reconsider()
	return nil
}

// find is the attempt that waits under a name, and its door; nil where none does.
func (ds *doors) find(attempt string) (*door, *attempt) {
	for _, d := range ds.open {
		for _, a := range d.waiting {
			if a.name == attempt {
				return d, a
			}
		}
	}
	return nil, nil
}

// deliver ends a, which waits here, with c, which it owns. ok is false where c
// says nothing that an attempt could end with; a goes on waiting then.
func (d *door) deliver(a *attempt, c callback) (p page, ok bool) {
	e, p, ok := a.judge(c)
	if ok {
		a.ended <- e // capacity one, and only an attempt that waits gets here
		d.retire(a)
	}
	return p, ok
}

// answered is the query of pasted, which has to lead where r does. Browsers leave
// out "http://" in what they show, and some providers end an address with '#'.
func (r redirect) answered(pasted string) (query string, err error) {
	pasted = strings.TrimSpace(pasted)
	if len(pasted) > maxPasted || strings.ContainsFunc(pasted, unprintable) || strings.Contains(pasted, " ") {
		return "", unusable("this is not one address; copy what stands in the browser's address line, and nothing else")
	}
	pasted, _, _ = strings.Cut(pasted, "#")
	if !strings.Contains(pasted, "://") {
		pasted = "http://" + pasted
	}
	u, err := url.Parse(pasted)
	if err != nil || u.Scheme != "http" || u.User != nil || !slices.Contains(r.hosts(), strings.ToLower(u.Host)) || r.path != pathOf(u) {
		return "", unusable(fmt.Sprintf("this is not where the provider sends the browser; the address begins with %s", r.shown()))
	}
	return u.RawQuery, nil
}

// hosts are the ways to write the host of r: a browser leaves out port 80.
func (r redirect) hosts() []string {
	hosts := []string{r.hostPort()}
	if r.port == 80 {
		hosts = append(hosts, r.hostPort()+":80")
	}
	return hosts
}

// pathOf is the path that a browser asks for.
func pathOf(u *url.URL) string {
	if path := u.EscapedPath(); path != "" {
		return path
	}
	return "/"
}

// unusable is something that a person gave and that can't be used; detail says why.
func unusable(detail string) *auth.Failure {
	return &auth.Failure{Kind: auth.KindUsage, Detail: detail}
}
