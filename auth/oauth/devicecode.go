package oauth

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tokentray/tokentray/auth"
)

const (
	// usualInterval is between two polls where the provider says nothing (RFC 8628 §3.2).
	usualInterval = 5 * time.Second
	// A provider may let us poll every second at most, and once a minute at least:
	// slower, and the person would wait for us after they have allowed it.
	leastInterval = time.Second
	mostInterval  = time.Minute
	// maxUserCode is far beyond what a person types (RFC 8628 §6.1).
	maxUserCode = 64
)

// deviceCode is a device authorization answer (RFC 8628 §3.2), checked.
type deviceCode struct {
	device          auth.Secret
	user            string        // fit to be shown
	plain, complete string        // addresses for a browser; the second may bring the user code
	life            time.Duration // 0: not stated
	interval        time.Duration
}

// readDeviceCode reads f tolerantly; endpoint is where it came from. why says
// what is wrong with an answer that can't be used, without repeating any of it.
func readDeviceCode(f fields, endpoint string) (c deviceCode, why string) {
	device := f.text("device_code")
	c.user = strings.TrimSpace(f.text("user_code"))
	c.plain = f.words("verification_uri", "verification_url") // the second is an older draft's
	c.complete = f.words("verification_uri_complete", "verification_url_complete")
	if !asSafe(c.complete, endpoint) {
		c.complete = c.plain // it is only the shorter way
	}
	if c.plain == "" {
		c.plain = c.complete
	}
	switch {
	case device == "" || strings.ContainsFunc(device, unicode.IsControl):
		return deviceCode{}, "there is no device code in the answer"
	case c.user == "" || utf8.RuneCountInString(c.user) > maxUserCode || !utf8.ValidString(c.user) || strings.ContainsFunc(c.user, unprintable):
		return deviceCode{}, "there is no code in the answer that a person could type"
	case c.plain == "":
		return deviceCode{}, "there is no address in the answer"
	case !asSafe(c.plain, endpoint):
		return deviceCode{}, "the address in the answer can't be used; it has to begin with https://"
	}
	c.device = auth.NewSecret(device)
	c.life, c.interval = f.seconds("expires_in"), usualInterval
	if stated := f.seconds("interval"); stated > 0 {
		c.interval = min(max(stated, leastInterval), mostInterval)
	}
	return c, ""
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }
