package servers

import (
	"testing"
	"time"
)

// OIDC is what an oidc-provider is started with. A zero lifetime stands for one
// that outlives every test.
type OIDC struct {
	AccessTTL  time.Duration // whole seconds
	RefreshTTL time.Duration // of refresh tokens and of the consent behind them
	CodeTTL    time.Duration
	Clients    []OIDCClient // nil: Public and Confidential
}

// OIDCClient is one registration (OpenID Connect Dynamic Client Registration 1.0 §2).
type OIDCClient struct {
	ID                string   `json:"client_id"`
	Secret            string   `json:"client_secret,omitempty"`
	Authentication    string   `json:"token_endpoint_auth_method"` // none | client_secret_basic | client_secret_post
	Kind              string   `json:"application_type"`           // native | web
	RedirectAddresses []string `json:"redirect_uris"`
	Grants            []string `json:"grant_types"`
	ResponseTypes     []string `json:"response_types"`
}

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code" // RFC 8628 §3.4

// Public is a native client without a secret, for any port of 127.0.0.1 (RFC 8252 §7.3).
func Public() OIDCClient {
	return OIDCClient{
		ID: "tokentray-public", Authentication: "none", Kind: "native",
		RedirectAddresses: []string{"http://127.0.0.1/callback"},
		Grants:            []string{"authorization_code", "refresh_token", deviceGrant},
		ResponseTypes:     []string{"code"},
	}
}

// Confidential is a client for HTTP Basic (RFC 6749 §2.3.1) with exactly one
// redirect address. Its secret holds what breaks careless encoding and is
// allowed all the same (RFC 6749 appendix A.2).
func Confidential(redirectAddress string) OIDCClient {
	return OIDCClient{
		ID: "tokentray-confidential", Secret: "canary-client:secret/+%&= ~", Authentication: "client_secret_basic", Kind: "web",
		RedirectAddresses: []string{redirectAddress},
		Grants:            []string{"authorization_code", "refresh_token", "client_credentials"},
		ResponseTypes:     []string{"code"},
	}
}

// DefaultRedirect is the address that Confidential is registered with unless a test says otherwise.
const DefaultRedirect = "http://127.0.0.1:17845/callback"

// StartOIDC starts an oidc-provider on a free port of 127.0.0.1 and waits until
// it answers. Any user with any password may sign in. It ends with the test,
// whatever way that ends.
func StartOIDC(t testing.TB, setup OIDC) *Server {
	t.Helper()
	return start(t, "oidc-provider", setup.configuration())
}

type configuration struct {
	Clients    []OIDCClient `json:"clients"`
	AccessTTL  int          `json:"accessTTL"`
	RefreshTTL int          `json:"refreshTTL"`
	CodeTTL    int          `json:"codeTTL"`
}

func (o OIDC) configuration() configuration {
	seconds := func(d time.Duration) int {
		if d == 0 {
			d = time.Hour
		}
		return int(d / time.Second)
	}
	if o.Clients == nil {
		o.Clients = []OIDCClient{Public(), Confidential(DefaultRedirect)}
	}
	return configuration{
		Clients: o.Clients, AccessTTL: seconds(o.AccessTTL),
		RefreshTTL: seconds(o.RefreshTTL), CodeTTL: seconds(o.CodeTTL),
	}
}
