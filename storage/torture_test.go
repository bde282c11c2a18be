package storage_test

import (
	"bytes"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// many is as large a vault as people have.
const many = 20

// Each kind of damage, five hundred times: never a crash, never an empty vault,
// never an account that is other than it was; and what a salvage brings back and
// what it calls lost are together what there was.
func TestDamageOfALargeVault(t *testing.T) {
	source := kept(t, many)
	v := sealedIn(source)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	want, err := v.Contents()
	must(t, err)
	must(t, v.Close())
	parts := partsOf(t, source)
	for kind, row := range map[string]struct {
		spoil damage
		times int
	}{"bit": {flipBit, 250}, "used bit": {flipUsedBit, 250}, "cut": {truncate, 500}} {
		for _, backups := range []string{"with", "without"} {
			t.Run(kind+" "+backups+" backups", func(t *testing.T) {
				t.Parallel()
				place, whole := t.TempDir(), content(t, source)
				seed := mathrand.Uint64()
				r := mathrand.New(mathrand.NewPCG(seed, 0))
				tally := tally{parts: &parts}
				for range row.times / 2 {
					furnish(t, place, source)
					if backups == "without" {
						must(t, os.RemoveAll(backupPath(place, "")))
					}
					if tally.add(t, place, row.spoil(r, slices.Clone(whole)), want); t.Failed() {
						break
					}
				}
				t.Logf("seed %d: %d whole, %d with unreadable accounts, %d damaged; salvaging lost %d, left %d in doubt and was refused %d times",
					seed, tally.whole, tally.partly, tally.damaged, tally.lost, tally.doubted, tally.refused)
			})
		}
	}
}

// furnish gives dir the backups of source, and a reserve that needn't be written
// each time.
func furnish(t *testing.T, dir, source string) {
	t.Helper()
	must(t, os.RemoveAll(backupPath(dir, "")))
	must(t, os.CopyFS(backupPath(dir, ""), os.DirFS(backupPath(source, ""))))
	must(t, os.WriteFile(filepath.Join(dir, storage.BallastName), nil, 0o600))
	must(t, os.Truncate(filepath.Join(dir, storage.BallastName), storage.BallastSize))
}

// tally is how often what came of it.
type tally struct {
	parts                                          *parts
	whole, partly, damaged, lost, refused, doubted int
}

func (n *tally) add(t *testing.T, dir string, file []byte, want auth.Contents) {
	t.Helper()
	path := filepath.Join(dir, storage.FileName)
	must(t, os.WriteFile(path, file, 0o600))
	v := sealedIn(dir)
	err := v.Open(passphrase)
	switch v.State() {
	case auth.VaultUnlocked:
		got, err := v.Contents()
		must(t, err)
		wantAccounted(t, got, want)
		if len(got.Unreadable) == 0 {
			n.whole++
			must(t, v.Close())
			return
		}
		n.partly++
	case auth.VaultDamaged:
		n.damaged++
	case auth.VaultKeyWrong: // what the passphrase unwraps is damaged, and that is what is said
		n.damaged++
	default:
		t.Errorf("got state %s (%v)", v.State(), err)
		return
	}
	m, err := v.Mend(auth.Mending{Remedy: auth.RemedySalvage, Passphrase: passphrase})
	if err != nil {
		n.refused++
		if n.parts.brings(file) || len(care(t, v).Backups) > 0 {
			t.Errorf("a salvage was refused: %v", err)
		}
		must(t, v.Close())
		return
	}
	n.lost += m.Lost
	n.doubted += wantSalvaged(t, v, m, want)
	must(t, v.Close())
	must(t, os.Remove(filepath.Join(dir, m.SetAside)))
}

// misnamed: a bit of an account's ID may be another, in one of the two buckets; the
// account counts twice then, because nobody can know that it is one.
const misnamed = 1

// brings reports whether file has an account whole, with its client, and a header.
func (p *parts) brings(file []byte) bool {
	for _, part := range p.header {
		if !bytes.Contains(file, part) {
			return false
		}
	}
	for i := range p.accounts {
		if bytes.Contains(file, p.accounts[i]) && bytes.Contains(file, p.clients[i]) {
			return true
		}
	}
	return false
}

// parts are the sealed records of a vault's accounts and of their clients, and all
// that its header is made of: with one bit of that wrong its sum doesn't hold.
type parts struct {
	accounts, clients, header [][]byte
}

func partsOf(t *testing.T, dir string) (p parts) {
	t.Helper()
	for _, name := range []string{"header", "check", "sum"} {
		p.header = append(p.header, recordOf(t, dir, "header", name))
	}
	for n := 1; n <= many; n++ {
		a, c, _ := vaulttest.Sample(n)
		p.accounts = append(p.accounts, recordOf(t, dir, "accounts", string(a.ID)))
		p.clients = append(p.clients, recordOf(t, dir, "clients", string(c.ID)))
	}
	return p
}

// wantAccounted checks that each account is as it was or named as unreadable.
func wantAccounted(t *testing.T, got, want auth.Contents) {
	t.Helper()
	if n := len(got.Accounts) + len(got.Unreadable); n != len(want.Accounts) && n != len(want.Accounts)+misnamed {
		t.Errorf("got %d accounts and %d unreadable, want %d in all", len(got.Accounts), len(got.Unreadable), len(want.Accounts))
	}
	for _, a := range want.Accounts {
		if !slices.Contains(got.Unreadable, a.ID) && !slices.ContainsFunc(got.Accounts, func(b auth.Account) bool { return a.ID == b.ID }) {
			t.Errorf("account %s vanished", a.ID)
		}
	}
	for _, a := range got.Accounts {
		same := slices.ContainsFunc(want.Accounts, func(b auth.Account) bool { return reflect.DeepEqual(a, b) })
		if !same || !reflect.DeepEqual(got.Grants[a.ID], want.Grants[a.ID]) {
			t.Errorf("account %s is another", a.ID)
		}
	}
}

// wantSalvaged checks what a salvage says against what is there, and returns how
// many grants are in doubt.
func wantSalvaged(t *testing.T, v auth.Vault, m auth.Mended, want auth.Contents) (doubted int) {
	t.Helper()
	got, err := v.Contents()
	must(t, err)
	if len(m.Accounts)+m.Lost > len(want.Accounts)+misnamed || len(got.Unreadable) != 0 || len(got.Accounts) != len(m.Accounts) {
		t.Errorf("got %d accounts, %d unreadable, %d lost; %d are said to be there, of %d",
			len(got.Accounts), len(got.Unreadable), m.Lost, len(m.Accounts), len(want.Accounts))
	}
	for _, a := range got.Accounts {
		if !slices.Contains(m.Accounts, a.ID) || !slices.ContainsFunc(want.Accounts, func(b auth.Account) bool { return reflect.DeepEqual(a, b) }) {
			t.Errorf("account %s is another", a.ID)
		}
		g, now := got.Grants[a.ID], want.Grants[a.ID]
		switch {
		case reflect.DeepEqual(g, now): // the newest, for sure
		case g.Attempt.Open() && g.Generation <= now.Generation, g.RefreshToken.IsZero():
			doubted++
		default:
			t.Errorf("account %s has generation %d of %d and no doubt about it", a.ID, g.Generation, now.Generation)
		}
	}
	return doubted
}

func TestCountsOfASalvageAddUp(t *testing.T) {
	dir := kept(t, many)
	spoil(t, dir, func(file []byte) []byte { return file[:len(file)/2] })
	v := sealedIn(dir)
	wantOpen(t, v, passphrase, auth.VaultDamaged)
	if m, err := v.Mend(auth.Mending{Remedy: auth.RemedySalvage, Passphrase: passphrase}); err != nil || len(m.Accounts) != many || m.Lost != 0 {
		t.Errorf("got %+v (%v), want all from the backup", m, err)
	}
	must(t, v.Close())
	must(t, os.RemoveAll(backupPath(dir, "")))
	a, _, _ := vaulttest.Sample(7)
	tamperAll(t, dir, string(a.ID))
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	m, err := v.Mend(auth.Mending{Remedy: auth.RemedySalvage, Passphrase: passphrase})
	must(t, err)
	defer func() { must(t, v.Close()) }()
	if len(m.Accounts) != many-1 || m.Lost != 1 || slices.Contains(m.Accounts, a.ID) {
		t.Errorf("got %d accounts, %d lost, want all but %s", len(m.Accounts), m.Lost, a.ID)
	}
}

// tamperAll breaks every copy of an account's record in a closed vault.
func tamperAll(t *testing.T, dir, id string) {
	t.Helper()
	record := recordOf(t, dir, "accounts", id)
	spoil(t, dir, func(file []byte) []byte {
		for _, at := range indexes(file, record) {
			file[at+len(record)/2] ^= 1
		}
		return file
	})
}
