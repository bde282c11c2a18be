package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/tokentray/tokentray/auth"
)

// now is the moment at which every picture is taken.
var now = time.Date(2026, 11, 22, 13, 13, 48, 0, time.UTC)

// scene is one picture: what the desk says, and what a person did before.
type scene struct {
	name     string
	size     fyne.Size
	scale    float32 // 0: 1
	snapshot auth.Snapshot
	desk     func(*desk)
	acts     []func(*stage)
}

func scenes() []scene {
	wide := fyne.NewSize(920, 620)
	locked := func(v auth.VaultState) auth.Snapshot { return auth.Snapshot{At: now, Vault: v} }
	fillIn := []func(*stage){tap("+ Add"), tap("Adaptix"), typed("https://crm.northwind.example", "4_1k8s0w", "canary-secret-of-a-test", "Adaptix · Northwind")}
	return []scene{
		{name: "empty", size: wide, snapshot: locked(auth.VaultNone)},
		{name: "empty-settings", size: wide, snapshot: locked(auth.VaultNone), acts: []func(*stage){tap("Settings")}},
		{name: "main", size: wide, snapshot: everyday(), acts: []func(*stage){choose("desk")}},
		{name: "main-scaled", size: wide, scale: 2, snapshot: everyday(), acts: []func(*stage){choose("desk")}},
		{name: "main-scaled-half", size: wide, scale: 1.5, snapshot: everyday(), acts: []func(*stage){choose("desk")}},
		{name: "main-focus", size: wide, snapshot: everyday(), acts: []func(*stage){choose("desk"), press(fyne.KeyDown)}},
		{name: "list-menu", size: wide, snapshot: everyday(), acts: []func(*stage){choose("desk"), press(desktop.KeyMenu)}},
		{name: "list-copy-as", size: wide, snapshot: everyday(), acts: []func(*stage){
			choose("desk"), press(desktop.KeyMenu), press(fyne.KeyDown), press(fyne.KeyDown), press(fyne.KeyReturn),
		}},
		{name: "forget", size: wide, snapshot: everyday(), acts: []func(*stage){choose("desk"), press(fyne.KeyDelete)}},
		{name: "account-copy-as", size: wide, snapshot: everyday(), acts: []func(*stage){choose("desk"), tap("Copy as…")}},
		{name: "account-menu", size: wide, snapshot: everyday(), acts: []func(*stage){choose("desk"), tap("More")}},
		{name: "account-pause-all", size: wide, snapshot: everyday(), acts: []func(*stage){choose("desk"), tap("More"), item("Pause all…")}},
		{name: "account-token", size: fyne.NewSize(920, 900), snapshot: everyday(), acts: []func(*stage){choose("google"), tap("Show token")}},
		{name: "account-inspect", size: fyne.NewSize(920, 900), snapshot: everyday(), acts: []func(*stage){choose("desk"), tap("Inspect")}},
		{name: "account-paused", size: wide, snapshot: everyday(), acts: []func(*stage){choose("zendesk")}},
		{name: "account-ending", size: wide, snapshot: ending(), acts: []func(*stage){choose("google")}},
		{name: "sign-in-needed", size: wide, snapshot: everyday(), acts: []func(*stage){choose("northwind")}},
		{name: "misconfigured", size: wide, snapshot: troubled(), acts: []func(*stage){choose("desk")}},
		{name: "interrupted", size: wide, snapshot: interrupted(), acts: []func(*stage){choose("google")}},
		{name: "retrying", size: wide, snapshot: troubled(), acts: []func(*stage){choose("milestones")}},
		{name: "add-1-provider", size: wide, snapshot: everyday(), acts: []func(*stage){tap("+ Add")}},
		{name: "add-1-search", size: wide, snapshot: everyday(), acts: []func(*stage){tap("+ Add"), typed("git")}},
		{name: "add-1-address", size: wide, snapshot: everyday(), acts: []func(*stage){tap("+ Add"), typed("https://login.example.com")}},
		{name: "add-1-address-failed", size: wide, snapshot: everyday(), acts: []func(*stage){tap("+ Add"), typed("https://login.example.com"), tap("Use this address")}},
		{name: "add-1-file", size: wide, snapshot: everyday(), acts: []func(*stage){tap("+ Add"), tap("Open a connection file…"), typed("README.md"), tap("Open it")}},
		{name: "add-1-file-browse", size: wide, snapshot: everyday(), acts: []func(*stage){tap("+ Add"), tap("Open a connection file…"), typed(downloads()), tap("Browse for: File")}},
		{name: "narrow-file-browse", size: fyne.NewSize(348, 620), snapshot: everyday(), acts: []func(*stage){tap("+ Add"), tap("Open a connection file…"), typed(downloads()), tap("Browse for: File")}},
		{name: "add-1-narrow", size: fyne.NewSize(420, 620), snapshot: everyday(), acts: []func(*stage){tap("+ Add")}},
		{name: "add-2-sealed", size: wide, snapshot: everyday(), desk: withFile, acts: []func(*stage){tap("+ Add"), tap("Northwind CRM")}},
		{name: "add-2-client", size: wide, snapshot: everyday(), acts: fillIn},
		{name: "add-2-known", size: wide, snapshot: registered(), desk: knowing, acts: []func(*stage){tap("+ Add"), tap("Adaptix")}},
		{name: "add-2-failed", size: wide, snapshot: everyday(), desk: refusing, acts: append(slices.Clone(fillIn), tap("Continue in the browser"))},
		{name: "add-3-browser", size: wide, snapshot: everyday(), acts: append(slices.Clone(fillIn), tap("Continue in the browser"))},
		{name: "add-3-paste", size: wide, snapshot: everyday(), acts: append(slices.Clone(fillIn), tap("Continue in the browser"), tap("My browser is on another computer"), typed("http://127.0.0.1:17845/callback"), tap("Finish the sign-in"))},
		{name: "add-3-device", size: wide, snapshot: everyday(), desk: withDevice, acts: append(slices.Clone(fillIn), tap("Continue in the browser"))},
		{name: "add-4-welcome", size: wide, snapshot: everyday(), desk: welcoming, acts: append(slices.Clone(fillIn), tap("Continue in the browser"))},
		{name: "client", size: wide, snapshot: troubled(), acts: []func(*stage){choose("desk"), tap("Change client details")}},
		{name: "locked", size: wide, snapshot: locked(auth.VaultLocked)},
		{name: "locked-keyring", size: wide, snapshot: locked(auth.VaultKeyringLocked)},
		{name: "damaged", size: wide, snapshot: locked(auth.VaultDamaged), desk: broken},
		{name: "damaged-start-over", size: wide, snapshot: locked(auth.VaultDamaged), desk: broken, acts: []func(*stage){tap("Start over without any account"), tap("Start over")}},
		{name: "read-only", size: wide, snapshot: locked(auth.VaultReadOnly), desk: broken},
		{name: "key-missing", size: wide, snapshot: locked(auth.VaultKeyMissing), desk: broken},
		{name: "too-new", size: wide, snapshot: locked(auth.VaultTooNew)},
		{name: "in-use", size: wide, snapshot: locked(auth.VaultInUse)},
		{name: "settings", size: wide, snapshot: everyday(), desk: sealed, acts: []func(*stage){tap("Settings")}},
		{name: "settings-whole", size: fyne.NewSize(920, 1750), snapshot: everyday(), desk: sealed, acts: []func(*stage){
			tap("Settings"), tap("Use a passphrase instead…"), typed("", "", "canary", "canary-2", "proxy"), tap("Keep it"), tap("Dark"),
		}},
		{name: "settings-narrow", size: fyne.NewSize(420, 620), snapshot: everyday(), desk: sealed, acts: []func(*stage){tap("Settings")}},
		{name: "offline", size: wide, snapshot: offline(), acts: []func(*stage){choose("milestones")}},
		{name: "narrow-list", size: fyne.NewSize(420, 620), snapshot: everyday()},
		{name: "narrow-account", size: fyne.NewSize(420, 620), snapshot: everyday(), acts: []func(*stage){choose("desk")}},
		{name: "narrow-menu", size: fyne.NewSize(348, 620), snapshot: everyday(), acts: []func(*stage){choose("desk"), tap("More")}},
		{name: "narrow-copy-as", size: fyne.NewSize(348, 320), snapshot: everyday(), acts: []func(*stage){choose("desk"), tap("Copy as…")}},
		{name: "narrow-whole", size: fyne.NewSize(348, 1300), snapshot: ending(), acts: []func(*stage){choose("google"), tap("Show token")}},
		{name: "narrow-sign-in-needed", size: fyne.NewSize(348, 900), snapshot: everyday(), acts: []func(*stage){choose("northwind")}},
		{name: "narrow-form", size: fyne.NewSize(348, 1100), snapshot: everyday(), acts: fillIn},
		{name: "narrow-browser", size: fyne.NewSize(348, 620), snapshot: everyday(), acts: append(slices.Clone(fillIn), tap("Continue in the browser"))},
		{name: "narrow-damaged", size: fyne.NewSize(348, 760), snapshot: locked(auth.VaultDamaged), desk: broken},
		{name: "narrow-inspect", size: fyne.NewSize(348, 620), snapshot: everyday(), acts: []func(*stage){choose("desk"), tap("Inspect")}},
		{name: "agent-gone", size: wide, snapshot: everyday(), desk: absent, acts: []func(*stage){watch}},
	}
}

