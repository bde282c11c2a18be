//go:build unix

package storage_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
)

func TestFileModeIsRepaired(t *testing.T) {
	dir := closedSealed(t)
	path := filepath.Join(dir, storage.FileName)
	must(t, os.Chmod(path, 0o644))
	v := sealedIn(dir)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	defer func() { must(t, v.Close()) }()
	for _, name := range []string{storage.FileName, storage.BallastName} {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("got mode %o of %s, want 600", got, name)
		}
	}
}
