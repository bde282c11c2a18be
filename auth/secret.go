package auth

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// redacted stands wherever a Secret would have been printed.
const redacted = "[redacted]"

// Secret is a value that can't be printed by accident: fmt (every verb), slog,
// encoding/json and encoding.TextMarshaler all see "[redacted]". The zero value
// is the absent secret. It is a struct and not a string type, because %d and
// unexported fields print the latter.
type Secret struct{ value string }

// NewSecret wraps value.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal returns the wrapped value. It belongs where a secret leaves on purpose
// (the wire, the vault, the socket, the clipboard); the linter knows the places.
func (s Secret) Reveal() string { return s.value }

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.value == "" }

// Len is the number of bytes, which is safe to print.
func (s Secret) Len() int { return len(s.value) }

// Equal compares in a time that depends on the lengths alone.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.value), []byte(other.value)) == 1
}

// String returns "[redacted]", or "" where there is no secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return redacted
}

// GoString is String.
func (s Secret) GoString() string { return s.String() }

// Format prints String for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) } // fmt reports its own write errors

// LogValue is String for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON is String for encoding/json.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// MarshalText is String for the encoders that ask for text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
