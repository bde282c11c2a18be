package practice_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
)

// verified checks a JWT against a JWKS and returns its claims.
func verified(t *testing.T, token, jwks string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("got a token of %d parts, want a JWT", len(parts))
	}
	var head struct{ Kid, Alg string }
	decode(t, parts[0], &head)
	var set struct{ Keys []map[string]string }
	if err := json.Unmarshal([]byte(jwks), &set); err != nil {
		t.Fatalf("read the JWKS: %v", err)
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatalf("read the signature: %v", err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	for _, k := range set.Keys {
		if k["kid"] == head.Kid && k["alg"] == head.Alg {
			if !signedBy(t, k, sum[:], signature) {
				t.Fatalf("the %s signature is wrong", head.Alg)
			}
			var claims map[string]any
			decode(t, parts[1], &claims)
			return claims
		}
	}
	t.Fatalf("the JWKS has no key %s", head.Kid)
	return nil
}

func signedBy(t *testing.T, k map[string]string, sum, signature []byte) bool {
	t.Helper()
	number := func(name string) *big.Int {
		b, err := base64.RawURLEncoding.DecodeString(k[name])
		if err != nil {
			t.Fatalf("read the key: %v", err)
		}
		return new(big.Int).SetBytes(b)
	}
	if k["kty"] == "RSA" {
		key := rsa.PublicKey{N: number("n"), E: int(number("e").Int64())}
		return rsa.VerifyPKCS1v15(&key, crypto.SHA256, sum, signature) == nil
	}
	point := append([]byte{4}, append(number("x").FillBytes(make([]byte, 32)), number("y").FillBytes(make([]byte, 32))...)...)
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		t.Fatalf("read the key: %v", err)
	}
	return ecdsa.Verify(key, sum, new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
}
