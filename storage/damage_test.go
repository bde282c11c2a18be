package storage_test

import (
	"crypto/rand"
	"flag"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

func TestWhatIsNoVaultIsDamagedAndLeftAlone(t *testing.T) {
	whole := content(t, closedSealed(t))
	page := os.Getpagesize()
	other := filepath.Join(t.TempDir(), "other.db")
	db, err := bolt.Open(other, 0o600, nil)
	must(t, err)
	must(t, db.Close())
	foreign, err := os.ReadFile(other)
	must(t, err)
	for name, file := range map[string][]byte{
		"empty":             {},
		"one byte":          {0},
		"text":              []byte("Dear diary, today I found a file named vault.db.\n"),
		"zeros":             make([]byte, len(whole)),
		"one page":          whole[:page],
		"metas alone":       whole[:2*page],
		"cut short":         whole[:4*page+1], // it uses some ten
		"someone's bbolt":   foreign,
		"both metas zeroed": append(make([]byte, 2*page), whole[2*page:]...),
		"somebody's pages":  overwritten(whole, 2*page, page, []byte("%PDF-1.7")),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			must(t, os.WriteFile(filepath.Join(dir, storage.FileName), file, 0o600))
			v := sealedIn(dir)
			wantOpen(t, v, passphrase, auth.VaultDamaged)
			if err := v.Create(passphrase); err == nil {
				t.Error("a vault was made over it")
			}
			if got := content(t, dir); string(got) != string(file) {
				t.Error("the file was changed")
			}
		})
	}
}

// overwritten is file with text every so many bytes.
func overwritten(file []byte, from, step int, text []byte) []byte {
	file = slices.Clone(file)
	for ; from < len(file); from += step {
		copy(file[from:], text)
	}
	return file
}

func TestWhatIsNoFileIsDamaged(t *testing.T) {
	for name, plant := range map[string]func(path string) error{
		"a folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"a link":   func(path string) error { return os.Symlink(filepath.Join(closedSealed(t), storage.FileName), path) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			must(t, plant(filepath.Join(dir, storage.FileName)))
			wantOpen(t, sealedIn(dir), passphrase, auth.VaultDamaged)
		})
	}
}

// damage is one way to spoil a file.
type damage func(r *mathrand.Rand, file []byte) []byte

func flipBit(r *mathrand.Rand, file []byte) []byte {
	file[r.IntN(len(file))] ^= 1 << r.IntN(8)
	return file
}

func flipUsedBit(r *mathrand.Rand, file []byte) []byte {
	for {
		if at := r.IntN(len(file)); file[at] != 0 {
			file[at] ^= 1 << r.IntN(8)
			return file
		}
	}
}

func truncate(r *mathrand.Rand, file []byte) []byte { return file[:r.IntN(len(file))] }

func scramblePage(r *mathrand.Rand, file []byte) []byte {
	page := os.Getpagesize()
	at := r.IntN(len(file)/page) * page
	_, _ = rand.Read(file[at : at+page]) // never fails
	return file
}

func zeroPage(r *mathrand.Rand, file []byte) []byte {
	page := os.Getpagesize()
	at := r.IntN(len(file)/page) * page
	clear(file[at : at+page])
	return file
}

// scrambleHead hits where bbolt finds its way.
func scrambleHead(r *mathrand.Rand, file []byte) []byte {
	page := os.Getpagesize()
	at := r.IntN(len(file)/page)*page + r.IntN(64)
	file[at] = byte(r.Uint32())
	return file
}

// damages is raised for a long search: go test ./storage -run RandomDamage -damages 5000.
var damages = flag.Int("damages", 40, "how often a vault is spoiled in each way")

func TestRandomDamageNeverCrashesNorForgetsInSilence(t *testing.T) {
	source := closedSealed(t)
	v := sealedIn(source)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	for n := range 3 { // the same again, so that the older meta page keeps the same as the newer
		a, _, _ := vaulttest.Sample(n + 1)
		must(t, v.PutAccount(a))
	}
	must(t, v.Close())
	whole := content(t, source)
	seed := mathrand.Uint64()
	t.Logf("seed %d", seed)
	r := mathrand.New(mathrand.NewPCG(seed, 0))
	seen := map[auth.VaultState]int{}
	for kind, spoil := range map[string]damage{
		"bit": flipBit, "used bit": flipUsedBit, "cut": truncate, "scrambled": scramblePage, "zeroed": zeroPage, "head": scrambleHead,
	} {
		for range *damages {
			file := spoil(r, slices.Clone(whole))
			seen[openDamaged(t, kind, file)]++
		}
	}
	t.Log(seen)
}

// openDamaged opens file as a vault and holds what comes of it to what may.
func openDamaged(t *testing.T, kind string, file []byte) auth.VaultState {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, storage.FileName), file, 0o600))
	v := sealedIn(dir)
	err := v.Open(passphrase)
	state := v.State()
	switch state {
	case auth.VaultDamaged:
		if err == nil {
			t.Errorf("%s: damaged without an error", kind)
		}
	case auth.VaultUnlocked:
		wantAllAccountedFor(t, kind, v)
		must(t, v.Close())
	default:
		t.Errorf("%s: got state %s (%v)", kind, state, err)
	}
	if got := content(t, dir); !reflect.DeepEqual(got, file) {
		t.Errorf("%s: the file was changed", kind)
	}
	return state
}

// wantAllAccountedFor checks that each account is either whole or named as unreadable.
func wantAllAccountedFor(t *testing.T, kind string, v *storage.Vault) {
	t.Helper()
	got, err := v.Contents()
	must(t, err)
	for n := 1; n <= 3; n++ {
		a, c, g := vaulttest.Sample(n)
		if slices.Contains(got.Unreadable, a.ID) {
			continue
		}
		whole := slices.ContainsFunc(got.Accounts, func(b auth.Account) bool { return reflect.DeepEqual(a, b) }) &&
			slices.Contains(got.Clients, c) && reflect.DeepEqual(got.Grants[a.ID], g)
		if !whole {
			t.Errorf("%s: account %s vanished or was changed", kind, a.ID)
		}
	}
}
