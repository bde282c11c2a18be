package copyas

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// tokenDocument is the JSON form; its keys and their order are a contract.
type tokenDocument struct {
	AccessToken string     `json:"access_token"`
	TokenType   string     `json:"token_type"`
	ExpiresAt   *time.Time `json:"expires_at"` // UTC; null where the provider states none
	ExpiresIn   *int64     `json:"expires_in"` // seconds; null likewise
	Scope       string     `json:"scope"`      // separated by spaces (RFC 6749 §3.3)
}

func tokenJSON(m Material, token string) (string, error) {
	d := tokenDocument{AccessToken: token, TokenType: m.Token.Type, Scope: strings.Join(m.Token.Scopes, " ")}
	if !m.Token.ExpiresAt.IsZero() {
		at := m.Token.ExpiresAt.UTC().Truncate(time.Second)
		left := max(0, int64(m.Token.ExpiresAt.Sub(m.Now)/time.Second))
		d.ExpiresAt, d.ExpiresIn = &at, &left
	}
	return compact(d)
}

// postmanEnvironment is an environment as Postman imports it.
type postmanEnvironment struct {
	Name   string            `json:"name"`
	Values []postmanVariable `json:"values"`
	Scope  string            `json:"_postman_variable_scope"`
}

type postmanVariable struct {
	Key     string `json:"key"`
	Value   string `json:"value"`
	Type    string `json:"type"` // "secret" is masked in Postman's window
	Enabled bool   `json:"enabled"`
}

func postmanJSON(m Material, token string) (string, error) {
	name := m.Account
	if name == "" {
		name = "Tokentray"
	}
	return compact(postmanEnvironment{
		Name:   name,
		Values: []postmanVariable{{Key: "access_token", Value: token, Type: "secret", Enabled: true}},
		Scope:  "environment",
	})
}

// compact is JSON on one line, with < > & as they are: this is not a page.
func compact(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}
