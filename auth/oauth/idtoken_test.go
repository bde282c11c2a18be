package oauth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// signer makes ID tokens and publishes its keys.
type signer struct {
	rsa *rsa.PrivateKey
	ec  *ecdsa.PrivateKey
}

var newSigner = sync.OnceValue(func() signer {
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return signer{r, e}
})

func (s signer) keys() string {
	point, _ := s.ec.PublicKey.Bytes() // 4, x, y
	return fmt.Sprintf(`{"keys":[{"kty":"RSA","kid":"r","use":"sig","n":%q,"e":%q},{"kty":"EC","crv":"P-256","kid":"e","x":%q,"y":%q}]}`,
		b64(s.rsa.N.Bytes()), b64(big.NewInt(int64(s.rsa.E)).Bytes()), b64(point[1:33]), b64(point[33:]))
}

func (s signer) sign(algorithm, kid string, claims map[string]any) string {
	payload, _ := json.Marshal(claims)
	signed := b64(fmt.Appendf(nil, `{"alg":%q,"kid":%q}`, algorithm, kid)) + "." + b64(payload)
	sum := sha256.Sum256([]byte(signed))
	var signature []byte
	switch algorithm {
	case "RS256":
		signature, _ = rsa.SignPKCS1v15(rand.Reader, s.rsa, crypto.SHA256, sum[:])
	case "PS256":
		signature, _ = rsa.SignPSS(rand.Reader, s.rsa, crypto.SHA256, sum[:], nil)
	case "ES256":
		r, t, _ := ecdsa.Sign(rand.Reader, s.ec, sum[:])
		signature = append(r.FillBytes(make([]byte, 32)), t.FillBytes(make([]byte, 32))...)
	case "HS256": // with the public key as the shared secret
		m := hmac.New(sha256.New, s.rsa.N.Bytes())
		m.Write([]byte(signed))
		signature = m.Sum(nil)
	}
	return signed + "." + b64(signature)
}

// openid is a provider with ID tokens; claims says what stands in the next one.
type openid struct {
	*provider
	fetches atomic.Int32
	token   func() string
}

func newOpenID(t *testing.T) *openid {
	t.Helper()
	o := &openid{}
	o.provider = newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := json.Marshal(map[string]any{"access_token": accessToken, "token_type": "Bearer", "expires_in": 60, "id_token": o.token()})
		says(200, "application/json", string(body))(w, r)
	})
	o.mux.HandleFunc("/keys", func(w http.ResponseWriter, r *http.Request) {
		o.fetches.Add(1)
		says(200, "application/json", newSigner().keys())(w, r)
	})
	return o
}

// asking is a sign-in that wants an ID token.
func (o *openid) asking() auth.SignIn {
	d := o.definition()
	d.Issuer, d.Endpoints.JWKS = o.URL, o.URL+"/keys"
	d.Scopes.Default = []string{"openid", "email"}
	return asking(d)
}

// usual are claims that are right for u.
func (o *openid) usual(u *underway) map[string]any {
	now := time.Now().Unix()
	sum := sha256.Sum256([]byte(accessToken))
	return map[string]any{
		"iss": o.URL, "sub": "you-1", "aud": "northwind-desk", "iat": now, "exp": now + 60, "nonce": u.sent.Get("nonce"),
		"at_hash": b64(sum[:16]), "email": "you@example.com", "name": "You\nExample", "tid": "northwind",
	}
}

