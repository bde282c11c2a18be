package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
)

// Inspection is what a token says to whoever reads it, where it is a JWT (RFC
// 7519): its signature is left out, so that it is no token any more. Nothing is
// verified here.
type Inspection struct {
	Of     string // "access_token" or "id_token"
	Header string // JSON, indented
	Claims string // JSON, indented
}

// maxInspected bounds what is decoded: tokens are small.
const maxInspected = 256 << 10

// Inspect reads token, if it is a signed JWT in the compact form (RFC 7515 §3.1).
func Inspect(of string, token Secret) (Inspection, bool) {
	text := token.Reveal() //nolint:forbidigo // what is returned lacks the signature, and is no secret any more
	parts := strings.Split(text, ".")
	if len(parts) != 3 || len(text) > maxInspected {
		return Inspection{}, false
	}
	header, claims := jsonPart(parts[0]), jsonPart(parts[1])
	if header == "" || claims == "" {
		return Inspection{}, false
	}
	return Inspection{Of: of, Header: header, Claims: claims}, true
}

// jsonPart is an object in base64url, indented, or "".
func jsonPart(part string) string {
	plain, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(part, "="))
	var out bytes.Buffer
	if err != nil || !bytes.HasPrefix(bytes.TrimSpace(plain), []byte("{")) || json.Indent(&out, plain, "", "  ") != nil {
		return ""
	}
	return out.String()
}
