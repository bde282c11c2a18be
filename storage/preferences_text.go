package storage

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/tokentray/tokentray/auth"
)

// preferencesText is the file of preferences as it is written.
type preferencesText struct {
	Theme         string      `toml:"theme"`
	ClearAfter    string      `toml:"clear_after"`
	TokenValidity string      `toml:"token_validity"`
	Notices       string      `toml:"notices"`
	QuietFrom     string      `toml:"quiet_from"`
	QuietUntil    string      `toml:"quiet_until"`
	Browser       string      `toml:"browser"`
	Network       networkText `toml:"network"`
}

type networkText struct {
	Proxy             string `toml:"proxy"`
	CAFile            string `toml:"ca_file"`
	ClientCertificate string `toml:"client_certificate"`
	ClientKey         string `toml:"client_key"`
}

// never is how long a copied token stays where nothing clears it.
const never = "never"

// timeForm is how a time of day is written.
const timeForm = "15:04"

// preferences gives the words their meaning.
func (w preferencesText) preferences() (auth.Preferences, error) {
	p := auth.Preferences{
		Theme: auth.Theme(w.Theme), Notices: auth.NoticeWish(w.Notices), Browser: w.Browser, Network: auth.Network(w.Network),
	}
	var errs []error
	read := func(key, text string, parse func(string) (time.Duration, error), into *time.Duration) {
		if text == "" {
			return
		}
		d, err := parse(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %q is not understood", key, text))
		}
		*into = d
	}
	if w.ClearAfter == never {
		p.ClearAfter = -1
	} else {
		read("clear_after", w.ClearAfter, notNegative, &p.ClearAfter)
	}
	read("token_validity", w.TokenValidity, notNegative, &p.Validity)
	read("quiet_from", w.QuietFrom, timeOfDay, &p.QuietFrom)
	read("quiet_until", w.QuietUntil, timeOfDay, &p.QuietUntil)
	return p, errors.Join(errs...)
}

func notNegative(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err == nil && d < 0 {
		err = errors.New("negative")
	}
	return d, err
}

func timeOfDay(text string) (time.Duration, error) {
	at, err := time.Parse(timeForm, text)
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute, err
}

// preferencesIn finds the words for p, which checkPreferences was content with.
func preferencesIn(p auth.Preferences) preferencesText {
	length := func(d time.Duration) string {
		switch {
		case d < 0:
			return never
		case d == 0:
			return ""
		}
		return d.String()
	}
	w := preferencesText{
		Theme: string(p.Theme), ClearAfter: length(p.ClearAfter), TokenValidity: length(p.Validity),
		Notices: string(p.Notices), Browser: p.Browser, Network: networkText(p.Network),
	}
	if p.QuietFrom != p.QuietUntil {
		midnight := time.Time{}
		w.QuietFrom, w.QuietUntil = midnight.Add(p.QuietFrom).Format(timeForm), midnight.Add(p.QuietUntil).Format(timeForm)
	}
	return w
}

// checkPreferences refuses what has no meaning. What a proxy's address or a file
// is worth, those find out who use it.
func checkPreferences(p auth.Preferences) error {
	var errs []error
	refuse := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	refuse(!slices.Contains([]auth.Theme{auth.ThemeSystem, auth.ThemeLight, auth.ThemeDark}, p.Theme), "theme: there is no %q", p.Theme)
	refuse(!slices.Contains([]auth.NoticeWish{auth.NoticesAll, auth.NoticesSignIn, auth.NoticesNone}, p.Notices), "notices: there is no %q", p.Notices)
	refuse(p.Validity < 0, "token_validity: less than nothing")
	for key, at := range map[string]time.Duration{"quiet_from": p.QuietFrom, "quiet_until": p.QuietUntil} {
		refuse(at < 0 || at >= 24*time.Hour || at%time.Minute != 0, "%s: %s is no time of day", key, at)
	}
	for key, name := range map[string]string{
		"ca_file": p.Network.CAFile, "client_certificate": p.Network.ClientCertificate, "client_key": p.Network.ClientKey,
	} {
		refuse(name != "" && !filepath.IsAbs(name), "%s: %q is not a file's whole name", key, name)
	}
	for key, value := range map[string]string{"browser": p.Browser, "proxy": p.Network.Proxy} {
		refuse(strings.ContainsAny(value, "\x00\r\n"), "%s: it has to stand on one line", key)
	}
	return errors.Join(errs...)
}

// preferenceLine is one preference in the file, with what a person has to know to write it.
type preferenceLine struct{ key, about, example, value string }

const preferencesHead = `# Preferences of Tokentray. A line that begins with # says nothing: take the # away
# to have what stands there. The program writes this file anew when something is
# changed in its window; remarks of your own are gone then.
`

// writePreferences is the whole file, in which each preference is explained.
func writePreferences(p auth.Preferences) ([]byte, error) {
	w := preferencesIn(p)
	var b bytes.Buffer
	b.WriteString(preferencesHead)
	err := writeLines(&b, []preferenceLine{
		{"theme", `the look of the window: "light" or "dark"; otherwise as the desktop has it`, "dark", w.Theme},
		{"clear_after", `how long a copied token stays on the clipboard, or "never" to leave it there`, "45s", w.ClearAfter},
		{"token_validity", "what a token is good for at least when it is handed out", "5m", w.TokenValidity},
		{"notices", `what to tell you unasked: "sign_in" (only what needs you) or "none"; otherwise everything`, "sign_in", w.Notices},
		{"quiet_from", "from when on nothing is told, by the clock of this computer", "22:00", w.QuietFrom},
		{"quiet_until", "and until when", "07:00", w.QuietUntil},
		{"browser", "the command that opens an address; otherwise your browser", "firefox --new-window", w.Browser},
	})
	b.WriteString("\n[network]\n")
	err = errors.Join(err, writeLines(&b, []preferenceLine{
		{"proxy", `an http, https or socks5 address, or "none"; otherwise the system's`, "http://proxy.example.com:3128", w.Network.Proxy},
		{"ca_file", "certificates (PEM) to trust beside the system's own", "/etc/ssl/northwind.pem", w.Network.CAFile},
		{"client_certificate", "what to show to servers that ask for a certificate (PEM)", "/home/you/client.pem", w.Network.ClientCertificate},
		{"client_key", "and its key (PEM)", "/home/you/client-key.pem", w.Network.ClientKey},
	}))
	return b.Bytes(), err
}

func writeLines(b *bytes.Buffer, lines []preferenceLine) error {
	for _, l := range lines {
		mark, value := "", l.value
		if value == "" {
			mark, value = "# ", l.example
		}
		pair, err := toml.Marshal(map[string]string{l.key: value})
		if err != nil {
			return fmt.Errorf("%s: %w", l.key, err)
		}
		fmt.Fprintf(b, "\n# %s\n%s%s", l.about, mark, pair)
	}
	return nil
}