func TestAnIDTokenIsChecked(t *testing.T) {
	now := time.Now().Unix()
	type m = map[string]any
	for _, row := range []struct {
		what      string
		algorithm string
		kid       string
		change    m
		ok        bool
	}{
		{"RS256", "RS256", "r", nil, true},
		{"PS256", "PS256", "r", nil, true},
		{"ES256", "ES256", "e", nil, true},
		{"an audience list", "RS256", "r", m{"aud": []string{"northwind-desk"}}, true},
		{"two audiences, ours authorized", "RS256", "r", m{"aud": []string{"northwind-desk", "api"}, "azp": "northwind-desk"}, true},
		{"expired a minute ago", "RS256", "r", m{"exp": now - 60}, true},
		{"no at_hash", "RS256", "r", m{"at_hash": nil}, true},
		{"none", "none", "r", nil, false},
		{"HS256 with the public key", "HS256", "r", nil, false},
		{"another's signature", "RS256", "e", nil, false},
		{"another issuer", "RS256", "r", m{"iss": "https://evil.example"}, false},
		{"another audience", "RS256", "r", m{"aud": "somebody"}, false},
		{"two audiences", "RS256", "r", m{"aud": []string{"northwind-desk", "api"}}, false},
		{"authorized for another", "RS256", "r", m{"azp": "somebody"}, false},
		{"expired", "RS256", "r", m{"exp": now - 180}, false},
		{"of tomorrow", "RS256", "r", m{"iat": now + 86400, "exp": now + 90000}, false},
		{"no iat", "RS256", "r", m{"iat": nil}, false},
		{"no nonce", "RS256", "r", m{"nonce": nil}, false},
		{"another nonce", "RS256", "r", m{"nonce": "canary-other"}, false},
		{"another access token", "RS256", "r", m{"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, false},
		{"nobody", "RS256", "r", m{"sub": ""}, false},
		{"an unknown key", "RS256", "unknown", nil, false},
	} {
		t.Run(row.what, func(t *testing.T) {
			o := newOpenID(t)
			u := begin(t, newWire(t), o.asking())
			claims := o.usual(u)
			maps.Copy(claims, row.change)
			o.token = func() string { return newSigner().sign(row.algorithm, row.kid, claims) }
			page(t, u.callback(u.state()+"&code="+code))
			answer, err := u.finish()
			if !row.ok {
				if f := failure(t, err); f.Kind != auth.KindInvalidAnswer || !answer.AccessToken.IsZero() {
					t.Errorf("kind = %q, tokens %v, want invalid_answer and none", f.Kind, answer.AccessToken.Len())
				}
				return
			}
			want := auth.Identity{Issuer: o.URL, Subject: "you-1", Name: "You Example", Email: "you@example.com", Tenant: "northwind"}
			if err != nil || answer.Identity != want {
				t.Errorf("identity %+v, err %v, want %+v", answer.Identity, err, want)
			}
		})
	}
}

func TestAMissingOrUncheckableIDToken(t *testing.T) {
	o := newOpenID(t)
	o.token = func() string { return "" }
	u := begin(t, newWire(t), o.asking())
	page(t, u.callback(u.state()+"&code="+code))
	_, err := u.finish()
	if f := failure(t, err); f.Kind != auth.KindInvalidAnswer {
		t.Errorf("none sent: %q, want invalid_answer", f.Kind)
	}
	// Nobody knows whose keys to use: the sign-in works, nothing is claimed about who.
	ask := o.asking()
	ask.Provider.Issuer, ask.Provider.Endpoints.JWKS = "", ""
	o.token = func() string { return "canary.id.token" }
	u = begin(t, newWire(t), ask)
	page(t, u.callback(u.state()+"&code="+code))
	answer, err := u.finish()
	if err != nil || !answer.IDToken.IsZero() || answer.Identity != (auth.Identity{}) {
		t.Errorf("identity %+v, ID token %v, err %v, want none", answer.Identity, answer.IDToken.Len(), err)
	}
}

func TestOnlyPublishedAlgorithmsAreTaken(t *testing.T) {
	for offered, ok := range map[string]bool{"ES256": true, "RS256": false, "HS256": false, "none": false} {
		o := newOpenID(t)
		ask := o.asking()
		ask.Provider.IDTokenAlgorithms = []string{offered}
		u := begin(t, newWire(t), ask)
		o.token = func() string { return newSigner().sign("ES256", "e", o.usual(u)) }
		page(t, u.callback(u.state()+"&code="+code))
		if _, err := u.finish(); (err == nil) != ok {
			t.Errorf("ES256 where %s is offered: err %v", offered, err)
		}
	}
}

func TestUnknownKeysDoNotHammerTheProvider(t *testing.T) {
	o := newOpenID(t)
	w := newWire(t)
	for i := range 5 {
		u := begin(t, w, o.asking())
		o.token = func() string { return newSigner().sign("RS256", fmt.Sprint("unknown-", i), o.usual(u)) }
		page(t, u.callback(u.state()+"&code="+code))
		_, err := u.finish()
		if f := failure(t, err); f.Kind != auth.KindInvalidAnswer {
			t.Errorf("kind = %q, want invalid_answer", f.Kind)
		}
	}
	if got := o.fetches.Load(); got != 1 {
		t.Errorf("the keys were fetched %d times within a minute, want once", got)
	}
}

func TestDiscoverySuppliesTheKeys(t *testing.T) {
	o := newOpenID(t)
	o.metadata("/.well-known/openid-configuration", `{"issuer":"{self}","token_endpoint":"{self}/token","jwks_uri":"{self}/keys"}`)
	ask := o.asking()
	ask.Provider.Endpoints.JWKS = ""
	u := begin(t, newWire(t), ask)
	o.token = func() string { return newSigner().sign("RS256", "r", o.usual(u)) }
	page(t, u.callback(u.state()+"&code="+code))
	if answer, err := u.finish(); err != nil || answer.Identity.Subject != "you-1" {
		t.Errorf("identity %+v, err %v", answer.Identity, err)
	}
}

func TestUserinfoFillsInWhatTheIDTokenLeavesOut(t *testing.T) {
	for body, want := range map[string]string{
		`{"sub":"you-1","name":"You","email":"you@example.com"}`:    "you@example.com",
		`{"sub":"somebody","name":"X","email":"other@example.com"}`: "",
		`{"email":"other@example.com"}`:                             "",
		`<html>`:                                                    "",
	} {
		o := newOpenID(t)
		o.mux.HandleFunc("/userinfo", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer "+accessToken || strings.Contains(r.URL.String(), canary) {
				t.Errorf("userinfo asked with %q", r.Header.Get("Authorization"))
			}
			says(200, "application/json", body)(w, r)
		})
		ask := o.asking()
		ask.Provider.Endpoints.UserInfo = o.URL + "/userinfo"
		u := begin(t, newWire(t), ask)
		claims := o.usual(u)
		delete(claims, "email")
		o.token = func() string { return newSigner().sign("RS256", "r", claims) }
		page(t, u.callback(u.state()+"&code="+code))
		answer, err := u.finish()
		if err != nil || answer.Identity.Email != want || answer.Identity.Subject != "you-1" {
			t.Errorf("%s: identity %+v, err %v, want e-mail %q", body, answer.Identity, err, want)
		}
	}
}

