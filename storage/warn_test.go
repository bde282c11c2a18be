package storage_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
)

func TestSyncedFoldersAreKnown(t *testing.T) {
	root := t.TempDir()
	marked := filepath.Join(root, "marked")
	for _, file := range []string{"dropbox/.dropbox", "sync/.stfolder/x", "cloud/.sync_0123456789ab.db", "drive/.tmp.driveupload/x"} {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(marked, file)), 0o700))
		must(t, os.WriteFile(filepath.Join(marked, file), nil, 0o600))
	}
	must(t, os.MkdirAll(filepath.Join(root, "home", ".dropbox"), 0o700)) // its settings, not its folder
	link := filepath.Join(root, "link")
	must(t, os.MkdirAll(filepath.Join(root, "OneDrive - Northwind"), 0o700))
	must(t, os.Symlink(filepath.Join(root, "OneDrive - Northwind"), link))
	for dir, want := range map[string]bool{
		"OneDrive/data":                         true,
		"onedrive/data":                         true,
		"OneDrive - Northwind/data":             true,
		"Dropbox (Personal)":                    true,
		"Library/Mobile Documents/com~apple/x":  true,
		"Library/CloudStorage/GoogleDrive-me/x": true,
		"Nextcloud/tokentray":                   true,
		"marked/dropbox/a/b":                    true,
		"marked/sync/a":                         true,
		"marked/cloud/a":                        true,
		"marked/drive/a":                        true,
		"link":                                  true,
		"home/share/tokentray":                  false,
		"OneDriver/data":                        false,
		"my Dropbox notes":                      false,
		"[x]*?/data":                            false,
	} {
		dir = filepath.Join(root, filepath.FromSlash(dir))
		must(t, os.MkdirAll(dir, 0o700))
		v := filledIn(t, dir)
		if got := slices.Contains(care(t, v).Warnings, auth.WarnSyncedFolder); got != want {
			t.Errorf("%s: got synced %v, want %v", dir, got, want)
		}
	}
}

func filledIn(t *testing.T, dir string) *storage.Vault { return filled(t, sealedIn(dir), passphrase) }

func TestAnOrdinaryPlaceHasNoWarnings(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	must(t, os.Mkdir(dir, 0o700))
	v := filledIn(t, dir)
	if got := care(t, v); len(got.Warnings) != 0 || got.State != auth.VaultUnlocked || got.SealedBy != auth.SealedByPassphrase || got.Recovery {
		t.Errorf("got %+v, want an unlocked vault with a passphrase and nothing to warn of", got)
	}
}
