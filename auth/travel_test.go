package auth_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// trunk is a Porter that keeps what it packs and hands out a claim check.
type trunk struct {
	packed     auth.Contents
	secret     auth.Secret
	passphrase auth.Secret
}

const claimCheck = "age-encryption.org/v1\nclaim check"

func (p *trunk) Pack(kept auth.Contents, passphrase auth.Secret) ([]byte, error) {
	p.packed, p.passphrase = kept, passphrase
	return []byte(claimCheck), nil
}

func (p *trunk) Unpack(_ []byte, passphrase auth.Secret) (auth.Contents, error) {
	return p.packed, p.fits(passphrase)
}

func (p *trunk) SealSecret(secret, passphrase auth.Secret) (string, error) {
	p.secret, p.passphrase = secret, passphrase
	return claimCheck, nil
}

func (p *trunk) OpenSecret(_ string, passphrase auth.Secret) (auth.Secret, error) {
	return p.secret, p.fits(passphrase)
}

func (p *trunk) fits(passphrase auth.Secret) error {
	if !p.passphrase.Equal(passphrase) {
		return &auth.Error{Kind: auth.KindVault, Vault: auth.VaultKeyWrong}
	}
	return nil
}

// library is a catalogue whose files are names of what was written there.
type library struct {
	all   []auth.Provider
	files map[string]auth.Provider
}

func (l *library) Providers() []auth.Provider { return l.all }

func (l *library) Provider(id auth.ProviderID) (auth.Provider, bool) {
	i := slices.IndexFunc(l.all, func(p auth.Provider) bool { return p.ID == id })
	if i < 0 {
		return auth.Provider{}, false
	}
	return l.all[i], true
}

func (l *library) Read(_ string, text []byte) (auth.Provider, error) {
	p, written := l.files[string(text)]
	if !written {
		return auth.Provider{}, errors.New("provider.toml:1:1: this is no provider file")
	}
	return p, nil
}

func (l *library) Install(text []byte) (auth.Provider, error) {
	p, err := l.Read("", text)
	if err == nil {
		l.all = append(l.all, p)
	}
	return p, err
}

func (l *library) Write(p auth.Provider) ([]byte, error) {
	if l.files == nil {
		l.files = map[string]auth.Provider{}
	}
	l.files["file of "+string(p.ID)] = p
	return []byte("file of " + string(p.ID)), nil
}

// adaptix has a setting, needs a secret and gives refresh tokens that work once.
var adaptix = auth.Provider{
	ID: "adaptix", Name: "Adaptix", Grants: []auth.GrantType{auth.AuthorizationCode},
	Settings:  []auth.Setting{{Key: "address", Type: auth.SettingURL, Required: true}},
	Endpoints: auth.Endpoints{Authorize: "{address}/authorize", Token: "{address}/token"},
	Client:    auth.ClientRules{Secret: auth.Required},
	Redirect:  auth.RedirectRules{Address: "http://127.0.0.1:17845/callback"},
	Rotation:  auth.Rotation{RefreshToken: auth.RefreshTokenSingleUse},
}

// travelDesk is a desk of a computer that has a catalogue of files and a Porter.
func travelDesk(t *testing.T, files *library, porter *trunk) *desk {
	return newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) { p.Catalogue, p.Porter = files, porter })
}

func (d *desk) connectAdaptix(t *testing.T, name string) auth.AccountID {
	t.Helper()
	s, err := d.Connect(context.Background(), auth.Connection{
		Provider: "adaptix", Name: name, ClientIdentifier: "tray", ClientSecret: auth.NewSecret("canary-secret"),
		RedirectAddress: "http://127.0.0.1:17846/callback", Settings: map[string]string{"address": "https://crm.example.com"},
	}, func(auth.SignInStep) {})
	if err != nil {
		t.Fatal(err)
	}
	return s.ID
}

