package catalog_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/catalog"
)

// files are the names in a folder.
func files(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestAnInstalledFileIsKnownAtOnceAndLater(t *testing.T) {
	mine := filepath.Join(t.TempDir(), "config", "connections")
	c, _ := catalog.New(two, mine)
	p, err := c.Install([]byte(named("northwind", "Bazaar")))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(mine, "northwind.toml")
	if p.Name != "Bazaar" || p.Origin != path {
		t.Errorf("installed %q of %q, want Bazaar of %q", p.Name, p.Origin, path)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode = %o, want 600", got)
	}
	for what, catalogue := range map[string]*catalog.Catalog{"this one": c, "the next": first(catalog.New(two, mine))} {
		if got, ok := catalogue.Provider("northwind"); !ok || got.Name != "Bazaar" {
			t.Errorf("%s knows %q, want Bazaar", what, got.Name)
		}
	}
	if _, err := c.Install([]byte(named("northwind", "Bazaar II"))); err != nil {
		t.Fatal(err)
	}
	if got, _ := c.Provider("northwind"); got.Name != "Bazaar II" {
		t.Errorf("northwind is %q, want the newer file's", got.Name)
	}
	if got := files(t, mine); !slices.Equal(got, []string{"northwind.toml"}) {
		t.Errorf("files = %v, want that one alone", got)
	}
}

func first(c *catalog.Catalog, _ []error) *catalog.Catalog { return c }

func TestInstallReplacesTheFileThatHasTheID(t *testing.T) {
	mine := folder(t, "from the team.toml", named("adaptix", "Our Adaptix"))
	c, _ := catalog.New(two, mine)
	p, err := c.Install([]byte(named("adaptix", "Our new Adaptix")))
	if err != nil || p.Name != "Our new Adaptix" {
		t.Fatalf("installed %q, %v, want the new one", p.Name, err)
	}
	if got := files(t, mine); !slices.Equal(got, []string{"from the team.toml"}) || len(c.Troubles()) > 0 {
		t.Errorf("files = %v with %v, want the one of before", got, c.Troubles())
	}
}

func TestInstallLeavesTheComputersFilesAlone(t *testing.T) {
	mine, shared := t.TempDir(), folder(t, "adaptix.toml", named("adaptix", "The company's"))
	c, _ := catalog.New(two, mine, shared)
	if p, err := c.Install([]byte(named("adaptix", "Mine"))); err != nil || filepath.Dir(p.Origin) != mine {
		t.Errorf("installed %q, %v, want it in the person's own folder", p.Origin, err)
	}
	if text, _ := os.ReadFile(filepath.Join(shared, "adaptix.toml")); !strings.Contains(string(text), "The company's") {
		t.Errorf("the company's file is now %s", text)
	}
}

func TestWhatCantBeInstalledIsSaidAndChangesNothing(t *testing.T) {
	mine := folder(t, "adaptix.toml", named("adaptix", "Mine"))
	c, _ := catalog.New(two, mine)
	for text, key := range map[string]string{
		strings.Replace(named("adaptix", "Other"), "issuer", "isuer", 1): "endpoints.isuer",
		named("practice", "Mine"): "id", "": "format", "no TOML": "1:",
	} {
		_, err := c.Install([]byte(text))
		var e *auth.Error
		if !errors.As(err, &e) || e.Kind != auth.KindUsage || !strings.Contains(e.Detail, key) {
			t.Errorf("error = %v, want one of KindUsage that names %s", err, key)
		}
	}
	if p, _ := c.Provider("adaptix"); p.Name != "Mine" || len(files(t, mine)) != 1 {
		t.Errorf("adaptix is %q among %v, want everything as it was", p.Name, files(t, mine))
	}
	none, _ := catalog.New(two)
	var e *auth.Error
	if _, err := none.Install([]byte(small)); !errors.As(err, &e) || e.Kind != auth.KindInternal {
		t.Errorf("error = %v, want one: there is no folder", err)
	}
	blocked, _ := catalog.New(two, filepath.Join(mine, "adaptix.toml", "connections"))
	if _, err := blocked.Install([]byte(small)); !errors.As(err, &e) || e.Kind != auth.KindInternal {
		t.Errorf("error = %v, want one: the folder can't be made", err)
	}
}

func TestAFileThatComesChangesOrGoesShowsAtOnce(t *testing.T) {
	mine := filepath.Join(t.TempDir(), "connections")
	c, _ := catalog.New(two, mine)
	path := filepath.Join(mine, "n.toml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := func(what, name string, troubles int) {
		t.Helper()
		p, _ := c.Provider("adaptix")
		if p.Name != name || len(c.Troubles()) != troubles {
			t.Errorf("%s: adaptix is %q with %v, want %q with %d troubles", what, p.Name, c.Troubles(), name, troubles)
		}
	}
	want("no folder", "Adaptix", 0)
	if err := os.Mkdir(mine, 0o700); err != nil {
		t.Fatal(err)
	}
	write(named("adaptix", "Mine"))
	want("it came", "Mine", 0)
	write(named("adaptix", "Mine, edited"))
	want("it was edited", "Mine, edited", 0)
	write("format = ")
	want("it is damaged", "Adaptix", 1)
	write(named("adaptix", "Mine again"))
	want("it is mended", "Mine again", 0)
	if got := listed(c); len(got) != 2 {
		t.Errorf("providers = %v, want 2", got)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	want("it went", "Adaptix", 0)
}

func TestInstallsAndQuestionsAtOnce(t *testing.T) {
	c, _ := catalog.New(two, t.TempDir())
	var all sync.WaitGroup
	for _, id := range []string{"one", "two", "three", "one"} {
		all.Go(func() {
			if _, err := c.Install([]byte(named(id, "Number "+id))); err != nil {
				t.Error(err)
			}
			c.Providers()
		})
	}
	all.Wait()
	if got := listed(c); len(got) != 5 {
		t.Errorf("providers = %v, want 5", got)
	}
}

// BenchmarkProvider is what it costs to ask with ten connection files there: each
// time they are looked at.
func BenchmarkProvider(b *testing.B) {
	dir := b.TempDir()
	c, _ := catalog.New(two, dir)
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
		if _, err := c.Install([]byte(named(id, id))); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		c.Provider("adaptix")
	}
}