// downloads is a file in a folder with what people have in one.
func downloads() string {
	folder := filepath.Join(os.TempDir(), "tokentray-screens", "Downloads")
	if err := os.MkdirAll(filepath.Join(folder, "invoices"), 0o700); err != nil {
		panic(err)
	}
	for _, name := range []string{"accounts-of-the-old-laptop.age", "holiday.jpg", "northwind.toml", "service-desk.toml"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			panic(err)
		}
	}
	return filepath.Join(folder, "northwind.toml")
}

// refusing is a desk at which no sign-in works.
func refusing(d *desk) {
	d.connect = func(context.Context, auth.Connection, func(auth.SignInStep)) (auth.Status, error) {
		return auth.Status{}, &auth.Error{
			Kind: auth.KindMisconfigured, Provider: "Adaptix",
			Said: auth.Said{Status: 400, Code: "invalid_client", Description: "The client credentials are invalid."},
		}
	}
}

// withFile is a desk with a connection file whose client secret is sealed.
func withFile(d *desk) {
	p := gallery()[0]
	p.ID, p.Name = "northwind-crm", "Northwind CRM"
	p.Team = auth.Team{
		ClientIdentifier: "4_1k8s0w", Settings: map[string]string{"address": "https://crm.northwind.example"},
		Locked: []string{"address", "client_id"}, SealedSecret: "sealed",
	}
	d.providers = append([]auth.Provider{p}, d.providers...)
}

