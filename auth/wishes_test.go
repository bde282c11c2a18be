package auth_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// drawer is a PreferenceStore in memory.
type drawer struct {
	kept auth.Preferences
	err  error
}

func (d *drawer) Load() (auth.Preferences, error) { return d.kept, d.err }

func (d *drawer) Save(p auth.Preferences) error {
	if d.err == nil {
		d.kept = p
	}
	return d.err
}

func TestWishesAreKeptAndHoldAtOnce(t *testing.T) {
	store := &drawer{kept: auth.Preferences{Theme: auth.ThemeDark}}
	d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) { p.Prefer = store })
	if got := d.Wishes().Theme; got != auth.ThemeDark {
		t.Errorf("theme %q at the start", got)
	}
	poked, err := d.Watch(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := auth.Preferences{Theme: auth.ThemeLight, QuietFrom: 22 * time.Hour, QuietUntil: 7 * time.Hour, Network: auth.Network{Proxy: "socks5://127.0.0.1:1080"}}
	if err := d.Prefer(context.Background(), want); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Preferences(context.Background()); err != nil || got != want || d.Wishes() != want || store.kept != want {
		t.Errorf("got %+v, %+v, %v", got, store.kept, err)
	}
	if len(poked) != 1 {
		t.Error("nobody was poked")
	}
	store.err = errors.New("no room")
	if err := d.Prefer(context.Background(), auth.Preferences{}); err == nil || d.Wishes() != want {
		t.Errorf("what was not saved holds: %+v, %v", d.Wishes(), err)
	}
}

func TestPreferencesThatCannotBeReadAreTheUsualOnes(t *testing.T) {
	for _, store := range []*drawer{{err: errors.New("damaged")}, {kept: auth.Preferences{Theme: "pink"}}} {
		d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) { p.Prefer = store })
		if got := d.Wishes(); got != (auth.Preferences{}) {
			t.Errorf("got %+v", got)
		}
	}
}

func TestWishesThatDoNotFitAreRefusedInWords(t *testing.T) {
	d := newDesk(t, authtest.NewVault(), time.Hour)
	file := filepath.Join(t.TempDir(), "file.pem")
	fits := []auth.Preferences{
		{},
		{ClearAfter: -1},
		{Validity: time.Hour},
		{Browser: "firefox --private-window"},
		{Notices: auth.NoticesNone},
		{Network: auth.Network{Proxy: "none"}},
		{Network: auth.Network{Proxy: "http://proxy.example.com:8080/"}},
		{Network: auth.Network{CAFile: file, ClientCertificate: file, ClientKey: file}},
	}
	for _, p := range fits {
		if err := d.Prefer(context.Background(), p); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
	last := d.Wishes()
	refused := []auth.Preferences{
		{Theme: "pink"},
		{Notices: "some"},
		{ClearAfter: 25 * time.Hour},
		{Validity: -time.Second},
		{Validity: 25 * time.Hour},
		{QuietFrom: 24 * time.Hour},
		{QuietUntil: -time.Second},
		{Browser: "-x"},
		{Browser: "a\nb"},
		{Browser: " a"},
		{Network: auth.Network{Proxy: "proxy.example.com"}},
		{Network: auth.Network{Proxy: "ftp://proxy.example.com"}},
		{Network: auth.Network{Proxy: "http://you:canary-pw@proxy.example.com"}},
		{Network: auth.Network{Proxy: "http://proxy.example.com/path"}},
		{Network: auth.Network{CAFile: "ca.pem"}},
		{Network: auth.Network{ClientCertificate: file}},
		{Network: auth.Network{ClientKey: file}},
	}
	for _, p := range refused {
		var e *auth.Error
		if err := d.Prefer(context.Background(), p); !errors.As(err, &e) || e.Kind != auth.KindUsage || e.Detail == "" || d.Wishes() != last {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

func TestAWishSaysWhatATokenIsGoodForUnasked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		time.Sleep(30 * time.Minute)
		if err := d.Prefer(ctx, auth.Preferences{Validity: 45 * time.Minute}); err != nil {
			t.Fatal(err)
		}
		if token, err := d.Token(ctx, id, auth.Want{Validity: time.Minute}); err != nil || token.AccessToken.Reveal() != "canary-a1" {
			t.Errorf("whoever says what they need: %v", err)
		}
		if token, err := d.Token(ctx, id, auth.Usual); err != nil || token.AccessToken.Reveal() != "canary-a2" {
			t.Errorf("whoever doesn't: %v", err)
		}
	})
}
