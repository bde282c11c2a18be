package oauth

import (
	"crypto/rand"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"github.com/tokentray/tokentray/auth"
)

// attempt is one sign-in under way: the secrets that tie a callback to it, and
// where its end arrives. All of it is used once.
type attempt struct {
	name     string // for Paste: told to whoever asked, and part of nothing that is sent
	ask      auth.SignIn
	redirect redirect

	state    auth.Secret
	once     auth.Secret // zero where the provider takes no one-time value in the address
	verifier auth.Secret // zero where the provider rejects PKCE
	nonce    auth.Secret // zero where no ID token is asked for

	ended chan ending // capacity one
}

// ending is what a callback brought: a code, or why there is none.
type ending struct {
	code    auth.Secret
	issuer  string // iss, where one came (RFC 9207)
	failure *auth.Failure
}

// newAttempt makes an attempt with fresh secrets. The port is not yet known
// where the provider takes any.
func newAttempt(ask auth.SignIn) (*attempt, error) {
	p := ask.Provider
	r, err := redirectFor(ask.Client, p.Redirect)
	if err != nil {
		return nil, err
	}
	a := &attempt{name: strings.ToLower(rand.Text()), ask: ask, redirect: r, state: newSecret(), ended: make(chan ending, 1)}
	if p.Redirect.State == auth.StateInParameterAndRedirect {
		a.once = newSecret()
	}
	if p.Redirect.PKCE != auth.PKCEOmit {
		a.verifier = auth.NewSecret(oauth2.GenerateVerifier())
	}
	if asksForIDToken(ask) {
		a.nonce = newSecret()
	}
	return a, nil
}

// newSecret is 256 bits that nobody can guess (RFC 9700 §4.7.1 wants 128).
func newSecret() auth.Secret {
	b := make([]byte, 32)
	rand.Read(b) // never fails: it ends the program where there is no randomness
	return auth.NewSecret(base64.RawURLEncoding.EncodeToString(b))
}

func asksForIDToken(ask auth.SignIn) bool {
	return ask.Provider.Scopes.Send && slices.Contains(ask.Scopes, "openid")
}

// redirectAddress is the redirect_uri of this attempt, the same at both endpoints.
func (a *attempt) redirectAddress() string { return a.redirect.address(a.once) }

// hidden are the attempt's own secrets, which no provider's words may repeat.
func (a *attempt) hidden() secrets {
	var s secrets
	for _, one := range []auth.Secret{a.state, a.once, a.verifier, a.nonce, a.ask.Client.Secret} {
		s = s.and(one.Reveal())
	}
	return s
}

// address is what the person's browser opens (RFC 6749 §4.1.1, RFC 7636 §4.3).
func (a *attempt) address() (string, error) {
	p := a.ask.Provider
	ours := url.Values{
		"response_type": {"code"},
		"client_id":     {a.ask.Client.Identifier},
		"redirect_uri":  {a.redirectAddress()},
		"state":         {a.state.Reveal()},
	}
	if scope := joinScopes(p.Scopes, a.ask.Scopes); scope != "" {
		ours.Set("scope", scope)
	}
	if !a.verifier.IsZero() {
		ours.Set("code_challenge", oauth2.S256ChallengeFromVerifier(a.verifier.Reveal()))
		ours.Set("code_challenge_method", "S256")
	}
	if !a.nonce.IsZero() {
		ours.Set("nonce", a.nonce.Reveal())
	}
	switch {
	case a.ask.Another && asksForIDToken(a.ask):
		ours.Set("prompt", choosing(p.Parameters.Authorize["prompt"]))
	case a.ask.LoginHint != "" && !a.ask.Another:
		ours.Set("login_hint", a.ask.LoginHint)
	}
	return authorizeAddress(p.Endpoints.Authorize, p.Parameters.Authorize, ours)
}

// choosing is the prompt that lets a person choose who they are, beside what the
// provider's file asks for. It is OpenID Connect's (Core §3.1.2.1): other providers
// don't know it and may take offence.
func choosing(prompt string) string {
	const choose = "select_account"
	wanted := strings.Fields(prompt)
	if prompt == "none" || slices.Contains(wanted, choose) {
		return choose
	}
	return strings.Join(append(wanted, choose), " ")
}
