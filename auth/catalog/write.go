package catalog

import (
	"fmt"
	"strings"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Write makes the connection file of p, with what its Team fills in. Read makes the
// same Provider of it, but for what only discovery tells and for Origin. The error
// is an *auth.Error of KindUsage where p is nothing that a file could say.
func (c *Catalog) Write(p auth.Provider) ([]byte, error) {
	text := written(p)
	if _, err := c.Read("connection file", text); err != nil {
		return nil, unusable(p.Name, err)
	}
	return text, nil
}

// unusable is what a person is told about a file that can't be used; err names the key.
func unusable(provider string, err error) *auth.Error {
	return &auth.Error{Kind: auth.KindUsage, Provider: provider, Detail: err.Error(), Cause: err}
}

// written is p as a provider file, in the order of docs/providers.md.
func written(p auth.Provider) []byte {
	var w writer
	w.number("format", format)
	w.text("id", string(p.ID))
	w.text("name", p.Name)
	w.text("colour", p.Colour)
	w.text("home", p.Home)
	for _, s := range p.Settings {
		w.settings(s)
	}
	w.endpoints(p)
	w.table("client")
	w.text("authentication", string(p.Client.Authentication))
	w.text("body", string(p.Client.Body))
	w.text("secret", string(p.Client.Secret))
	w.list("help", p.Client.Help)
	w.table("grants")
	w.list("supported", words(p.Grants))
	w.text("client_credentials_scope", p.ClientCredentialsScope)
	w.table("redirect")
	w.text("rule", string(p.Redirect.Match))
	w.text("address", p.Redirect.Address)
	w.text("state", string(p.Redirect.State))
	w.text("pkce", string(p.Redirect.PKCE))
	w.scopes(p.Scopes)
	w.texts("parameters.authorize", p.Parameters.Authorize)
	w.texts("parameters.token", p.Parameters.Token)
	w.texts("parameters.refresh", p.Parameters.Refresh)
	w.texts("parameters.revoke", p.Parameters.Revoke)
	w.times(p)
	w.table("errors")
	w.text("shape", string(p.Errors.Shape))
	w.listAlways("sign_in", p.Errors.SignIn)
	w.table("api")
	w.text("method", p.API.Method)
	w.text("url", p.API.URL)
	w.list("token_in", p.API.TokenIn)
	w.texts("api.headers", p.API.Headers)
	w.team(p.Team)
	return []byte(w.done.String())
}

func (w *writer) settings(s auth.Setting) {
	w.arrayTable("settings")
	w.text("key", s.Key)
	w.text("label", s.Label)
	w.text("type", string(s.Type))
	w.list("choices", s.Choices)
	w.list("values", s.Values)
	w.text("example", s.Example)
	w.text("help", s.Help)
	w.flag("required", s.Required)
}

func (w *writer) endpoints(p auth.Provider) {
	w.table("endpoints")
	w.text("issuer", p.Issuer)
	w.text("authorize", p.Endpoints.Authorize)
	w.text("token", p.Endpoints.Token)
	w.text("refresh", p.Endpoints.Refresh)
	w.text("revoke", p.Endpoints.Revoke)
	w.text("device", p.Endpoints.Device)
	w.text("userinfo", p.Endpoints.UserInfo)
	w.text("jwks", p.Endpoints.JWKS)
	w.text("introspect", p.Endpoints.Introspect)
}

func (w *writer) scopes(s auth.ScopeRules) {
	w.table("scopes")
	send := sendNever
	if s.Send {
		send = sendAlways
	}
	w.text("send", string(send))
	w.text("separator", s.Separator)
	w.list("default", s.Default)
	w.text("refresh", s.Refresh)
}

// times are the tables that say how long things last.
func (w *writer) times(p auth.Provider) {
	w.table("lifetimes")
	w.duration("code", p.Lifetimes.Code)
	w.duration("access", p.Lifetimes.Access)
	w.duration("refresh", p.Lifetimes.Refresh)
	w.text("refresh_counts_from", string(p.Lifetimes.RefreshCountsFrom))
	w.table("rotation")
	w.text("refresh_token", string(p.Rotation.RefreshToken))
	w.flag("kills_old_access_token", p.Rotation.KillsOldAccessToken)
	w.duration("grace", p.Rotation.Grace)
	w.table("refresh")
	w.duration("margin", p.Timing.Margin)
	w.duration("interval", p.Timing.Interval)
}

func (w *writer) team(t auth.Team) {
	w.table("team")
	w.text("client_id", t.ClientIdentifier)
	w.text("client_secret_sealed", t.SealedSecret)
	w.list("locked", t.Locked)
	w.texts("team.settings", t.Settings)
}

func words[T ~string](values []T) []string {
	var all []string
	for _, v := range values {
		all = append(all, string(v))
	}
	return all
}

// writer writes TOML. What is empty is left out, and so is a table with nothing in it.
type writer struct {
	done  strings.Builder
	title string // of a table whose first key is still to come
}

func (w *writer) table(name string)      { w.title = "\n[" + name + "]\n" }
func (w *writer) arrayTable(name string) { w.title = "\n[[" + name + "]]\n" }

func (w *writer) line(key, value string) {
	w.done.WriteString(w.title + key + " = " + value + "\n")
	w.title = ""
}

func (w *writer) number(key string, n int) { w.line(key, fmt.Sprint(n)) }

func (w *writer) text(key, value string) {
	if value != "" {
		w.line(key, quoted(value))
	}
}

func (w *writer) flag(key string, value bool) { //nolint:revive // it is the value that is written
	if value {
		w.line(key, "true")
	}
}

func (w *writer) list(key string, values []string) {
	if len(values) > 0 {
		w.listAlways(key, values)
	}
}

// listAlways is list for a key of which an empty list says more than none.
func (w *writer) listAlways(key string, values []string) {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = quoted(v)
	}
	w.line(key, "["+strings.Join(all, ", ")+"]")
}

// texts is a table of texts.
func (w *writer) texts(name string, values map[string]string) {
	w.table(name)
	for _, key := range keys(values) {
		w.line(quoted(key), quoted(values[key]))
	}
	w.title = ""
}

// duration writes d in the largest unit that it is a whole number of.
func (w *writer) duration(key string, d time.Duration) {
	if d <= 0 {
		return
	}
	for _, u := range []struct {
		letter string
		length time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}} {
		if d%u.length == 0 {
			w.line(key, quoted(fmt.Sprint(int64(d/u.length), u.letter)))
			return
		}
	}
	w.line(key, quoted(fmt.Sprint(int64(d.Round(time.Second)/time.Second), "s")))
}

// quoted is text as a basic string of TOML 1.0; with several lines it stays so.
func quoted(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	if strings.Contains(text, "\n") {
		return `"""` + "\n" + b.String() + `"""`
	}
	return `"` + b.String() + `"`
}
