package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

func (w *wire) Paste(attempt string, address auth.Secret) error {
	return get(w, &w.paste)(attempt, address)
}

// openID is the catalogue's provider for every issuer.
var openID = auth.Provider{
	ID: "oidc", Name: "Other OpenID Connect", Issuer: "{issuer}", Grants: []auth.GrantType{auth.AuthorizationCode},
	Settings: []auth.Setting{{Key: "issuer", Type: auth.SettingURL, Required: true}},
}

func TestAnIssuerIsDiscovered(t *testing.T) {
	found := auth.Endpoints{Authorize: "https://id.example/authorize", Token: "https://id.example/token"}
	d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) { p.Catalogue = shelf(openID) })
	set(d.wire, &d.wire.found, found)
	for _, issuer := range []string{"https://id.example/realm/", " https://id.example/realm/ ", "http://127.0.0.1:8080"} {
		p, err := d.Discover(context.Background(), issuer)
		if err != nil || p.Issuer != strings.TrimSpace(issuer) || p.Endpoints != found {
			t.Errorf("%q: %+v, %v", issuer, p.Endpoints, err)
		}
	}
	if p, err := d.Discover(context.Background(), "https://id.example/.well-known/openid-configuration"); err != nil || p.Issuer != "https://id.example" {
		t.Errorf("the document's own address: %q, %v", p.Issuer, err)
	}
	for _, issuer := range []string{"", "id.example", "http://id.example", "https://id.example/?a=b", "https://you@id.example", "file:///etc/passwd", "-a"} {
		var e *auth.Error
		if _, err := d.Discover(context.Background(), issuer); !errors.As(err, &e) || e.Kind != auth.KindUsage || e.Detail == "" {
			t.Errorf("%q: %v, want it refused in words", issuer, err)
		}
	}
}

func TestAnAddressIsPastedToTheSignInThatWaits(t *testing.T) {
	d := newDesk(t, authtest.NewVault(), time.Hour)
	refused := &auth.Error{Kind: auth.KindUsage, Detail: "no such sign-in waits"}
	d.wire.paste = func(attempt string, address auth.Secret) error {
		if attempt == "a1" && address.Reveal() == "http://127.0.0.1/?code=canary-code" {
			return nil
		}
		return refused
	}
	address := auth.NewSecret("http://127.0.0.1/?code=canary-code")
	if err := d.Paste(context.Background(), "a1", address); err != nil {
		t.Error(err)
	}
	if err := d.Paste(context.Background(), "a2", address); !errors.Is(err, refused) {
		t.Errorf("another sign-in: %v", err)
	}
	if err := d.Paste(context.Background(), "a1", auth.Secret{}); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("no address: %v", err)
	}
}

func TestRefreshAsksWhateverIsStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		if err := d.Refresh(context.Background(), id); err != nil {
			t.Fatal(err)
		}
		if g, _ := d.vault.Grant(id); g.Generation != 2 {
			t.Errorf("generation %d, want 2", g.Generation)
		}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeTransient}
		})
		if err := d.Refresh(context.Background(), id); !errors.Is(err, auth.ErrUnreachable) {
			t.Errorf("got %v although a valid token is stored, want unreachable", err)
		}
		if err := d.Refresh(context.Background(), "nobody"); !errors.Is(err, auth.ErrUnknownAccount) {
			t.Errorf("got %v", err)
		}
	})
}
