package catalog_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/tokentray/tokentray/assets"
	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/catalog"
)

// named is a small provider file.
func named(id, name string) string {
	return strings.NewReplacer(`"northwind"`, `"`+id+`"`, `"Northwind"`, `"`+name+`"`).Replace(small)
}

// folder writes files, name and text in turn, into a new folder.
func folder(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// two is a built-in catalogue of two providers, one of them for practice.
var two = fstest.MapFS{
	"practice.toml": {Data: []byte(named("practice", "A practice provider"))},
	"adaptix.toml":  {Data: []byte(named("adaptix", "Adaptix"))},
}

// listed are the ids of c's providers in their order.
func listed(c *catalog.Catalog) []auth.ProviderID {
	var ids []auth.ProviderID
	for _, p := range c.Providers() {
		ids = append(ids, p.ID)
	}
	return ids
}

func TestNewReadsTheBuiltinOnes(t *testing.T) {
	c, troubles := catalog.New(assets.Providers, filepath.Join(t.TempDir(), "missing"))
	if len(troubles) > 0 {
		t.Fatal(troubles)
	}
	got, want := listed(c), []auth.ProviderID{"adaptix", "fortellis", "fortesmilestones", "mautic", "oidc", "practice"}
	for _, id := range want {
		if !slices.Contains(got, id) {
			t.Errorf("providers = %v, want %s among them", got, id)
		}
	}
	if last := got[len(got)-1]; last != catalog.Practice {
		t.Errorf("the last one is %s, want the practice provider", last)
	}
}

func TestConnectionFilesJoinAndReplace(t *testing.T) {
	mine := folder(t, "northwind.TOML", named("northwind", "bazaar"), "adaptix.toml", named("adaptix", "Our Adaptix"), ".hidden.toml", "no TOML", "notes.txt", "no TOML")
	c, troubles := catalog.New(two, mine)
	if len(troubles) > 0 {
		t.Fatal(troubles)
	}
	if got, want := listed(c), []auth.ProviderID{"northwind", "adaptix", "practice"}; !slices.Equal(got, want) {
		t.Errorf("providers = %v, want %v", got, want)
	}
	p, _ := c.Provider("adaptix")
	if want := filepath.Join(mine, "adaptix.toml"); p.Name != "Our Adaptix" || p.Origin != want {
		t.Errorf("adaptix is %q of %q, want that of %q", p.Name, p.Origin, want)
	}
	if p, _ := c.Provider("practice"); p.Origin != "" {
		t.Errorf("practice is of %q, want it built in", p.Origin)
	}
	if p, ok := c.Provider("nobody"); ok {
		t.Errorf("nobody is %v, want none", p)
	}
}

func TestABadConnectionFileHidesNothing(t *testing.T) {
	first := folder(t, "a.toml", "id = 1", "b.toml", named("good", "Good"), "c.toml", named("practice", "Mine"))
	second := folder(t, "a.toml", named("good", "Other"), "b.toml", named("fine", "Fine"))
	if err := os.Mkdir(filepath.Join(second, "folder.toml"), 0o700); err != nil {
		t.Fatal(err)
	}
	c, troubles := catalog.New(two, first, second)
	if got, want := listed(c), []auth.ProviderID{"adaptix", "fine", "good", "practice"}; !slices.Equal(got, want) {
		t.Errorf("providers = %v, want %v", got, want)
	}
	if p, _ := c.Provider("good"); p.Name != "Good" {
		t.Errorf("good is %q, want the one read first", p.Name)
	}
	wants := []string{
		filepath.Join(first, "a.toml") + ":1:1: format: is missing",
		filepath.Join(first, "c.toml") + `:2:1: id: "practice" belongs`,
		filepath.Join(second, "a.toml") + `:1:1: id: "good" is already taken by ` + filepath.Join(first, "b.toml"),
		"folder.toml is not a file",
	}
	if len(troubles) != len(wants) {
		t.Fatalf("troubles = %v, want %d", troubles, len(wants))
	}
	for i, want := range wants {
		if got := troubles[i].Error(); !strings.Contains(got, want) {
			t.Errorf("trouble %d = %q, want %q in it", i, got, want)
		}
	}
}

func TestReadOfAFileThatAPersonBrought(t *testing.T) {
	c, _ := catalog.New(two)
	p, err := c.Read("northwind.toml", []byte(named("northwind", "Northwind")))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Origin, "northwind.toml"; got != want {
		t.Errorf("origin = %q, want %q", got, want)
	}
	if _, ok := c.Provider("northwind"); ok {
		t.Error("reading added it, want the catalogue as it was")
	}
	var e *catalog.FileError
	if _, err = c.Read("mine.toml", []byte(named("practice", "Mine"))); !errors.As(err, &e) || e.Key != "id" || e.Line != 2 {
		t.Errorf("error = %v, want one about the id in line 2", err)
	}
}

func TestWhatIsReturnedIsACopy(t *testing.T) {
	c, _ := catalog.New(fstest.MapFS{"n.toml": {Data: []byte(whole)}})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			p, _ := c.Provider("northwind")
			p.Settings[1].Choices[0], p.API.Headers["X-Region"], p.Team.Settings["address"] = "x", "x", "x"
			c.Providers()[0].Grants[0] = "x"
		})
	}
	all.Wait()
	p, _ := c.Provider("northwind")
	if p.Settings[1].Choices[0] != "europe" || p.API.Headers["X-Region"] != "{region}" || p.Team.Settings["address"] == "x" || p.Grants[0] == "x" {
		t.Errorf("the provider is %+v, want it as it was read", p)
	}
}
