package oauth

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Options are what a Wire needs to know of the program it works for. The zero
// value works.
type Options struct {
	UserAgent string         // how we name ourselves to providers; "Tokentray" where empty
	RootCAs   *x509.CertPool // who vouches for providers; nil: the system's
	Clock     auth.Clock     // nil: the machine's
	// Network says how providers are reached; asked before each request, so it has to
	// be quick and safe for concurrent use. nil: as the system has it.
	Network func() auth.Network
	// SystemProxy is the proxy that this computer's settings have for address; nil:
	// none. It is asked where neither the Network nor the environment says anything,
	// has to be safe for concurrent use and to end with ctx; where it fails, providers
	// are reached straight. nil: there are no settings.
	SystemProxy func(ctx context.Context, address *url.URL) (*url.URL, error)
}

// Wire is the real auth.Wire. It is safe for concurrent use.
type Wire struct {
	userAgent string
	clock     auth.Clock
	limits    limits
	client    *http.Client // for the endpoints that take secrets
	documents *http.Client // for what anybody may read, and userinfo
	keys      *keys
	doors     *doors
}

var _ auth.Wire = (*Wire)(nil)

// New returns a Wire. It opens nothing before it is asked to.
func New(o Options) *Wire {
	if o.UserAgent == "" {
		o.UserAgent = "Tokentray"
	}
	if o.Clock == nil {
		o.Clock = auth.SystemClock()
	}
	if o.Network == nil {
		o.Network = func() auth.Network { return auth.Network{} }
	}
	route := &route{wish: o.Network, roots: o.RootCAs, system: &systemProxy{ask: o.SystemProxy, mono: o.Clock.Mono}}
	polite := capped{next: route, userAgent: o.UserAgent}
	return &Wire{
		userAgent: o.UserAgent, clock: o.Clock, limits: usualLimits,
		client:    newClient(route),
		documents: newClient(polite),
		keys:      newKeys(newClient(&sparing{next: polite, clock: o.Clock})),
		doors:     newDoors(),
	}
}

// Close ends what a finished sign-in left standing: the listener that still shows
// its page. Sign-ins under way end when their context does.
func (w *Wire) Close() error {
	w.doors.close()
	return nil
}

// ClientCredentials asks for a token of the client's own (RFC 6749 §4.4).
func (w *Wire) ClientCredentials(ctx context.Context, p auth.Provider, c auth.Client, scopes []string) (auth.Answer, error) {
	fields := extras(p.Parameters.Token)
	fields["grant_type"] = string(auth.ClientCredentials)
	if s := joinScopes(p.Scopes, scopes); s != "" {
		fields["scope"] = s
	}
	answer, err := w.tokens(ctx, p, c, question{doing: "ask for a token", address: p.Endpoints.Token, fields: fields})
	if err == nil && answer.Salvaged {
		return auth.Answer{}, damaged("ask for a token")
	}
	return answer, err
}

// Refresh presents the refresh token of g once (RFC 6749 §6). Neither scope nor
// redirect_uri is sent unless the provider's own parameters for it say so.
func (w *Wire) Refresh(ctx context.Context, p auth.Provider, c auth.Client, g auth.Grant) (auth.Answer, error) {
	if g.RefreshToken.IsZero() {
		return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeNeedsSignIn, Detail: "refresh: there is no refresh token"}
	}
	fields := extras(p.Parameters.Refresh)
	if !p.Scopes.Send {
		delete(fields, "scope")
	}
	fields["grant_type"] = "refresh_token"
	fields["refresh_token"] = g.RefreshToken.Reveal()
	answer, err := w.tokens(ctx, p, c, question{doing: "refresh", address: p.Endpoints.ForRefresh(), fields: fields})
	ours := fitsClient(answer.IDToken, p.Issuer, c.Identifier) && samePerson(g.IDToken, answer.IDToken)
	if err == nil && !ours {
		answer.IDToken = auth.Secret{} // somebody else's is no reason to lose the refresh token
	}
	return answer, err
}

// Revoke asks the provider to forget the refresh token of g, else its access token
// (RFC 7009 §2.1). It returns nil only where the provider said that it did, or that
// it doesn't know the token (§2.2), or where there was none.
func (w *Wire) Revoke(ctx context.Context, p auth.Provider, c auth.Client, g auth.Grant) error {
	token, hint := g.RefreshToken, "refresh_token"
	if token.IsZero() {
		token, hint = g.AccessToken, "access_token"
	}
	switch {
	case p.Endpoints.Revoke == "":
		return auth.ErrNoRevocation
	case token.IsZero():
		return nil
	}
	fields := extras(p.Parameters.Revoke)
	fields["token"] = token.Reveal()
	fields["token_type_hint"] = hint
	q := question{doing: "revoke", address: p.Endpoints.Revoke, fields: fields}
	h, err := w.post(ctx, p.Client, c, q)
	if err != nil {
		return err
	}
	if h.succeeded() && !h.complains() {
		return nil
	}
	return w.refusal(p.Errors, q, h)
}

// complains reports whether a success says otherwise in its body: with an error, or
// as a page, which no revocation endpoint writes.
func (h heard) complains() bool {
	f, _ := readFields(h.body)
	code, _ := f.complaint()
	return code != "" || isPage(h.header.Get("Content-Type"), h.body)
}

// damaged is a success that can't be used and can't be had again.
func damaged(doing string) *auth.Failure {
	return &auth.Failure{Outcome: auth.OutcomeAmbiguous, Detail: doing + ": the answer was damaged", Cause: errDamaged}
}

var errDamaged = errors.New("the answer holds no access token")

// limits bound what a provider may cost us.
type limits struct {
	request  time.Duration // one request to a token endpoint in all
	document time.Duration // one document: discovery, keys, userinfo
}

// A token endpoint that needs longer than 30 s has failed for the person who
// waits; documents are small and 15 s is plenty.
var usualLimits = limits{request: 30 * time.Second, document: 15 * time.Second}
