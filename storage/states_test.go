package storage_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
)

// closedSealed makes a vault with a passphrase and three accounts, and closes it.
func closedSealed(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	must(t, filled(t, sealedIn(dir), passphrase, 1, 2, 3).Close())
	return dir
}

func TestPassphrase(t *testing.T) {
	dir := closedSealed(t)
	v := sealedIn(dir)
	wantOpen(t, v, auth.Secret{}, auth.VaultLocked)
	wantOpen(t, v, auth.NewSecret("canary-wrong"), auth.VaultKeyWrong)
	wantOpen(t, v, auth.Secret{}, auth.VaultLocked)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	wantSamples(t, v, 1, 2, 3)
	must(t, v.Close())
}

func TestInUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	holder := filled(t, sealedIn(dir), passphrase, 1)
	v := sealedIn(dir)
	wantOpen(t, v, passphrase, auth.VaultInUse)
	must(t, holder.Close())
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, v.Close())
}

func TestOpenWaitsForOneThatIsEnding(t *testing.T) {
	dir := t.TempDir()
	holder := filled(t, sealedIn(dir), passphrase, 1)
	ended := make(chan error, 1)
	time.AfterFunc(100*time.Millisecond, func() { ended <- holder.Close() })
	v := sealedIn(dir)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, <-ended)
	must(t, v.Close())
}

// editHeader changes the header of a closed vault and makes its sum right again;
// nil only reads it. An open one is read as a copy.
func editHeader(t *testing.T, dir string, change func(map[string]any)) []byte {
	t.Helper()
	path := filepath.Join(dir, storage.FileName)
	if change == nil {
		path = filepath.Join(t.TempDir(), "copy")
		must(t, os.WriteFile(path, content(t, dir), 0o600))
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second})
	must(t, err)
	defer func() { must(t, db.Close()) }()
	var text []byte
	must(t, db.Update(func(tx *bolt.Tx) error {
		bucket := tx.Bucket([]byte("header"))
		text = bytes.Clone(bucket.Get([]byte("header")))
		if change == nil {
			return nil
		}
		var header map[string]any
		must(t, json.Unmarshal(text, &header))
		change(header)
		text, err = json.Marshal(header)
		must(t, err)
		must(t, bucket.Put([]byte("header"), text))
		return bucket.Put([]byte("sum"), storage.HeaderSum(text, bucket.Get([]byte("check"))))
	}))
	return text
}

func TestHeadersThatAreRefused(t *testing.T) {
	cost := func(key string, value int) func(map[string]any) {
		return func(h map[string]any) {
			wrapped, _ := h["passphrase"].(map[string]any)
			wrapped[key] = value
		}
	}
	for name, row := range map[string]struct {
		change func(map[string]any)
		want   auth.VaultState
	}{
		"a newer schema":              {func(h map[string]any) { h["schema"] = 3 }, auth.VaultTooNew},
		"a newer schema in new shape": {func(h map[string]any) { h["schema"], h["vault"] = 4, 1 }, auth.VaultTooNew},
		"64 GiB for a passphrase":     {cost("memory_kib", 64<<20), auth.VaultDamaged},
		"a thousand passes":           {cost("time", 1000), auth.VaultDamaged},
		"17 lanes":                    {cost("threads", 17), auth.VaultDamaged},
		"no lanes":                    {cost("threads", 0), auth.VaultDamaged},
		"another program's":           {func(h map[string]any) { h["app"] = "other" }, auth.VaultDamaged},
		"no schema":                   {func(h map[string]any) { h["schema"] = 0 }, auth.VaultDamaged},
		"a recovery beside it":        {func(h map[string]any) { h["recovery"] = h["passphrase"] }, auth.VaultDamaged},
		"a switch to the keyring":     {func(h map[string]any) { h["key_source"] = "keyring" }, auth.VaultDamaged},
		"an earlier creation":         {func(h map[string]any) { h["created"] = "2001-01-01T00:00:00Z" }, auth.VaultKeyWrong},
	} {
		t.Run(name, func(t *testing.T) {
			dir := closedSealed(t)
			editHeader(t, dir, row.change)
			was := content(t, dir)
			wantOpen(t, sealedIn(dir), passphrase, row.want)
			wantUnchanged(t, dir, was)
		})
	}
}

func TestNothingSecretStandsInTheFile(t *testing.T) {
	dir := closedSealed(t)
	for _, canary := range []string{"canary", "you@example.com", "crm.example.com", "Northwind"} {
		if bytes.Contains(content(t, dir), []byte(canary)) {
			t.Errorf("%q stands in the vault's file", canary)
		}
	}
}
