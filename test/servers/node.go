package servers

import (
	"testing"
	"time"
)

// NodeOAuth2 is what a @node-oauth/oauth2-server is started with. It knows one
// client, sends every person back with a code, and has neither discovery nor
// revocation nor a device flow.
type NodeOAuth2 struct {
	AccessTTL       time.Duration // whole seconds
	ClientID        string
	ClientSecret    string // as Basic has it, without form-encoding
	RedirectAddress string // exact
}

// StartNodeOAuth2 starts one as StartOIDC does: it authorizes at Issuer/authorize,
// and its token endpoint is Issuer/token.
func StartNodeOAuth2(t testing.TB, setup NodeOAuth2) *Server {
	t.Helper()
	type client struct {
		ID                string   `json:"id"`
		Secret            string   `json:"secret"`
		RedirectAddresses []string `json:"redirectUris"`
		Grants            []string `json:"grants"`
	}
	return start(t, "node-oauth2-server", map[string]any{
		"accessTTL": int(setup.AccessTTL / time.Second), "refreshTTL": int(time.Hour / time.Second),
		"clients": []client{{
			ID: setup.ClientID, Secret: setup.ClientSecret, RedirectAddresses: []string{setup.RedirectAddress},
			Grants: []string{"authorization_code", "refresh_token", "client_credentials"},
		}},
	})
}