// withDevice is a desk at which people sign in on another device.
func withDevice(d *desk) {
	d.connect = func(ctx context.Context, _ auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
		tell(auth.SignInStep{
			Address: "https://login.example.com/device?user_code=WDJB-MJHT", PlainAddress: "https://login.example.com/device",
			UserCode: "WDJB-MJHT", Until: now.Add(14*time.Minute + 8*time.Second),
		})
		<-ctx.Done()
		return auth.Status{}, auth.ErrCancelled
	}
}

// welcoming is a desk at which every sign-in works.
func welcoming(d *desk) {
	d.connect = func(context.Context, auth.Connection, func(auth.SignInStep)) (auth.Status, error) {
		for _, a := range everyday().Accounts {
			if a.ID == "desk" {
				a.ID, a.Name, a.Identity.Name = "new", "Adaptix · Northwind 2", "Service Desk"
				a.ProviderName, a.Colour = "Adaptix", "#7A4FD0"
				return a, nil
			}
		}
		return auth.Status{}, auth.ErrUnknownAccount
	}
}

// registered is everyday, with two accounts at the provider Adaptix.
func registered() auth.Snapshot {
	s := everyday()
	for i := range s.Accounts {
		if s.Accounts[i].ProviderName == "Adaptix" {
			s.Accounts[i].Provider = "adaptix"
		}
	}
	return s
}

// knowing is a desk that knows a client from each of them.
func knowing(d *desk) {
	d.clients = map[auth.AccountID]string{"northwind": "4_1k8s0wq2c3s", "job": "7_reporting"}
}

// absent is a desk that nobody sits at.
func absent(d *desk) { d.gone = true }

func watch(s *stage) { go s.window.Watch(context.Background()) }

