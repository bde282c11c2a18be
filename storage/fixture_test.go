package storage_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// update makes testdata/schema2.* anew. They are made once per schema and never
// again after its release: vaults of people have that form.
var update = flag.Bool("update", false, "make the fixtures of the present schema anew")

const (
	fixtureVault = "testdata/schema2.db"
	fixtureForm  = "testdata/schema2.json"
	olderVault   = "testdata/schema1.db"
)

var fixturePassphrase = auth.NewSecret("canary-fixture-passphrase")

var fixtureTold = auth.Told{"a1": {
	Key: "sign_in adaptix", Concern: auth.ConcernSignIn, Standing: true,
	Since: time.Unix(1, 2).UTC(), At: time.Unix(3, 4).UTC(), Over: time.Unix(5, 6).UTC(),
}}

func makeFixture(t *testing.T) {
	dir := t.TempDir()
	v := filled(t, sealedIn(dir), fixturePassphrase, 1, 2)
	must(t, v.PutTold(fixtureTold))
	must(t, os.WriteFile(fixtureForm, storedForm(t, v), 0o600))
	must(t, v.Close())
	must(t, os.WriteFile(fixtureVault, content(t, dir), 0o600))
}

// unpack puts a fixture where a vault is looked for.
func unpack(t *testing.T, fixture string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	text, err := os.ReadFile(fixture)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, storage.FileName), text, 0o600))
	return dir
}

func storedForm(t *testing.T, v *storage.Vault) []byte {
	t.Helper()
	form, err := v.StoredForm()
	must(t, err)
	text, err := json.MarshalIndent(form, "", "\t")
	must(t, err)
	return append(text, '\n')
}

func TestVaultOfSchema2Opens(t *testing.T) {
	if *update {
		makeFixture(t)
	}
	v := sealedIn(unpack(t, fixtureVault))
	wantOpen(t, v, fixturePassphrase, auth.VaultUnlocked)
	defer func() { must(t, v.Close()) }()
	want := samples(1, 2)
	want.Told = fixtureTold
	wantKept(t, v, want)
}

func TestStoredFormIsThatOfSchema2(t *testing.T) {
	want, err := os.ReadFile(fixtureForm)
	must(t, err)
	v := filled(t, sealedIn(t.TempDir()), passphrase, 1, 2)
	must(t, v.PutTold(fixtureTold))
	got := strings.Split(string(storedForm(t, v)), "\n")
	for i, line := range strings.Split(string(want), "\n") {
		if i >= len(got) || got[i] != line {
			t.Fatalf("line %d of %s: got %q, want %q (a field that was only added, while the schema has not been released: "+
				"go test ./storage -run Schema2 -shuffle off -update)", i+1, fixtureForm, got[min(i, len(got)-1)], line)
		}
	}
}

// A field that the samples leave out is one that nothing pins.
func TestSamplesFillEveryField(t *testing.T) {
	a, c, g := vaulttest.Sample(1)
	for _, sample := range []any{a, c, g} {
		wantFilled(t, reflect.TypeOf(sample).Name(), reflect.ValueOf(sample))
	}
}

func wantFilled(t *testing.T, name string, v reflect.Value) {
	t.Helper()
	if v.IsZero() {
		t.Errorf("%s is empty", name)
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				wantFilled(t, name+"."+field.Name, v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Len() == 0 {
			t.Errorf("%s has no elements", name)
			return
		}
		wantFilled(t, name+"[0]", v.Index(0))
	case reflect.Map:
		if v.Len() == 0 {
			t.Errorf("%s has no entries", name)
		}
	}
}