func TestARefreshDropsSomebodyElsesIDTokenAndKeepsTheRest(t *testing.T) {
	o := newOpenID(t)
	d := o.asking().Provider
	for aud, kept := range map[string]bool{"northwind-desk": true, "somebody": false} {
		o.token = func() string { return newSigner().sign("RS256", "r", map[string]any{"iss": o.URL, "aud": aud}) }
		answer, err := newWire(t).Refresh(t.Context(), d, client(), grant())
		if err != nil || answer.AccessToken.IsZero() || answer.IDToken.IsZero() == kept {
			t.Errorf("audience %s: ID token kept %v, err %v, want %v", aud, !answer.IDToken.IsZero(), err, kept)
		}
	}
}

func TestARefreshDropsAnIDTokenAboutSomebodyElse(t *testing.T) {
	o := newOpenID(t)
	d := o.asking().Provider
	about := func(who string) string {
		return newSigner().sign("RS256", "r", map[string]any{"iss": o.URL, "aud": "northwind-desk", "sub": who})
	}
	for _, row := range []struct {
		was, is string
		kept    bool
	}{{"", "you-1", true}, {"you-1", "you-1", true}, {"you-1", "you-2", false}, {"you-1", "", false}} {
		g := grant()
		if row.was != "" {
			g.IDToken = auth.NewSecret(about(row.was))
		}
		o.token = func() string { return about(row.is) }
		answer, err := newWire(t).Refresh(t.Context(), d, client(), g)
		if err != nil || answer.AccessToken.IsZero() || answer.IDToken.IsZero() == row.kept {
			t.Errorf("%q after %q: ID token kept %v, err %v, want %v", row.is, row.was, !answer.IDToken.IsZero(), err, row.kept)
		}
	}
}
