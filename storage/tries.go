package storage

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/tokentray/tokentray/auth"
)

const (
	triesName = "tries"
	// freeTries are for typing errors.
	freeTries = 5
	// tryStep is what each wrong passphrase after those adds to the wait, and
	// longestTry where that ends: with the tenth. Longer would only punish a person
	// who tries what they remember; whoever has the file doesn't ask this program.
	tryStep    = 2 * time.Second
	longestTry = 10 * time.Second
)

// tries counts wrong passphrases in a file beside the vault, so that a restart
// doesn't forget them. Guarded by the vault's turn.
type tries struct {
	path string
	now  func() time.Time
	last triesRecord // where the file can't be written
}

type triesRecord struct {
	Vault string    `json:"vault"`
	Wrong int       `json:"wrong"`
	At    time.Time `json:"at"` // of the last
}

// wait is how long the next try has to wait; 0: it needn't.
func (t *tries) wait(vault string) time.Duration {
	r := t.read(vault)
	pause := min(time.Duration(max(0, r.Wrong-freeTries))*tryStep, longestTry)
	since := max(0, t.now().Sub(r.At)) // the calendar may have been set back
	return max(0, pause-since)
}

func (t *tries) read(vault string) triesRecord {
	var stored triesRecord
	if text, err := os.ReadFile(t.path); err == nil {
		_ = json.Unmarshal(text, &stored) // what isn't ours counts nothing
	}
	most := triesRecord{Vault: vault}
	for _, r := range []triesRecord{t.last, stored} {
		if r.Vault == vault && r.Wrong > most.Wrong {
			most = r
		}
	}
	return most
}

// wrong counts one more.
func (t *tries) wrong(vault string) {
	r := t.read(vault)
	r.Wrong, r.At = r.Wrong+1, utc(t.now())
	t.last = r
	if text, err := json.Marshal(r); err == nil {
		_ = writeSynced(t.path, text) // it is counted here until the end of the process
	}
}

// right forgets them.
func (t *tries) right() {
	t.last = triesRecord{}
	_ = os.Remove(t.path) // there usually is none
}

// unwrap is the key that passphrase opens; the error is a trouble. Too soon after
// too many wrong ones it isn't even tried.
func (v *Vault) unwrap(h storedHeader, passphrase auth.Secret) (vaultKey, error) {
	if wait := v.tries.wait(h.Vault); wait > 0 {
		return vaultKey{}, trouble(auth.VaultKeyWrong, tooMany(wait), nil)
	}
	wrapped, at := h.wrap()
	key, err := wrapped.unwrap(at, h.Vault, passphrase)
	if err != nil || !h.proves(key) {
		v.tries.wrong(h.Vault)
		detail := "" // the sentence says it
		if wait := v.tries.wait(h.Vault); wait > 0 {
			detail = tooMany(wait)
		}
		return vaultKey{}, trouble(auth.VaultKeyWrong, detail, err)
	}
	v.tries.right()
	return key, nil
}

func tooMany(wait time.Duration) string {
	return fmt.Sprintf("too many wrong passphrases: try again in %d s", int64((wait+time.Second-1)/time.Second))
}