func everyday() auth.Snapshot {
	at := func(id auth.AccountID, name, provider, colour, who string, left, life time.Duration) auth.Status {
		end := now.Add(left)
		return auth.Status{
			ID: id, Name: name, ProviderName: provider, Colour: colour, State: auth.StateFresh, Identity: auth.Identity{Email: who},
			ExpiresAt: end, IssuedAt: end.Add(-life), RefreshAt: end.Add(-5 * time.Minute), Grant: auth.AuthorizationCode,
			Scopes: []string{"openid", "offline_access"}, SignInBy: now.AddDate(0, 0, 7),
		}
	}
	hour := time.Hour
	northwind := at("northwind", "Adaptix · Northwind", "Adaptix", "#7A4FD0", "", -15*24*hour, hour)
	northwind.State, northwind.Cause = auth.StateNeedsSignIn, &auth.Error{
		Kind: auth.KindSignInNeeded,
		Said: auth.Said{Status: 400, Code: "invalid_grant", Description: "The refresh token has expired."},
	}
	keycloak := at("keycloak", "Keycloak · staging", "Keycloak", "#4A5058", "", 41*time.Second, 5*time.Minute)
	keycloak.State = auth.StateRefreshing
	job := at("job", "Adaptix · reporting job", "Adaptix", "#1B7F4B", "", 57*time.Minute+33*time.Second, hour)
	job.Grant = auth.ClientCredentials
	zendesk := at("zendesk", "Zendesk sandbox", "Zendesk", "#5F6B80", "", -hour, hour)
	zendesk.State = auth.StatePaused
	return auth.Snapshot{At: now, Vault: auth.VaultUnlocked, Accounts: []auth.Status{
		northwind, job,
		at("desk", "Fortellis · Service desk", "Fortellis", "#0E7285", "desk@northwind.example", 48*time.Minute+12*time.Second, hour),
		at("milestones", "FortesMilestones", "FortesMilestones", "#C2410C", "", 22*time.Minute+40*time.Second, hour),
		at("google", "Google Workspace", "Google", "#2F6FDE", "desk@northwind.example", 9*time.Minute+5*time.Second, hour),
		keycloak, zendesk,
	}}
}

// troubled is everyday on a worse day.
func troubled() auth.Snapshot {
	s := everyday()
	for i := range s.Accounts {
		switch a := &s.Accounts[i]; a.ID {
		case "desk":
			a.State, a.Cause = auth.StateMisconfigured, &auth.Error{
				Kind: auth.KindMisconfigured,
				Said: auth.Said{Status: 401, Code: "invalid_client", Description: "Client authentication failed."},
			}
		case "milestones":
			a.State, a.Cause = auth.StateRetrying, &auth.Error{Kind: auth.KindUnreachable}
		}
	}
	return s
}

// interrupted is everyday, with a refresh of which only a person can find out what
// became of it.
func interrupted() auth.Snapshot {
	s := everyday()
	for i := range s.Accounts {
		if a := &s.Accounts[i]; a.ID == "google" {
			a.State, a.ExpiresAt, a.RefreshAt = auth.StateInDoubt, now.Add(-20*time.Minute), time.Time{}
			a.Cause = &auth.Error{Kind: auth.KindInDoubt, Account: a.Name, Provider: a.ProviderName}
		}
	}
	return s
}

// ending is everyday, with a sign-in that ends tomorrow.
func ending() auth.Snapshot {
	s := everyday()
	for i := range s.Accounts {
		if s.Accounts[i].ID == "google" {
			s.Accounts[i].SignInBy = now.Add(26 * time.Hour)
			s.Accounts[i].Identity = auth.Identity{Name: "Service Desk", Email: "desk@northwind.example", Tenant: "northwind.example", Subject: "114709832765"}
		}
	}
	return s
}

// broken is a desk whose vault is damaged.
func broken(d *desk) {
	d.care = auth.Care{Recovery: true, Salvageable: 6, Kept: 7, Backups: []auth.Backup{
		{Name: "a", At: now.Add(-75 * time.Minute), Accounts: 7}, {Name: "b", At: now.AddDate(0, 0, -1), Accounts: 6},
	}}
}

// offline is troubled, without a network and with the vault on a network drive.
func offline() auth.Snapshot {
	s := troubled()
	s.Offline, s.Warnings = true, []auth.VaultWarning{auth.WarnNetworkFileSystem}
	return s
}

// sealed is a desk whose vault the keyring opens.
func sealed(d *desk) {
	d.care = auth.Care{State: auth.VaultUnlocked, SealedBy: auth.SealedByKeyring, Recovery: true}
}
