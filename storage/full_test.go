package storage_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

func TestWriteBeyondALimitKeepsWhatWasThere(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no limit on the size of a file")
	}
	dir := t.TempDir()
	must(t, filled(t, sealedIn(dir), passphrase, 1).Close())
	c := startChild(t, nil, "limited", dir)
	must(t, c.Start())
	for c.lines.Scan() {
		t.Error(c.lines.Text())
	}
	must(t, c.Wait())
	v := sealedIn(dir)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	_, _, g := vaulttest.Sample(1)
	if got, err := v.Grant("a1"); err != nil || got.Generation != g.Generation+1 {
		t.Errorf("got generation %d (%v), want %d", got.Generation, err, g.Generation+1)
	}
	must(t, v.Close())
}

// outgrowLimit is a child that may write no file larger than its vault is. It
// prints what is not as it should be.
func outgrowLimit(args []string) error {
	dir := args[0]
	v := sealedIn(dir)
	info, err := os.Stat(filepath.Join(dir, storage.FileName))
	if err = errors.Join(err, v.Open(passphrase)); err != nil {
		return err
	}
	if err := limitFileSize(uint64(info.Size())); err != nil {
		return err
	}
	_, _, g := vaulttest.Sample(1)
	large := g
	large.Generation++
	large.AccessToken = auth.NewSecret("canary-" + string(make([]byte, 1<<20)))
	if err := v.PutGrant("a1", g.Generation, large); !errors.Is(err, auth.ErrVault) {
		fmt.Printf("got %v for what has no room, want a KindVault\n", err)
	}
	if got, err := v.Grant("a1"); err != nil || !reflect.DeepEqual(got, g) {
		fmt.Printf("got grant %+v (%v) after it, want %+v\n", got, err, g)
	}
	small := g
	small.Generation++
	if err := v.PutGrant("a1", g.Generation, small); err != nil {
		fmt.Printf("got %v for what has room, want no error\n", err)
	}
	return v.Close()
}
