package practice

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
)

// randomText is n random bytes as base64url; crypto/rand never fails.
func randomText(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // documented never to return an error
	return base64.RawURLEncoding.EncodeToString(b)
}

// randomHex is n random bytes as hexadecimal digits.
func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // documented never to return an error
	return hex.EncodeToString(b)
}
