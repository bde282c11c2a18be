package auth

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// CheckAddress reports why raw can't be an address of a provider, or nil. It has
// to be absolute and https, or http on this computer itself (127.0.0.0/8, [::1],
// localhost); without fragment (RFC 6749 §3.1) and without a name or password in
// it. Only the printable ASCII of RFC 3986 may stand in it, so that what opens it
// can't read a space, a quote or a leading '-' as something else (docs/providers.md).
// The error says what is expected and never repeats raw.
func CheckAddress(raw string) error {
	if raw == "" || strings.ContainsFunc(raw, notInAddress) || strings.HasPrefix(raw, "-") {
		return errors.New("an address with https://, without spaces and special characters")
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Opaque != "" || u.Hostname() == "":
		return errors.New("a whole address: scheme and host, such as https://example.com")
	case u.User != nil:
		return errors.New("an address without a user name")
	case strings.Contains(raw, "#"):
		return errors.New("an address without '#'")
	case !validPort(u):
		return errors.New("a port from 1 to 65535")
	case u.Scheme == "http" && !IsLoopback(u.Hostname()):
		return errors.New("https; http is only for this computer itself (127.0.0.1, [::1], localhost)")
	case u.Scheme != "https" && u.Scheme != "http":
		return errors.New("an address that begins with https://")
	}
	return nil
}

// CheckRedirectAddress reports why raw can't be where a provider sends the browser
// back to, or nil: it has to be http on this computer itself (RFC 8252 §7.3).
func CheckRedirectAddress(raw string) error {
	if u, err := url.Parse(raw); CheckAddress(raw) != nil || err != nil || u.Scheme != "http" {
		return errors.New("the redirect address has to be http on this computer, such as http://127.0.0.1:17845/callback")
	}
	return nil
}

// IsLoopback reports whether host, without port and brackets, is this computer
// whatever a name server says: 127.0.0.0/8, ::1 or localhost.
func IsLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() && !ip.Is4In6() && ip.Zone() == ""
}

// notInAddress is true for what RFC 3986 §2 keeps out of addresses.
func notInAddress(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", r)
}

// validPort is true where no port is given or a real one.
func validPort(u *url.URL) bool {
	if !strings.HasSuffix(u.Host, ":"+u.Port()) {
		return true // none is given
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && n > 0
}
