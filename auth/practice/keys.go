package practice

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
)

// signer signs JWTs (RFC 7515) with a key that outlives restarts.
type signer struct {
	alg Signing
	key crypto.Signer
	kid string
}

// signer reads the key for alg, or makes and keeps one: RSA takes its time, so
// that happens when something is signed and not before. The book's mutex is not held.
func (b *book) signer(alg Signing) (signer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.signerLocked(alg)
}

// signerLocked is signer with the mutex held.
func (b *book) signerLocked(alg Signing) (signer, error) {
	der := b.state.Keys[string(alg)]
	if der == nil {
		made, err := newKey(alg)
		if err != nil {
			return signer{}, err
		}
		if err := b.change(func(st *state) { st.Keys[string(alg)] = made }); err != nil {
			return signer{}, err
		}
		der = made
	}
	return readKey(alg, der)
}

func newKey(alg Signing) ([]byte, error) {
	var key any
	var err error
	if alg == RS256 {
		key, err = rsa.GenerateKey(rand.Reader, 2048) // the least that RFC 7518 §3.3 allows
	} else {
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		return nil, fmt.Errorf("make a signing key: %w", err)
	}
	return x509.MarshalPKCS8PrivateKey(key)
}

func readKey(alg Signing, der []byte) (signer, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return signer{}, fmt.Errorf("read the signing key: %w", err)
	}
	key, ok := parsed.(crypto.Signer)
	if !ok {
		return signer{}, errors.New("read the signing key: it can't sign")
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return signer{}, fmt.Errorf("read the signing key: %w", err)
	}
	sum := sha256.Sum256(public)
	return signer{alg: alg, key: key, kid: hex.EncodeToString(sum[:8])}, nil
}

// jwt signs claims (RFC 7519); the header holds kid and alg, as Okta's does.
func (s signer) jwt(claims any) (string, error) {
	body, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	head := fmt.Sprintf(`{"kid":%q,"alg":%q}`, s.kid, s.alg)
	text := base64url([]byte(head)) + "." + base64url(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := s.sign(sum[:])
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return text + "." + base64url(signature), nil
}

func (s signer) sign(sum []byte) ([]byte, error) {
	key, isECDSA := s.key.(*ecdsa.PrivateKey)
	if !isECDSA {
		return s.key.Sign(rand.Reader, sum, crypto.SHA256)
	}
	r, v, err := ecdsa.Sign(rand.Reader, key, sum)
	if err != nil {
		return nil, err
	}
	signature := make([]byte, 64) // r and s, 32 bytes each (RFC 7518 §3.4)
	r.FillBytes(signature[:32])
	v.FillBytes(signature[32:])
	return signature, nil
}

// jwk is a public key (RFC 7517 §4).
type jwk struct {
	Type string `json:"kty"`
	Alg  string `json:"alg"`
	ID   string `json:"kid"`
	Use  string `json:"use"`
	E    string `json:"e,omitempty"`
	N    string `json:"n,omitempty"`
	Crv  string `json:"crv,omitempty"`
	X    string `json:"x,omitempty"`
	Y    string `json:"y,omitempty"`
}

func (s signer) public() (jwk, error) {
	k := jwk{Alg: string(s.alg), ID: s.kid, Use: "sig"}
	switch key := s.key.Public().(type) {
	case *rsa.PublicKey:
		k.Type, k.N = "RSA", base64url(key.N.Bytes())
		k.E = base64url(big.NewInt(int64(key.E)).Bytes())
	case *ecdsa.PublicKey:
		point, err := key.Bytes() // 0x04, X, Y
		if err != nil {
			return jwk{}, fmt.Errorf("publish the signing key: %w", err)
		}
		k.Type, k.Crv = "EC", "P-256"
		k.X, k.Y = base64url(point[1:33]), base64url(point[33:])
	}
	return k, nil
}

func base64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// halfHash is at_hash: the left half of the SHA-256 of an access token (OpenID
// Connect Core §3.1.3.6).
func halfHash(accessToken string) string {
	sum := sha256.Sum256([]byte(accessToken))
	return base64url(sum[:len(sum)/2])
}
