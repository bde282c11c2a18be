package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
)

// olderSamples are the samples that the fixture of schema 1 has: without what
// providers have learned since.
func olderSamples() auth.Contents {
	kept := samples(1, 2)
	for i := range kept.Accounts {
		p := &kept.Accounts[i].Provider
		p.Timing, p.Team.SealedSecret = auth.Timing{}, ""
	}
	for id, g := range kept.Grants {
		g.Refusal.Rechecked = false
		kept.Grants[id] = g
	}
	return kept
}

func TestVaultOfSchema1IsUpgraded(t *testing.T) {
	dir := unpack(t, olderVault)
	was, copied := content(t, dir), 0
	v := sealedIn(dir)
	v.BeforeUpgrade(func() error {
		copied++
		wantUnchanged(t, dir, was)
		return nil
	})
	want := olderSamples()
	for range 2 {
		wantOpen(t, v, fixturePassphrase, auth.VaultUnlocked)
		wantKept(t, v, want)
		want.Told = fixtureTold
		must(t, v.PutTold(want.Told))
		must(t, v.Close())
		if header := editHeader(t, dir, nil); !bytes.Contains(header, []byte(`"schema":2`)) {
			t.Errorf("got header %s, want schema 2", header)
		}
	}
	if copied != 1 {
		t.Errorf("got %d copies before an upgrade, want 1", copied)
	}
}

func TestUpgradeThatFailsChangesNothing(t *testing.T) {
	for name, hinder := range map[string]func(*storage.Vault){
		"no copy could be made": func(v *storage.Vault) { v.BeforeUpgrade(func() error { return io.ErrShortWrite }) },
		"it can't be written":   func(v *storage.Vault) { failing(v, false) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := unpack(t, olderVault)
			was := content(t, dir)
			v := sealedIn(dir)
			hinder(v)
			wantOpen(t, v, fixturePassphrase, auth.VaultLocked)
			wantUnchanged(t, dir, was)
			v.BeforeUpgrade(func() error { return nil })
			wantOpen(t, v, fixturePassphrase, auth.VaultUnlocked)
			wantKept(t, v, olderSamples())
			must(t, v.Close())
		})
	}
}

func TestUpgradeThatIsKilled(t *testing.T) {
	for _, moment := range []string{"copying", "before the commit", "after the commit"} {
		t.Run(moment, func(t *testing.T) {
			dir := unpack(t, olderVault)
			c := startChild(t, nil, "upgrade", dir, moment)
			must(t, c.Start())
			if !c.lines.Scan() || c.lines.Text() != moment {
				t.Errorf("got %q from the child, want %q", c.lines.Text(), moment)
			}
			must(t, c.Process.Kill())
			_ = c.Wait() // it was killed
			v := sealedIn(dir)
			wantOpen(t, v, fixturePassphrase, auth.VaultUnlocked)
			wantKept(t, v, olderSamples())
			must(t, v.Close())
		})
	}
}

// upgradeHalf is a child that opens an older vault and waits at a moment for its end.
func upgradeHalf(args []string) error {
	v, moment := sealedIn(args[0]), args[1]
	at := func(now string) {
		if now == moment {
			fmt.Println(now)
			<-time.After(time.Hour) // it is killed long before
		}
	}
	v.BeforeUpgrade(func() error { at("copying"); return nil })
	v.WrapCommit(func(commit func(*bolt.Tx) error) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			at("before the commit")
			err := commit(tx)
			at("after the commit")
			return err
		}
	})
	return errors.Join(v.Open(fixturePassphrase), errors.New("nobody killed it"))
}
