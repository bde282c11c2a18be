package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/tokentray/tokentray/auth"
)

// leeway is how far the provider's clock may be from ours.
const leeway = 2 * time.Minute

// Signatures with a public key. Neither "none" nor the HMACs, for which our own
// secret, or a public key taken for one, would do as the key.
var signatures = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512,
	oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
}

// keys are the providers' keys, each set fetched when it is first needed.
type keys struct {
	client *http.Client

	mu   sync.Mutex
	sets map[string]*oidc.RemoteKeySet // by address
}

func newKeys(client *http.Client) *keys {
	client.Timeout = usualLimits.document // go-oidc doesn't pass a deadline on
	return &keys{client: client, sets: map[string]*oidc.RemoteKeySet{}}
}

func (k *keys) at(address string) *oidc.RemoteKeySet {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.sets[address] == nil {
		k.sets[address] = oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), k.client), address)
	}
	return k.sets[address]
}

// keySet is an oidc.KeySet that remembers whether the keys could be had at all.
type keySet struct {
	*oidc.RemoteKeySet
	unreachable error
}

// VerifySignature implements oidc.KeySet.
func (k *keySet) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.RemoteKeySet.VerifySignature(ctx, jwt)
	var lost *url.Error
	if errors.As(err, &lost) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		k.unreachable = err
	}
	return payload, err
}

// checkable reports whether an ID token of p can be checked: whose it is, and with which keys.
func checkable(p auth.Provider) bool { return p.Issuer != "" && p.Endpoints.JWKS != "" }

// identify checks the ID token of an answer (OpenID Connect Core §3.1.3.7) and
// says who signed in. Errors never quote the token, nor go-oidc, which does.
func (w *Wire) identify(ctx context.Context, a *attempt, answer auth.Answer) (auth.Identity, error) {
	p := a.ask.Provider
	if answer.IDToken.IsZero() {
		return auth.Identity{}, invalid("check who signed in: the provider sent no ID token")
	}
	set := &keySet{RemoteKeySet: w.keys.at(p.Endpoints.JWKS)}
	verifier := oidc.NewVerifier(p.Issuer, set, &oidc.Config{
		ClientID:             a.ask.Client.Identifier,
		SupportedSigningAlgs: algorithms(p.IDTokenAlgorithms),
		Now:                  func() time.Time { return w.clock.Wall().Add(-leeway) },
	})
	token, err := verifier.Verify(ctx, answer.IDToken.Reveal())
	if set.unreachable != nil {
		return auth.Identity{}, undelivered("fetch the provider's keys", set.unreachable)
	}
	if err != nil {
		return auth.Identity{}, invalid("check who signed in: " + whyInvalid(err))
	}
	var c idClaims
	if err := token.Claims(&c); err != nil {
		return auth.Identity{}, invalid("check who signed in: the ID token's claims can't be read")
	}
	if why := w.unfit(a, answer, token, c); why != "" {
		return auth.Identity{}, invalid("check who signed in: " + why)
	}
	return auth.Identity{
		Issuer: token.Issuer, Subject: token.Subject,
		Name: cut(oneLine(firstOf(c.Name, c.Username)), maxDescription), Email: cut(oneLine(c.Email), maxDescription),
		Tenant: cut(oneLine(firstOf(c.TenantID, c.HostedDomain)), maxDescription),
	}, nil
}

// idClaims are the claims that go-oidc leaves to its callers.
type idClaims struct {
	AuthorizedParty string `json:"azp"`
	Name            string `json:"name"`
	Username        string `json:"preferred_username"`
	Email           string `json:"email"`
	TenantID        string `json:"tid"`
	HostedDomain    string `json:"hd"`
}

// algorithms are those of offered that we trust; none given means all of ours. An
// offer without any of ours is left with one that no token has, because go-oidc
// takes an empty list for RS256.
func algorithms(offered []string) []string {
	if len(offered) == 0 {
		return signatures
	}
	trusted := slices.DeleteFunc(slices.Clone(offered), func(a string) bool { return !slices.Contains(signatures, a) })
	if len(trusted) == 0 {
		return []string{"no algorithm"}
	}
	return trusted
}

// whyInvalid is go-oidc's verdict in our words.
func whyInvalid(err error) string {
	var expired *oidc.TokenExpiredError
	if errors.As(err, &expired) {
		return "the ID token has expired"
	}
	return "the ID token is not from this provider for this client"
}

// unfit says why a token with a good signature isn't the one this attempt waits for, or "".
func (w *Wire) unfit(a *attempt, answer auth.Answer, token *oidc.IDToken, c idClaims) string {
	client := a.ask.Client.Identifier
	switch {
	case !a.nonce.Equal(auth.NewSecret(token.Nonce)):
		return "the ID token belongs to another sign-in"
	case c.AuthorizedParty != "" && c.AuthorizedParty != client,
		len(token.Audience) > 1 && c.AuthorizedParty != client:
		return "the ID token is for another client"
	case token.IssuedAt.IsZero(), token.IssuedAt.After(w.clock.Wall().Add(leeway)):
		return "the ID token was issued in the future"
	case token.Subject == "", token.Subject != oneLine(token.Subject):
		return "the ID token doesn't say who signed in"
	case token.AccessTokenHash != "" && token.VerifyAccessToken(answer.AccessToken.Reveal()) != nil:
		return "the ID token belongs to another access token"
	}
	return ""
}

// fitsClient reports whether an ID token that came with a refresh is at least
// addressed to us (OpenID Connect Core §12.2). There is no nonce to compare then,
// and who signed in is known already.
func fitsClient(idToken auth.Secret, issuer, client string) bool {
	if idToken.IsZero() {
		return true
	}
	c, ok := claims(idToken.Reveal())
	if !ok {
		return false
	}
	iss := c.words("iss")
	if issuer != "" && iss != issuer && "https://"+iss != issuer {
		return false
	}
	return c.words("aud") == client || slices.Contains(c.list("aud"), client)
}

// samePerson reports whether two ID tokens name the same person, as far as both are
// there (OpenID Connect Core §12.2: sub has to stay).
func samePerson(before, after auth.Secret) bool {
	was, known := claims(before.Reveal())
	is, ok := claims(after.Reveal())
	return !known || !ok || was.words("sub") == is.words("sub")
}

// introduce asks userinfo for the name and the address that the ID token left
// out (OpenID Connect Core §5.3). It is a courtesy: where it fails, nothing is lost.
func (w *Wire) introduce(ctx context.Context, p auth.Provider, answer auth.Answer) auth.Identity {
	who := answer.Identity
	if p.Endpoints.UserInfo == "" || (who.Name != "" && who.Email != "") || !strings.EqualFold(firstOf(answer.TokenType, "bearer"), "bearer") {
		return who
	}
	d, err := w.get(ctx, p.Endpoints.UserInfo, answer.AccessToken)
	if err != nil || d.status != http.StatusOK {
		return who
	}
	f, ok := readFields(d.body)
	subject := f.words("sub")
	if !ok || subject == "" || subject != oneLine(subject) || (who.Subject != "" && subject != who.Subject) {
		return who
	}
	who.Issuer, who.Subject = firstOf(who.Issuer, p.Issuer), subject
	who.Name = firstOf(who.Name, cut(oneLine(firstOf(f.words("name"), f.words("preferred_username"))), maxDescription))
	who.Email = firstOf(who.Email, cut(oneLine(f.words("email")), maxDescription))
	return who
}
