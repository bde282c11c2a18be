package practice

import (
	"net"
	"net/url"
	"strings"
)

// matchAnyPort compares exactly, but for the port of a loopback IP literal
// (RFC 8252 §7.3). "localhost" is a name and gets no such freedom (§8.3).
func matchAnyPort(registered, sent string) bool {
	if registered == sent {
		return true
	}
	r, err1 := url.Parse(registered)
	s, err2 := url.Parse(sent)
	if err1 != nil || err2 != nil || r.Scheme != "http" || s.User != nil {
		return false
	}
	ip := net.ParseIP(r.Hostname())
	if ip == nil || !ip.IsLoopback() {
		return false
	}
	withoutPort := func(u *url.URL) string {
		c := *u
		c.Host = u.Hostname()
		return c.String()
	}
	return withoutPort(r) == withoutPort(s)
}

// matchPrefix is Adaptix's rule: the registered address, ignoring case, begins
// the one sent, host and port are equal, and no path goes up.
func matchPrefix(registered, sent string) bool {
	if len(sent) < len(registered) || !strings.EqualFold(sent[:len(registered)], registered) {
		return false
	}
	r, err1 := url.Parse(registered)
	s, err2 := url.Parse(sent)
	if err1 != nil || err2 != nil || !strings.EqualFold(r.Hostname(), s.Hostname()) || r.Port() != s.Port() {
		return false
	}
	return !strings.Contains(s.Path, "/../") && !strings.Contains(s.Path, "/./")
}

// matchExact is Okta's rule: every character, the trailing slash too.
func matchExact(registered, sent string) bool { return registered == sent }

// matchContains is FortesMilestones' rule: the registered address is part of the one sent.
func matchContains(registered, sent string) bool {
	u, err := url.Parse(sent)
	return err == nil && u.Scheme != "" && strings.Contains(sent, registered)
}

// registered finds the registered address that sent fits by rule.
func (c Client) registered(sent string, rule func(registered, sent string) bool) (string, bool) {
	for _, r := range c.RedirectAddresses {
		if r != "" && rule(r, sent) {
			return r, true
		}
	}
	return "", false
}

// pair is one parameter of a query in which the order counts.
type pair struct{ key, value string }

// withQuery adds pairs, in their order, to the query of address, whatever it has
// already; a fragment stays at the end.
func withQuery(address string, pairs ...pair) string {
	var q strings.Builder
	for _, p := range pairs {
		if q.Len() > 0 {
			q.WriteByte('&')
		}
		q.WriteString(url.QueryEscape(p.key) + "=" + url.QueryEscape(p.value))
	}
	address, fragment, hasFragment := strings.Cut(address, "#")
	switch {
	case !strings.Contains(address, "?"):
		address += "?"
	case !strings.HasSuffix(address, "?") && !strings.HasSuffix(address, "&"):
		address += "&"
	}
	address += q.String()
	if hasFragment {
		address += "#" + fragment
	}
	return address
}

// formTarget is the source of a Content-Security-Policy that lets a form's
// answer lead to address; "" where none can be written.
func formTarget(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || strings.ContainsAny(u.Scheme+u.Host, " ;,'\"") {
		return ""
	}
	if u.Host == "" || strings.Contains(u.Host, "[") { // the policy has no words for an IPv6 literal
		return u.Scheme + ":"
	}
	return u.Scheme + "://" + u.Host
}
