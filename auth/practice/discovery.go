package practice

import "net/http"

// metadata is OpenID Connect Discovery 1.0 §3 with RFC 8414 and RFC 9207.
type metadata struct {
	Issuer          string   `json:"issuer"`
	Authorize       string   `json:"authorization_endpoint"`
	Token           string   `json:"token_endpoint"`
	UserInfo        string   `json:"userinfo_endpoint"`
	Keys            string   `json:"jwks_uri"`
	Device          string   `json:"device_authorization_endpoint"` // RFC 8628 §4
	Revoke          string   `json:"revocation_endpoint"`
	Scopes          []string `json:"scopes_supported"`
	ResponseTypes   []string `json:"response_types_supported"`
	ResponseModes   []string `json:"response_modes_supported"`
	Grants          []string `json:"grant_types_supported"`
	Subjects        []string `json:"subject_types_supported"`
	Signing         []string `json:"id_token_signing_alg_values_supported"`
	TokenAuth       []string `json:"token_endpoint_auth_methods_supported"`
	RevokeAuth      []string `json:"revocation_endpoint_auth_methods_supported"`
	Claims          []string `json:"claims_supported"`
	Challenges      []string `json:"code_challenge_methods_supported"`
	IssuerReturned  bool     `json:"authorization_response_iss_parameter_supported"`
	RequestByRefers bool     `json:"request_uri_parameter_supported"`
}

func (d standard) discovery(c call) reply {
	ways := []string{"client_secret_basic", "client_secret_post", "none"}
	return jsonReply(http.StatusOK, metadata{
		Issuer:    c.base,
		Authorize: c.base + "/authorize", Token: c.base + "/token", UserInfo: c.base + "/userinfo",
		Keys: c.base + "/jwks", Revoke: c.base + "/revoke", Device: c.base + "/device_authorization",
		Scopes: standardScopes, ResponseTypes: []string{"code"}, ResponseModes: []string{"query"},
		Grants:   []string{"authorization_code", "refresh_token", "client_credentials", deviceGrant},
		Subjects: []string{"public"}, Signing: []string{string(d.signing())},
		TokenAuth: ways, RevokeAuth: ways,
		Claims:     []string{"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "name", "email", "email_verified"},
		Challenges: []string{"S256"}, IssuerReturned: true,
	})
}
