package storage

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// rescue makes a vault of what is left of one.
type rescue struct {
	vault      *Vault
	passphrase auth.Secret
	key        *vaultKey
	known      bool // key is this vault's, because it was open
	now        time.Time
}

// remains are what can be seen of a vault without judging it.
type remains struct {
	file    findings
	headers []storedHeader // of the vault's file
	backups []string       // their paths, newest first
}

func (v *Vault) remains() remains {
	var r remains
	r.file, _ = siftFile(v.path) // what can't be read has no findings
	r.headers = r.file.headers()
	for _, b := range newestFirst(backupsIn(v.dir), v.upkeep.clock.Wall()) {
		r.backups = append(r.backups, filepath.Join(v.dir, backupFolder, b.Name))
	}
	return r
}

// headers returns the headers that are whole: the present one, or, where that
// isn't, older ones.
func (f findings) headers() (whole []storedHeader) {
	live := func(at sighting) bool { return at.live }
	left := func(at sighting) bool { return !at.live }
	for _, of := range []func(sighting) bool{live, left} {
		texts, checks, sums := f.parts(of)
		for _, text := range texts {
			for _, check := range checks {
				h := storedHeader{text: text, check: check}
				if sums[string(headerSum(text, check))] && h.parse() == nil {
					whole = append(whole, h)
				}
			}
		}
		if len(whole) > 0 {
			break
		}
	}
	return whole
}

// mostParts bounds how many parts of headers are put together.
const mostParts = 64

func (f findings) parts(of func(sighting) bool) (texts, checks [][]byte, sums map[string]bool) {
	sums = map[string]bool{}
	seen := map[string]bool{}
	for _, at := range f.sightings {
		if at.bucket != string(headerBucket) || !of(at) || seen[at.id+string(at.value)] || len(seen) > mostParts {
			continue
		}
		seen[at.id+string(at.value)] = true
		switch at.id {
		case string(headerKey):
			texts = append(texts, at.value)
		case string(keyCheckKey):
			checks = append(checks, at.value)
		case string(sumKey):
			sums[string(at.value)] = true
		}
	}
	return texts, checks, sums
}

var errNoHeader = errors.New("no header is left, in the file or in a backup")

// unlock finds the header to go on with: of those the first whose key can be had.
// The error is that of the first, a trouble.
func (r *rescue) unlock(headers []storedHeader) (storedHeader, error) {
	var first error = trouble(auth.VaultDamaged, "nothing says which vault this was", errNoHeader)
	tried := map[string]bool{} // a wrong passphrase counts once
	for i, h := range headers {
		if tried[string(h.text)] {
			continue
		}
		tried[string(h.text)] = true
		if r.known {
			if h.proves(*r.key) {
				return h, nil
			}
			continue
		}
		key, _, err := r.vault.keyFor(h, r.passphrase)
		if err == nil {
			*r.key = key
			return h, nil
		}
		if i == 0 {
			first = err
		}
	}
	return storedHeader{}, first
}

// sealerOf is the sealer of a vault's header.
func sealerOf(h storedHeader, key vaultKey) sealer {
	return sealer{schema: h.Schema, vault: h.Vault, key: key}
}

// salvage keeps what can still be unsealed, of the file and of the newest backup.
func (r *rescue) salvage() (auth.Mended, error) {
	left := r.vault.remains()
	h, c, err := r.harvest(left)
	if err != nil {
		return auth.Mended{}, err
	}
	if len(c.accounts) == 0 {
		return auth.Mended{}, trouble(auth.VaultDamaged, "nothing in the vault can be unsealed any more", nil)
	}
	return r.place(h, c)
}

// harvest looks what can still be unsealed.
func (r *rescue) harvest(left remains) (h storedHeader, c crop, err error) {
	var backup findings
	headers := left.headers
	for _, path := range left.backups {
		if backup, err = siftFile(path); err == nil && len(backup.headers()) > 0 {
			headers = append(headers, backup.headers()...)
			break
		}
	}
	if h, err = r.unlock(headers); err != nil {
		return h, c, err
	}
	harvest := newHarvest(sealerOf(h, *r.key))
	harvest.gatherVault(left.file)
	harvest.gatherBackup(backup)
	c, err = harvest.bring(r.now)
	return h, c, err
}

// restore puts a backup in the vault's place: the one of that name, or the newest
// that proves to be whole.
func (r *rescue) restore(name string) (auth.Mended, error) {
	left := r.vault.remains()
	var failed error
	for _, path := range left.backups {
		if name != "" && filepath.Base(path) != name {
			continue
		}
		mended, err := r.restoreFrom(path, left)
		if err == nil {
			return mended, nil
		}
		failed = errors.Join(failed, err)
	}
	if failed == nil {
		failed = refusal("there is no backup %q", name)
	}
	return auth.Mended{}, failed
}

// restoreFrom keeps the header that the vault has now, where it is of the same form:
// it may be sealed otherwise since. Lost are the accounts that the file still names.
func (r *rescue) restoreFrom(path string, left remains) (auth.Mended, error) {
	backup, err := siftFile(path)
	if err != nil {
		return auth.Mended{}, trouble(auth.VaultDamaged, "the backup can't be read", err)
	}
	its := backup.headers()
	if len(its) == 0 {
		return auth.Mended{}, trouble(auth.VaultDamaged, "the backup is damaged", errNoHeader)
	}
	var fitting []storedHeader
	for _, h := range left.headers {
		if h.Vault == its[0].Vault && h.Schema == its[0].Schema {
			fitting = append(fitting, h)
		}
	}
	h, err := r.unlock(append(fitting, its...))
	if err != nil {
		return auth.Mended{}, err
	}
	s := sealerOf(h, *r.key)
	if err := verify(path, s); err != nil {
		return auth.Mended{}, trouble(auth.VaultDamaged, "the backup is damaged", err)
	}
	harvest := newHarvest(s)
	harvest.gatherBackup(backup)
	c, err := harvest.bring(r.now)
	if err != nil {
		return auth.Mended{}, err
	}
	file := newHarvest(s)
	file.gatherVault(left.file)
	for id := range file.named {
		if !harvest.named[id] {
			c.kept++
		}
	}
	return r.place(h, c)
}

// place writes what was brought in and puts it where the vault is.
func (r *rescue) place(h storedHeader, c crop) (m auth.Mended, err error) {
	v, draft := r.vault, filepath.Join(r.vault.dir, mendingName)
	if err := writeVault(draft, h, c.records); err != nil {
		return m, fmt.Errorf("writing a mended vault: %w", err)
	}
	if err := verify(draft, sealerOf(h, *r.key)); err != nil {
		return m, fmt.Errorf("reading a mended vault back: %w", err)
	}
	m = auth.Mended{Accounts: c.accounts, Lost: c.kept - len(c.accounts)}
	if m.SetAside, err = exchange(draft, v.path, r.now); err != nil {
		return m, trouble(v.State(), "putting the mended vault in place", err)
	}
	return m, nil
}
