package agent_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
	"github.com/tokentray/tokentray/auth/authtest"
	"github.com/tokentray/tokentray/storage"
)

// What the vault below holds, and what may leave it: the access token alone.
const (
	canaryAccess  = "canary-access"
	canaryRefresh = "canary-refresh"
	canaryOld     = "canary-previous"
	canaryID      = "canary-id-token"
	canarySecret  = "canary-client-secret"
	canaryPhrase  = "canary-passphrase"
)

// provider is a wire and a catalogue of one provider, which always answers.
type provider struct {
	auth.Wire
	auth.Catalogue
}

func (provider) Providers() []auth.Provider { return []auth.Provider{story()} }
func (provider) Provider(id auth.ProviderID) (auth.Provider, bool) {
	return story(), id == story().ID
}

func (provider) Discover(_ context.Context, p auth.Provider) (auth.Provider, error) { return p, nil }

func (provider) Revoke(context.Context, auth.Provider, auth.Client, auth.Grant) error {
	return auth.ErrNoRevocation
}

func (provider) Write(auth.Provider) ([]byte, error) { return []byte("format = 1\n"), nil }

func (provider) Paste(string, auth.Secret) error            { return auth.ErrUsage }
func (provider) Read(string, []byte) (auth.Provider, error) { return story(), nil }
func (provider) Install([]byte) (auth.Provider, error)      { return story(), nil }

func (provider) SignIn(_ context.Context, _ auth.SignIn, tell func(auth.SignInStep)) (auth.Answer, error) {
	tell(auth.SignInStep{Address: "https://login.example/authorize"})
	return given(), nil
}

func (provider) Refresh(context.Context, auth.Provider, auth.Client, auth.Grant) (auth.Answer, error) {
	return given(), nil
}

func given() auth.Answer {
	return auth.Answer{
		AccessToken: auth.NewSecret(canaryAccess), RefreshToken: auth.NewSecret(canaryRefresh), IDToken: auth.NewSecret(canaryID),
		TokenType: "Bearer", AskedAt: time.Now().UTC().Round(0), ExpiresIn: time.Hour,
	}
}

func story() auth.Provider {
	return auth.Provider{
		ID: "story", Name: "Story", Grants: []auth.GrantType{auth.AuthorizationCode},
		Endpoints: auth.Endpoints{Authorize: "https://login.example/authorize", Token: "https://login.example/token"},
		Redirect:  auth.RedirectRules{Address: "http://127.0.0.1:17845/callback"},
	}
}

// customs is the real porter, and sees what is packed.
type customs struct {
	auth.Porter
	packed auth.Contents
}

func (c *customs) Pack(kept auth.Contents, phrase auth.Secret) ([]byte, error) {
	c.packed = kept
	return c.Porter.Pack(kept, phrase)
}

// keeperFront is a Keeper with the rest of a Front.
type keeperFront struct {
	*auth.Keeper
	harmless *harmless
}

func (f keeperFront) Copy(ctx context.Context, id auth.AccountID, form string, s auth.Session) (*auth.Error, error) {
	return f.harmless.Copy(ctx, id, form, s)
}

func (f keeperFront) AtHand(_ context.Context, name, _ string, validity time.Duration) (auth.Secret, error) {
	t, _, _ := f.Stored(name, validity)
	return t.AccessToken, nil
}

func (f keeperFront) Open(ctx context.Context, w auth.Summons, s auth.Session) error {
	return f.harmless.Open(ctx, w, s)
}

func (f keeperFront) Summoned(ctx context.Context) (<-chan auth.Summons, error) {
	return f.harmless.Summoned(ctx)
}

