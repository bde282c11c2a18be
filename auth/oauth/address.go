package oauth

import (
	"errors"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tokentray/tokentray/auth"
)

// onceName is the query parameter of the redirect address that carries the
// one-time value, where a provider wants it there.
const onceName = "tokentray"

// redirect is a redirect address taken apart, so that what is sent stays
// byte-identical to what was registered.
type redirect struct {
	before, after string // what stands left and right of host and port
	host          string // without brackets: a loopback IP address or localhost
	port          int    // 0: any free one
	path          string // as it arrives in a request, escaped
	showPort      bool   // the port is written in the address
	spare         []int  // ports to listen on where port is taken, in this order; 0: any free one
}

// usualPort is the one of the redirect addresses that Tokentray proposes. The two
// after it are its deputies: they are what people are told to register beside it.
const usualPort = 17845

// redirectFor is the redirect address that a sign-in uses: the client's, else the
// provider's. A port that a person gave is kept whatever the rule says. Only where
// the provider takes any port (RFC 8252 §7.3) and nobody gave one may it change.
func redirectFor(c auth.Client, rules auth.RedirectRules) (redirect, error) {
	raw := c.RedirectAddress
	if raw == "" {
		raw = rules.Address
	}
	r, err := readRedirect(raw)
	if err != nil || rules.Match != auth.MatchAnyPort {
		return r, err
	}
	switch {
	case !r.showPort:
		r.port, r.showPort = 0, true
	case raw != rules.Address: // a person's
	case r.port == usualPort:
		r.spare = []int{usualPort + 1, usualPort + 2, 0}
	default:
		r.spare = []int{0}
	}
	return r, nil
}

// readRedirect reads a registered redirect address (RFC 8252 §7.3).
func readRedirect(raw string) (redirect, error) {
	if raw == "" {
		return redirect{}, errors.New("the redirect address is missing")
	}
	if err := auth.CheckAddress(raw); err != nil {
		return redirect{}, err
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" || !auth.IsLoopback(u.Hostname()) {
		return redirect{}, errors.New("the redirect address has to begin with http:// and be on this computer (127.0.0.1, [::1], localhost)")
	}
	if u.Query().Has(onceName) {
		return redirect{}, errors.New("the redirect address may not hold the parameter " + onceName)
	}
	start := strings.Index(raw, "//") + 2
	end := start + len(raw[start:])
	if i := strings.IndexAny(raw[start:], "/?"); i >= 0 {
		end = start + i
	}
	r := redirect{
		before: raw[:start], after: raw[end:], host: strings.ToLower(u.Hostname()),
		path: u.EscapedPath(), port: 80, showPort: u.Port() != "",
	}
	if r.path == "" {
		r.path = "/"
	}
	if r.showPort {
		r.port, _ = strconv.Atoi(u.Port()) // CheckAddress has looked at it
	}
	return r, nil
}

// at is r on another port.
func (r redirect) at(port int) redirect {
	r.port, r.showPort = port, true
	return r
}

// hostPort is the Host header that a browser sends to it (RFC 9110 §7.2).
func (r redirect) hostPort() string {
	if !r.showPort || r.port == 80 {
		if strings.Contains(r.host, ":") {
			return "[" + r.host + "]"
		}
		return r.host
	}
	return net.JoinHostPort(r.host, strconv.Itoa(r.port))
}

// address is what is sent to the provider; once is added where there is one.
func (r redirect) address(once auth.Secret) string {
	host := r.host
	if r.showPort {
		host = net.JoinHostPort(r.host, strconv.Itoa(r.port))
	} else if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	address := r.before + host + r.after
	if once.IsZero() {
		return address
	}
	separator := "?"
	if strings.Contains(r.after, "?") {
		separator = "&"
	}
	return address + separator + onceName + "=" + once.Reveal()
}

// shown is the address for people's eyes: no query.
func (r redirect) shown() string {
	address, _, _ := strings.Cut(r.address(auth.Secret{}), "?")
	return address
}

// What an extra parameter may not set at the authorization endpoint, and an
// address may not bring along: ours, and what would bring the answer elsewhere.
var reservedAtAuthorize = []string{
	"response_type", "response_mode", "client_id", "client_secret", "redirect_uri", "state", "nonce", "scope", "code",
	"code_challenge", "code_challenge_method", "request", "request_uri", "refresh_token", "access_token",
}

// authorizeAddress puts ours into the authorization endpoint's address, keeps its
// own query, and adds the provider's extra parameters. Spaces are %20: some
// openers escape a '+' once more.
func authorizeAddress(endpoint string, extra map[string]string, ours url.Values) (string, error) {
	if endpoint == "" {
		return "", errors.New("the provider has no authorization endpoint")
	}
	if err := auth.CheckAddress(endpoint); err != nil {
		return "", err
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", errors.New("the authorization endpoint's address can't be read")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", errors.New("the authorization endpoint's query can't be read")
	}
	for name := range query {
		if slices.Contains(reservedAtAuthorize, name) {
			query.Del(name)
		}
	}
	for name, value := range extra {
		if !slices.Contains(reservedAtAuthorize, name) {
			query.Set(name, value)
		}
	}
	for name, values := range ours {
		query[name] = values
	}
	u.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
	return u.String(), nil
}

// joinScopes is the scope parameter, or "" where none is sent.
func joinScopes(rules auth.ScopeRules, scopes []string) string {
	if !rules.Send {
		return ""
	}
	separator := rules.Separator
	if separator == "" {
		separator = " "
	}
	return strings.Join(scopes, separator)
}

// hostOf names the host of an address in an error.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the provider"
	}
	return u.Host
}
