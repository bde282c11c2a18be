package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tokentray/tokentray/auth"
)

// Discover fills in what p leaves empty from the metadata of its issuer (OpenID
// Connect Discovery 1.0 §4, then RFC 8414 §3). What p states itself stays; where
// that is all that a sign-in needs, an issuer without metadata is no error.
func (w *Wire) Discover(ctx context.Context, p auth.Provider) (auth.Provider, error) {
	if p.Issuer == "" {
		return p, nil
	}
	if err := auth.CheckAddress(p.Issuer); err != nil || strings.Contains(p.Issuer, "?") {
		return p, misconfigured("discover: the issuer is not an address without a query", err)
	}
	m, err := w.metadata(ctx, p.Issuer)
	switch complete := p.Endpoints.Authorize != "" && p.Endpoints.Token != "" && p.Endpoints.JWKS != ""; {
	case err != nil && complete && !errors.Is(err, errOtherIssuer) && ctx.Err() == nil:
		return p, nil
	case err != nil:
		return p, err
	}
	p = p.Clone()
	for _, e := range []struct {
		field *string
		name  string
	}{
		{&p.Endpoints.Authorize, "authorization_endpoint"},
		{&p.Endpoints.Token, "token_endpoint"},
		{&p.Endpoints.Revoke, "revocation_endpoint"},
		{&p.Endpoints.Device, "device_authorization_endpoint"},
		{&p.Endpoints.UserInfo, "userinfo_endpoint"},
		{&p.Endpoints.JWKS, "jwks_uri"},
		{&p.Endpoints.Introspect, "introspection_endpoint"},
	} {
		if found := m.words(e.name); *e.field == "" && asSafe(found, p.Issuer) {
			*e.field = found
		}
	}
	if p.Endpoints.Token == "" {
		return p, invalid("discover: the issuer names no token endpoint that can be used")
	}
	if promised, ok := m.value("authorization_response_iss_parameter_supported").(bool); ok && promised {
		p.CallbackNamesIssuer = true
	}
	if len(p.IDTokenAlgorithms) == 0 {
		p.IDTokenAlgorithms = m.list("id_token_signing_alg_values_supported")
	}
	return p, nil
}

var errOtherIssuer = errors.New("another issuer")

// asSafe reports whether a discovered address may be used: a valid one, and not
// plain http where the issuer is https.
func asSafe(address, issuer string) bool {
	return auth.CheckAddress(address) == nil &&
		(strings.HasPrefix(address, "https:") || strings.HasPrefix(issuer, "http:"))
}

// wellKnown is where the metadata of issuer stands.
func wellKnown(issuer string) []string {
	addresses := []string{strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"}
	u, err := url.Parse(issuer)
	if err != nil {
		return addresses
	}
	return append(addresses, u.Scheme+"://"+u.Host+"/.well-known/oauth-authorization-server"+strings.TrimSuffix(u.EscapedPath(), "/"))
}

// metadata is what issuer says of itself, with exactly that issuer in it (RFC 8414 §3.3).
func (w *Wire) metadata(ctx context.Context, issuer string) (fields, error) {
	for _, address := range wellKnown(issuer) {
		d, err := w.get(ctx, address, auth.Secret{})
		if err != nil {
			return nil, undelivered("discover at "+hostOf(issuer), err)
		}
		if d.status >= 500 || d.status == http.StatusTooManyRequests {
			reply := auth.Reply{Status: d.status, RetryAfter: retryAfter(d.status, d.header, w.clock.Wall())}
			return nil, &auth.Failure{
				Outcome: auth.Judge(auth.ErrorRules{}, reply), RetryAfter: reply.RetryAfter,
				Said: auth.Said{Status: d.status}, Detail: "discover at " + hostOf(issuer),
			}
		}
		m, ok := readFields(d.body)
		if d.status != http.StatusOK || !ok {
			continue
		}
		if m["issuer"] != any(issuer) {
			f := invalid("discover at " + hostOf(issuer) + ": the document names another issuer")
			f.Cause = errOtherIssuer
			return nil, f
		}
		return m, nil
	}
	return nil, invalid("discover at " + hostOf(issuer) + ": there is no discovery document")
}

// list is a list of texts.
func (f fields) list(name string) []string {
	var texts []string
	values, _ := f.value(name).([]any)
	for _, v := range values {
		if s, ok := v.(string); ok && !slices.Contains(texts, s) {
			texts = append(texts, s)
		}
	}
	return texts
}

// undelivered is a document that didn't come.
func undelivered(doing string, err error) *auth.Failure {
	cause := plainCause(err)
	reply := auth.Reply{Untrusted: untrusted(err)}
	var proxy proxyRefusal
	if errors.As(cause, &proxy) {
		reply.Status = int(proxy)
	}
	return &auth.Failure{
		Outcome: auth.Judge(auth.ErrorRules{}, reply), Kind: kindOf(cause),
		Detail: doing + ": " + cause.Error(), Cause: cause,
	}
}

// invalid is an answer that can't be trusted.
func invalid(detail string) *auth.Failure {
	return &auth.Failure{Kind: auth.KindInvalidAnswer, Detail: detail}
}

// misconfigured is a request that can't be made as the settings are.
func misconfigured(detail string, cause error) *auth.Failure {
	return &auth.Failure{Outcome: auth.OutcomeMisconfigured, Kind: auth.KindMisconfigured, Detail: detail, Cause: cause}
}