// fullHouse is an agent whose vault has one account, with everything an account can have.
func fullHouse(t *testing.T, porter auth.Porter) running {
	t.Helper()
	vault := authtest.NewVault()
	now := time.Now().UTC().Round(0)
	must(t, vault.Open(auth.Secret{}))
	must(t, vault.Create(auth.NewSecret(canaryPhrase)))
	must(t, vault.Add(
		auth.Account{ID: "k7q2", Name: "Northwind", Provider: story(), Client: "c1", Grant: auth.AuthorizationCode, Created: now},
		auth.Client{ID: "c1", Provider: "story", Identifier: "tray", Secret: auth.NewSecret(canarySecret)},
		auth.Grant{
			Generation: 3, RefreshToken: auth.NewSecret(canaryRefresh), AccessToken: auth.NewSecret(canaryAccess), IDToken: auth.NewSecret(canaryID),
			PreviousRefreshToken: auth.NewSecret(canaryOld), TokenType: "Bearer", IssuedAt: now, ExpiresAt: now.Add(time.Hour),
		}))
	keeper := auth.NewKeeper(auth.Parts{
		Vault: vault, Wire: provider{}, Catalogue: provider{}, Porter: porter, Clock: auth.SystemClock(), Log: slog.New(slog.DiscardHandler),
	})
	must(t, keeper.Open(t.Context(), auth.NewSecret(canaryPhrase)))
	t.Cleanup(func() { must(t, keeper.Close(time.Second)) }) // after the agent, which is begun later
	return serve(t, keeperFront{keeper, &harmless{}})
}

// No verb, in whatever order the bytes come, brings anything secret that can be read
// but the access token. An export brings the rest, sealed to the passphrase that came
// with the request.
func TestNoFrameHoldsARefreshTokenOrAClientSecret(t *testing.T) {
	porter := &customs{Porter: storage.NewPorter()}
	a := fullHouse(t, porter)
	var heard []string
	for _, verb := range append(verbs(), "refresh_token", "grant", "contents") {
		if verb == "forget" || verb == "lock" || verb == "stop" || verb == "mend" {
			continue // at the end: nothing is left to ask for afterwards
		}
		heard = append(heard, hear(t, a, verb)...)
	}
	for _, verb := range []string{"mend", "lock", "forget", "stop"} {
		heard = append(heard, hear(t, a, verb)...)
	}
	all := strings.Join(heard, "\n")
	for _, secret := range []string{canaryRefresh, canaryOld, canaryID, canarySecret, canaryPhrase} {
		if strings.Contains(all, secret) {
			t.Errorf("%s stands in a frame of the agent", secret)
		}
	}
	if !strings.Contains(all, canaryAccess) {
		t.Error("got no access token, so nothing was shown by this test")
	}
	if g := porter.packed.Grants["k7q2"]; g.RefreshToken.Reveal() != canaryRefresh || !strings.Contains(all, "-----BEGIN AGE ENCRYPTED FILE-----") {
		t.Error("got no sealed file with the refresh token in it, so nothing was shown of exports")
	}
}

// hear asks for verb with everything a request can have, and returns every text
// in the answers, those in base64 decoded, too.
func hear(t *testing.T, a running, verb string) (texts []string) {
	t.Helper()
	r := greeted(t, a.addr.Socket, agent.Protocol)
	defer func() { _ = r.Close() }()
	must(t, r.SetDeadline(time.Now().Add(3*patience))) // what seals an export takes its time on purpose
	phrase := []byte(canaryPhrase)
	r.send(map[string]any{
		"verb": verb, "account": "k7q2", "name": "Northwind", "passphrase": phrase, "sealed_by": "passphrase", "issuer": "https://login.example",
		"attempt": "a1", "address": []byte("http://127.0.0.1:17845/callback?code=x"), "file": []byte("sealed"), "form": "raw",
		"want": map[string]any{"Validity": -1}, "export": map[string]any{"what": "accounts", "passphrase": phrase},
		"mending":    map[string]any{"remedy": "salvage", "passphrase": phrase},
		"connection": map[string]any{"provider": "story", "name": "Another", "client_identifier": "tray", "client_secret": []byte(canarySecret)},
		"change":     map[string]any{"client_secret": []byte(canarySecret)},
	})
	for {
		answer := r.receive()
		texts = append(texts, textsIn(t, answer)...)
		if answer["event"] == nil || answer["event"] == "watching" {
			return texts
		}
	}
}

func textsIn(t *testing.T, v any) (texts []string) {
	t.Helper()
	whole, err := json.Marshal(v)
	must(t, err)
	texts = append(texts, string(whole))
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			if plain, err := base64.StdEncoding.DecodeString(v); err == nil {
				texts = append(texts, string(plain))
			}
		case []any:
			for _, one := range v {
				walk(one)
			}
		case map[string]any:
			for _, one := range v {
				walk(one)
			}
		}
	}
	walk(v)
	return texts
}