func TestAConnectionFileBringsATeammateToTheSameClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		porter, files := &trunk{}, &library{all: []auth.Provider{adaptix}}
		d := travelDesk(t, files, porter)
		id := d.connectAdaptix(t, "work")
		passphrase := auth.NewSecret("canary-passphrase")
		file, err := d.Export(ctx, auth.Export{What: auth.ExportConnection, Accounts: []auth.AccountID{id}, Passphrase: passphrase})
		if err != nil {
			t.Fatal(err)
		}
		p := files.files[string(file)]
		if team := p.Team; team.ClientIdentifier != "tray" || team.Settings["address"] != "https://crm.example.com" ||
			!slices.Equal(team.Locked, []string{"address", "client_id"}) || team.SealedSecret != claimCheck ||
			p.Endpoints.Token != "{address}/token" || p.Redirect.Address != "http://127.0.0.1:17846/callback" {
			t.Errorf("the file says %+v", p)
		}

		mate := travelDesk(t, &library{files: files.files}, porter)
		in, err := mate.Import(ctx, file, auth.Secret{})
		if err != nil || in.Provider != "adaptix" {
			t.Fatalf("Import: %+v, %v", in, err)
		}
		installed := auth.Connection{Provider: "adaptix"}
		fromFile := auth.Connection{ProviderFile: file, ProviderFileName: "adaptix.toml"}
		for _, c := range []auth.Connection{installed, fromFile} {
			var e *auth.Error
			if _, err := mate.Connect(ctx, c, nil); !errors.As(err, &e) || e.Kind != auth.KindUsage || !strings.Contains(e.Detail, "passphrase") {
				t.Errorf("without a passphrase: %v", err)
			}
			c.FilePassphrase = auth.NewSecret("canary-another")
			if _, err := mate.Connect(ctx, c, nil); !errors.As(err, &e) || e.Kind != auth.KindUsage || !strings.Contains(e.Detail, "does not fit") {
				t.Errorf("with another passphrase: %v", err)
			}
			c.FilePassphrase = passphrase
			if _, err := mate.Connect(ctx, c, func(auth.SignInStep) {}); err != nil {
				t.Fatal(err)
			}
			kept, err := mate.vault.Contents()
			if err != nil || len(kept.Clients) != 1 || !kept.Clients[0].Secret.Equal(auth.NewSecret("canary-secret")) {
				t.Errorf("%d clients, %v", len(kept.Clients), err)
			}
			c.FilePassphrase = auth.Secret{}
			if _, err := mate.Connect(ctx, c, func(auth.SignInStep) {}); err != nil {
				t.Errorf("once the client is known: %v", err)
			}
			all, _ := mate.Snapshot(ctx)
			for _, s := range all.Accounts { // the client goes with its last account
				if _, err := mate.Forget(ctx, s.ID); err != nil {
					t.Error(err)
				}
			}
		}
	})
}

func TestAccountsMoveToAnotherComputer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		porter, files := &trunk{}, &library{all: []auth.Provider{adaptix, northwind}}
		d := travelDesk(t, files, porter)
		work, home := d.connectAdaptix(t, "work"), d.connect(t, "home")
		passphrase := auth.NewSecret("canary-passphrase")
		file, err := d.Export(ctx, auth.Export{What: auth.ExportAccounts, Passphrase: passphrase})
		if err != nil || bytes.Contains(file, []byte("canary-r")) {
			t.Fatalf("Export: %v", err)
		}

		there := travelDesk(t, files, porter)
		there.signedInAs(other)
		taken := there.connect(t, "work")
		in, err := there.Import(ctx, file, passphrase)
		if err != nil || len(in.Accounts) != 2 || len(in.Known) != 0 || !slices.Equal(in.Rotating, []string{"work 2"}) {
			t.Fatalf("Import: %+v, %v", in, err)
		}
		if token, err := there.Token(ctx, work, usual); err != nil || token.AccessToken.Reveal() != "canary-a1" {
			t.Errorf("the same ID there: %v", err)
		}
		if g, err := there.vault.Grant(home); err != nil || g.RefreshToken.Reveal() != "canary-r2" {
			t.Errorf("%v", err)
		}
		if got := there.events(t, work); !slices.Contains(got, auth.EventImported) {
			t.Errorf("noted %v", got)
		}
		if s := there.status(t, taken); s.Identity != other {
			t.Errorf("what was there became %+v", s.Identity)
		}

		in, err = there.Import(ctx, file, passphrase)
		if err != nil || len(in.Accounts) != 0 || len(in.Known) != 2 {
			t.Errorf("a second time: %+v, %v", in, err)
		}
		for _, passphrase := range []auth.Secret{{}, auth.NewSecret("canary-another")} {
			var e *auth.Error
			if _, err := there.Import(ctx, file, passphrase); !errors.As(err, &e) || e.Kind != auth.KindVault || e.Vault != auth.VaultKeyWrong {
				t.Errorf("with a passphrase of %d characters: %v, want that it doesn't open the file", passphrase.Len(), err)
			}
		}
		if _, err := there.Import(ctx, []byte("rubbish"), passphrase); !errors.Is(err, auth.ErrUsage) {
			t.Errorf("rubbish: %v", err)
		}
	})
}

func TestAnIDThatIsTakenIsMadeAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		porter, files := &trunk{}, &library{all: []auth.Provider{adaptix, northwind}}
		d := travelDesk(t, files, porter)
		id := d.connect(t, "home")
		kept, err := d.vault.Contents()
		if err != nil {
			t.Fatal(err)
		}
		a, c := kept.Accounts[0], kept.Clients[0]
		a.Identity, a.Name, a.Client = other, "bad\nname", "../client"
		c.ID, c.Identifier = a.Client, "another"
		porter.packed = auth.Contents{Accounts: []auth.Account{a}, Clients: []auth.Client{c}, Grants: kept.Grants}
		porter.passphrase = auth.NewSecret("canary-passphrase")
		in, err := d.Import(ctx, []byte(claimCheck), porter.passphrase)
		if err != nil || len(in.Accounts) != 1 || in.Accounts[0].ID == id || strings.Contains(in.Accounts[0].Name, "\n") {
			t.Fatalf("Import: %+v, %v", in, err)
		}
		a.ID, a.Name, a.Identity = "k7q2", "\n", auth.Identity{Subject: "s3"}
		porter.packed.Accounts, porter.packed.Grants = []auth.Account{a}, map[auth.AccountID]auth.Grant{a.ID: kept.Grants[id]}
		if err := d.Rename(ctx, id, "K7Q2"); err != nil {
			t.Fatal(err)
		}
		in, err = d.Import(ctx, []byte(claimCheck), porter.passphrase)
		if err != nil || len(in.Accounts) != 1 || in.Accounts[0].ID == a.ID || strings.TrimSpace(in.Accounts[0].Name) == "" {
			t.Fatalf("beside one that is called like its ID: %+v, %v", in, err)
		}
		after, err := d.vault.Contents()
		if err != nil || len(after.Clients) != 2 || slices.ContainsFunc(after.Clients, func(c auth.Client) bool { return c.ID == "../client" }) {
			t.Errorf("clients %d, %v", len(after.Clients), err)
		}

		a.Provider.Endpoints.Token = "http://crm.example.com/token"
		porter.packed.Accounts = []auth.Account{a}
		if _, err := d.Import(ctx, []byte(claimCheck), porter.passphrase); !errors.Is(err, auth.ErrUsage) {
			t.Errorf("an address in the clear: %v", err)
		}
		porter.packed.Clients = nil
		if _, err := d.Import(ctx, []byte(claimCheck), porter.passphrase); !errors.Is(err, auth.ErrUsage) {
			t.Errorf("without its client: %v", err)
		}
	})
}

func TestWhatCannotBeExportedIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d := travelDesk(t, &library{all: []auth.Provider{adaptix, northwind}}, &trunk{})
		passphrase := auth.NewSecret("canary-passphrase")
		if _, err := d.Export(ctx, auth.Export{What: auth.ExportAccounts, Passphrase: passphrase}); !errors.Is(err, auth.ErrVault) {
			t.Errorf("no vault: %v", err)
		}
		id := d.connect(t, "home")
		for what, row := range map[string]struct {
			export auth.Export
			want   error
		}{
			"no passphrase":      {auth.Export{What: auth.ExportAccounts}, auth.ErrUsage},
			"nobody":             {auth.Export{What: auth.ExportAccounts, Accounts: []auth.AccountID{id, "nobody"}, Passphrase: passphrase}, auth.ErrUnknownAccount},
			"no account":         {auth.Export{What: auth.ExportConnection}, auth.ErrUsage},
			"an unknown account": {auth.Export{What: auth.ExportConnection, Accounts: []auth.AccountID{"nobody"}}, auth.ErrUnknownAccount},
			"something else":     {auth.Export{What: "everything"}, auth.ErrUsage},
		} {
			if _, err := d.Export(ctx, row.export); !errors.Is(err, row.want) {
				t.Errorf("%s: %v, want %v", what, err, row.want)
			}
		}
	})
}
