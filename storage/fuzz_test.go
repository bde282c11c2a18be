package storage_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
)

func FuzzHeader(f *testing.F) {
	f.Add([]byte(`{"app":"io.github.tokentray.Tokentray","schema":1,"vault":"00112233445566778899aabbccddeeff","key_source":"keyring"}`))
	f.Add([]byte(`{"app":"io.github.tokentray.Tokentray","schema":1,"vault":"00112233445566778899aabbccddeeff","key_source":"passphrase",` +
		`"passphrase":{"salt":"AAAAAAAAAAAAAAAAAAAAAA==","time":1,"memory_kib":64,"threads":1,"key":"AAAA"}}`))
	f.Add([]byte(`{"app":"io.github.tokentray.Tokentray","schema":99}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		// It may be refused in any way but a panic, and takes no more memory than allowed.
		_ = storage.ParseHeader(text, passphrase)
	})
}

func FuzzRecord(f *testing.F) {
	form, err := os.ReadFile(fixtureForm)
	must(f, err)
	var records map[string]map[string]json.RawMessage
	must(f, json.Unmarshal(form, &records))
	for which, bucket := range storage.RecordBuckets {
		for _, r := range records[bucket] {
			f.Add(uint8(which), []byte(r))
		}
		f.Add(uint8(which), []byte(`{"at":"2026-11-22T09:14:52Z","what":"refreshed","said":{"status":503}}`))
	}
	f.Fuzz(func(t *testing.T, which uint8, plain []byte) {
		bucket := storage.RecordBuckets[int(which)%len(storage.RecordBuckets)]
		once, err := storage.ReadRecord(bucket, plain)
		if err != nil {
			return
		}
		twice, err := storage.ReadRecord(bucket, once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("what was read as %s is read back as %s (%v)", once, twice, err)
		}
	})
}

// What passes for a whole file is let at bbolt, which must not fall over it; what
// doesn't is read past.
func FuzzFile(f *testing.F) {
	fixture, err := os.ReadFile(fixtureVault)
	must(f, err)
	f.Add(fixture)
	f.Add(fixture[:len(fixture)/2])
	f.Add([]byte{})
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, file []byte) {
		storage.Sift(file)
		path := filepath.Join(dir, storage.FileName)
		must(t, os.WriteFile(path, file, 0o600))
		v := sealedIn(dir)
		_ = v.Open(passphrase) // in some state
		switch v.State() {
		case auth.VaultUnlocked, auth.VaultNone:
			t.Errorf("got state %s of a file that isn't that passphrase's", v.State())
		case auth.VaultKeyWrong, auth.VaultDamaged, auth.VaultTooNew, auth.VaultLocked, auth.VaultInUse,
			auth.VaultKeyringLocked, auth.VaultKeyringUnavailable, auth.VaultKeyMissing:
		}
	})
}
