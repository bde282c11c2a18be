package catalog_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/catalog"
)

// wantWrittenAndRead wants the file that is written of p to make the same Provider,
// and the same file once more.
func wantWrittenAndRead(t *testing.T, p auth.Provider) {
	t.Helper()
	c := &catalog.Catalog{}
	text, err := c.Write(p)
	if err != nil {
		t.Fatalf("Write of %+v: %v", p, err)
	}
	got, err := catalog.Read("written.toml", text)
	if err != nil {
		t.Fatalf("Read of\n%s: %v", text, err)
	}
	// Only discovery and the place of a file tell these.
	p.Origin, p.CallbackNamesIssuer, p.IDTokenAlgorithms = "", false, nil
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", p) { // an empty list is as good as none
		t.Fatalf("Read of\n%s=\n%+v, want\n%+v", text, got, p)
	}
	if again, err := c.Write(got); err != nil || string(again) != string(text) {
		t.Fatalf("written again: %v\n%s, want\n%s", err, again, text)
	}
}

func TestWhatIsWrittenIsReadAsTheSameProvider(t *testing.T) {
	for name, text := range builtin(t) {
		p, err := catalog.Read(name, text)
		if err != nil {
			t.Fatal(err)
		}
		if p.ID == catalog.Practice {
			p.ID = "exercise" // its own id is taken
		}
		wantWrittenAndRead(t, p)
		teams := p.Clone()
		teams.Team = auth.Team{
			ClientIdentifier: `northwind "desk" \ 'ü'`, SealedSecret: "-----BEGIN X-----\ncanary-\"\\\n-----END X-----\n",
			Settings: filledIn(p), Locked: []string{"client_id"},
		}
		for key := range teams.Team.Settings {
			teams.Team.Locked = append(teams.Team.Locked, key)
		}
		if len(teams.Team.Settings) == 0 {
			teams.Team.Settings = nil
		}
		teams.Timing = auth.Timing{Margin: 90 * time.Second, Interval: 36 * time.Hour}
		teams.Origin, teams.CallbackNamesIssuer, teams.IDTokenAlgorithms = name, true, []string{"RS256"}
		wantWrittenAndRead(t, teams)
	}
}

func TestEveryFieldIsWritten(t *testing.T) {
	p, err := catalog.Read("whole.toml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	text, err := (&catalog.Catalog{}).Write(p)
	if err != nil {
		t.Fatal(err)
	}
	got, err := catalog.Read("written.toml", text)
	if err != nil || !reflect.DeepEqual(got, p) {
		t.Errorf("Read of\n%s=\n%+v, %v, want\n%+v", text, got, err, p)
	}
	// whole uses every key, so every key stands in what is written of it.
	for _, line := range strings.Split(whole, "\n") {
		if key, _, ok := strings.Cut(line, " = "); ok && !strings.Contains(string(text), key) {
			t.Errorf("%s isn't written", key)
		}
	}
}

func TestADiscoveredProviderCanBeHandedOn(t *testing.T) {
	p, err := catalog.Read("small.toml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	p.Endpoints = auth.Endpoints{
		Authorize: "https://login.example.com/a", Token: "https://login.example.com/t", JWKS: "https://login.example.com/k",
	}
	p.CallbackNamesIssuer = true
	wantWrittenAndRead(t, p)
}

func TestWhatNoFileCouldSayIsNotWritten(t *testing.T) {
	p, err := catalog.Read("small.toml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	for key, change := range map[string]func(*auth.Provider){
		"id":                        func(p *auth.Provider) { p.ID = "Northwind!" },
		"name":                      func(p *auth.Provider) { p.Name = "two\nlines" },
		"endpoints.issuer":          func(p *auth.Provider) { p.Issuer = "http://login.example.com" },
		"parameters.token.code":     func(p *auth.Provider) { p.Parameters.Token = map[string]string{"code": "x"} },
		"team.client_secret_sealed": func(p *auth.Provider) { p.Team.SealedSecret = "canary-sealed" },
		"team.locked[0]":            func(p *auth.Provider) { p.Team.Locked = []string{"address"} },
	} {
		q := p.Clone()
		change(&q)
		text, err := (&catalog.Catalog{}).Write(q)
		var e *auth.Error
		if !errors.As(err, &e) || e.Kind != auth.KindUsage || !strings.Contains(e.Detail, key) || text != nil {
			t.Errorf("%s: %q, %v, want an error of KindUsage that names it", key, text, err)
		}
	}
}
