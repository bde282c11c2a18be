package faults_test

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
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

func TestFault17AForgedIDTokenStoresNothing(t *testing.T) {
	t.Parallel()
	s := newForger(t)
	now := time.Now().Unix()
	for what, f := range map[string]forgery{
		"unsigned":                     {algorithm: "none"},
		"HS256 with the public key":    {algorithm: "HS256"},
		"another's signature":          {algorithm: "RS256", kid: "e"},
		"an unknown key":               {algorithm: "ES256", kid: "unknown"},
		"another audience":             {change: claims{"aud": "somebody"}},
		"authorized for another":       {change: claims{"aud": []string{clientID, "api"}, "azp": "somebody"}},
		"two audiences, none in power": {change: claims{"aud": []string{clientID, "api"}}},
		"another issuer":               {change: claims{"iss": "https://evil.example"}},
		"expired":                      {change: claims{"exp": now - 600}},
		"of tomorrow":                  {change: claims{"iat": now + 86400, "exp": now + 90000}},
		"no nonce":                     {change: claims{"nonce": nil}},
		"another nonce":                {change: claims{"nonce": "another"}},
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			w.front.keysAnswer = says(ok, "application/json", s.keys())
			_, err := s.connect(w, f)
			if e := problem(t, err); e.Kind != auth.KindInvalidAnswer {
				t.Errorf("got %s: %v, want an invalid answer", e.Kind, e)
			}
			kept, err := w.vault.Contents()
			if err != nil || len(kept.Accounts)+len(kept.Clients)+len(kept.Grants) != 0 {
				t.Errorf("the vault holds %d accounts, %d clients, %d grants, %v", len(kept.Accounts), len(kept.Clients), len(kept.Grants), err)
			}
			w.front.wantLedger(t, []int{1}, nil)
		})
	}
	t.Run("a storm of unknown keys", func(t *testing.T) {
		w := newWorld(t)
		w.front.keysAnswer = says(ok, "application/json", s.keys())
		for n := range 5 {
			_, err := s.connect(w, forgery{algorithm: "ES256", kid: fmt.Sprint("unknown-", n)})
			_ = problem(t, err) // it has looked
		}
		if got := w.front.visits()["/jwks"]; got != 1 {
			t.Errorf("keys were fetched %d times within a minute, want once", got)
		}
		w.front.wantLedger(t, []int{1, 1, 1, 1, 1}, nil)
		if id, err := s.connect(w, forgery{}); err != nil || w.grant(id).RefreshToken.IsZero() { // what is right passes
			t.Errorf("a right one: %v", err)
		}
	})
}

type claims = map[string]any

// forgery is what is wrong with an ID token; the zero value is a right one.
type forgery struct {
	algorithm, kid string
	change         claims
}

// forger signs whatever it is asked to.
type forger struct {
	rsa *rsa.PrivateKey
	ec  *ecdsa.PrivateKey
}

func newForger(t *testing.T) forger {
	t.Helper()
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	return forger{r, e}
}

// connect signs in where the answer brings the ID token f.
func (s forger) connect(w *world, f forgery) (auth.AccountID, error) {
	w.t.Helper()
	u := w.connecting()
	w.front.next(rewrites(func(body string) (string, string) {
		var answer claims
		must(w.t, json.Unmarshal([]byte(body), &answer))
		answer["id_token"] = s.sign(w.t, f, w.right(u, fmt.Sprint(answer["access_token"])))
		changed, err := json.Marshal(answer)
		must(w.t, err)
		return "application/json", string(changed)
	}))
	u.page(u.allow(you))
	status, err := u.finish()
	return status.ID, err
}

// right are the claims of an ID token that is as it should be.
func (w *world) right(u *underway, access string) claims {
	now, sum := w.clock.Wall().Unix(), sha256.Sum256([]byte(access))
	return claims{
		"iss": w.provider.Issuer, "sub": "you-1", "aud": clientID, "iat": now, "exp": now + 600,
		"nonce": u.sent.Get("nonce"), "at_hash": b64(sum[:16]), "email": you,
	}
}

func (s forger) sign(t *testing.T, f forgery, c claims) string {
	t.Helper()
	if f.algorithm == "" {
		f.algorithm = "ES256"
	}
	if f.kid == "" {
		f.kid = map[string]string{"ES256": "e"}[f.algorithm]
	}
	maps.Copy(c, f.change)
	payload, err := json.Marshal(c)
	must(t, err)
	signed := b64(fmt.Appendf(nil, `{"alg":%q,"kid":%q}`, f.algorithm, f.kid)) + "." + b64(payload)
	sum := sha256.Sum256([]byte(signed))
	var signature []byte
	switch f.algorithm {
	case "RS256":
		signature, err = rsa.SignPKCS1v15(rand.Reader, s.rsa, crypto.SHA256, sum[:])
	case "ES256":
		r, v, signErr := ecdsa.Sign(rand.Reader, s.ec, sum[:])
		must(t, signErr)
		signature = append(r.FillBytes(make([]byte, 32)), v.FillBytes(make([]byte, 32))...)
	case "HS256": // the public key as the shared secret
		m := hmac.New(sha256.New, s.rsa.N.Bytes())
		_, err = m.Write([]byte(signed))
		signature = m.Sum(nil)
	}
	must(t, err)
	return signed + "." + b64(signature)
}

// keys is the JWKS (RFC 7517 §5).
func (s forger) keys() string {
	point, err := s.ec.PublicKey.Bytes() // 4, x, y
	if err != nil {
		panic(err) // it was made a moment ago
	}
	return fmt.Sprintf(`{"keys":[{"kty":"RSA","kid":"","use":"sig","n":%q,"e":%q},{"kty":"EC","crv":"P-256","kid":"e","x":%q,"y":%q}]}`,
		b64(s.rsa.N.Bytes()), b64(big.NewInt(int64(s.rsa.E)).Bytes()), b64(point[1:33]), b64(point[33:]))
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
