package auth

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSetting is the length of a setting in bytes: longer than any address that
// servers accept, short enough for a row of a form.
const maxSetting = 2000

// With returns p for one customer: every {key} in its addresses, parameters and
// headers is replaced by what settings has for that key, or else its Team. Blanks
// around a value don't count, a blank value is one that was not given, and a
// choice that is not required stands at its first one. A parameter, a header or
// the api address that holds an optional setting that was not given is left out.
//
// A url goes in exactly as given, because issuers are compared to the byte (OpenID
// Connect Discovery 1.0 §4.3); only where the address goes on with '/' its own
// slashes at the end are dropped. A text is percent-encoded in an address.
//
// Every address of the result has passed CheckAddress. Errors are *Error of
// KindUsage that name the key and what is expected, with the known keys as Candidates.
func (p Provider) With(settings map[string]string) (Provider, error) {
	given, err := p.fillings(settings)
	if err != nil {
		return Provider{}, err
	}
	p = p.Clone()
	if err := p.fillAddresses(given); err != nil {
		return Provider{}, err
	}
	for _, texts := range []map[string]string{
		p.Parameters.Authorize, p.Parameters.Token, p.Parameters.Refresh, p.Parameters.Revoke, p.API.Headers,
	} {
		given.inTexts(texts)
	}
	return p, nil
}

// fillAddresses fills in the addresses of p and checks them. Only the api address
// may need something that was not given; it is left out then.
func (p *Provider) fillAddresses(given fillings) error {
	for _, a := range p.addresses() {
		template := *a.text
		*a.text = given.inAddress(template)
		switch {
		case template == "", *a.text == "" && a.name == "api":
			continue
		case *a.text == "":
			return p.misuse("setting %q: expected a value, which the %s address needs", given.missing(template), a.name)
		}
		if err := CheckAddress(*a.text); err != nil {
			return p.misuse("its %s address: expected %v", a.name, err)
		}
	}
	return nil
}

// namedAddress is a field of a Provider that holds an address.
type namedAddress struct {
	name string // as in the provider file
	text *string
}

// addresses are the fields of p that hold addresses.
func (p *Provider) addresses() []namedAddress {
	e := &p.Endpoints
	return []namedAddress{
		{"issuer", &p.Issuer},
		{"authorize", &e.Authorize},
		{"token", &e.Token},
		{"refresh", &e.Refresh},
		{"revoke", &e.Revoke},
		{"device", &e.Device},
		{"userinfo", &e.UserInfo},
		{"jwks", &e.JWKS},
		{"introspect", &e.Introspect},
		{"redirect", &p.Redirect.Address},
		{"api", &p.API.URL},
	}
}

// misuse is an error of KindUsage about p's settings.
func (p Provider) misuse(format string, args ...any) *Error {
	keys := make([]string, len(p.Settings))
	for i, s := range p.Settings {
		keys[i] = s.Key
	}
	return &Error{Kind: KindUsage, Detail: fmt.Sprintf(format, args...), Provider: p.Name, Candidates: keys}
}

// fillings checks what was given against p's settings and its team's.
func (p Provider) fillings(settings map[string]string) (fillings, error) {
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		if !slices.ContainsFunc(p.Settings, func(s Setting) bool { return s.Key == key }) {
			return nil, p.misuse("setting %q: %s has none of that name", key, p.Name)
		}
	}
	given := fillings{}
	for _, s := range p.Settings {
		value := strings.TrimSpace(settings[s.Key])
		if team := p.Team.Settings[s.Key]; team != "" {
			if value != "" && value != team && slices.Contains(p.Team.Locked, s.Key) {
				return nil, p.misuse("setting %q: your team has set it, and it can't be changed", s.Key)
			}
			if value == "" {
				value = team
			}
		}
		text, err := s.fill(value)
		if err != nil {
			return nil, p.misuse("setting %q: expected %v", s.Key, err)
		}
		given[s.Key] = filling{text, s.Type}
	}
	return given, nil
}

// fill is what value stands for, or an error that says what is expected.
func (s Setting) fill(value string) (string, error) {
	switch {
	case value == "" && s.Required:
		return "", errors.New(s.expects())
	case value == "" && s.Type == SettingChoice && len(s.Choices) > 0:
		value = s.Choices[0]
	case value == "":
		return "", nil
	}
	if err := s.Check(value); err != nil {
		return "", err
	}
	if i := slices.Index(s.Choices, value); s.Type == SettingChoice && i < len(s.Values) {
		return s.Values[i], nil
	}
	return value, nil
}

// Check reports what is wrong with value as this setting, or nil. The error says
// what is expected and never repeats the value. An empty value is not checked.
func (s Setting) Check(value string) error {
	switch {
	case value == "":
		return nil
	case len(value) > maxSetting:
		return fmt.Errorf("%s, of at most %d bytes", s.expects(), maxSetting)
	}
	var fits bool
	switch s.Type {
	case SettingURL:
		if err := CheckAddress(value); err != nil {
			return fmt.Errorf("%w%s", err, s.such())
		}
		fits = !strings.Contains(value, "?")
	case SettingHost:
		u, err := url.Parse("https://" + value)
		fits = err == nil && u.Host == value && CheckAddress("https://"+value) == nil
	case SettingChoice:
		fits = slices.Contains(s.Choices, value)
	default:
		fits = utf8.ValidString(value) && !strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) })
	}
	if !fits {
		return errors.New(s.expects())
	}
	return nil
}

// expects says in words what a setting takes.
func (s Setting) expects() string {
	var words string
	switch s.Type {
	case SettingURL:
		words = "an address with scheme and host, and without '?' or '#'"
	case SettingHost:
		words = "a host name, with a port where one is needed"
	case SettingChoice:
		return "one of " + strings.Join(s.Choices, ", ")
	default:
		words = "one line of text"
	}
	return words + s.such()
}

// such is the example as the end of a sentence.
func (s Setting) such() string {
	if s.Example == "" {
		return ""
	}
	return ", such as " + s.Example
}
