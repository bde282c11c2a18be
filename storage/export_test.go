package storage

import (
	"bytes"
	"encoding/json"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

// WrapCommit has every commit of v go through wrap.
func (v *Vault) WrapCommit(wrap func(commit func(*bolt.Tx) error) func(*bolt.Tx) error) {
	v.commit = wrap((*bolt.Tx).Commit)
}

// Fill adds many accounts in few transactions.
func (v *Vault) Fill(accounts int, sample func(n int) (auth.Account, auth.Client, auth.Grant)) error {
	const atOnce = 500
	for from := 0; from < accounts; from += atOnce {
		err := v.change(func(tx *bolt.Tx) ([]edit, error) {
			var edits edits
			for n := from; n < min(from+atOnce, accounts); n++ {
				a, c, g := sample(n)
				edits.putClient(tx, v.sealer, c)
				edits.putAccount(tx, v.sealer, a)
				edits.putGrant(tx, v.sealer, a.ID, g)
			}
			return edits.list, edits.err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Sighted are the values of all that can be found in the file at path.
func Sighted(path string) (values []string, err error) {
	f, err := siftFile(path)
	for _, at := range f.sightings {
		values = append(values, string(at.value))
	}
	return values, err
}

// AwaitUpkeep returns when what is due after opening has been done, at once where
// v is not open. What changes from then on wants a backup of its own.
func (v *Vault) AwaitUpkeep() {
	v.upkeep.mu.Lock()
	r := v.upkeep.round
	v.upkeep.mu.Unlock()
	if r != nil {
		<-r.rested
	}
}

// ParseHeader reads a header as it stands in a file.
func ParseHeader(text []byte, passphrase auth.Secret) error {
	h := storedHeader{text: text}
	if err := h.parse(); err != nil || h.Passphrase == nil {
		return err
	}
	if cost := h.Passphrase; cost.MemoryKiB > 1<<10 || cost.Time > 2 {
		return nil // it is allowed, and takes long
	}
	_, err := h.Passphrase.unwrap(passphrasePlace, h.Vault, passphrase)
	return err
}

// ReadRecord takes plain for what was inside the seal of a record of bucket, and
// returns the stored form of what was understood.
func ReadRecord(bucket string, plain []byte) (stored []byte, err error) {
	s := sealer{schema: schema, vault: "fuzz"}
	at := place{bucket: bucket, id: "a1"}
	read := func(into any) error { return s.unseal(at, s.seal(at, plain), into) }
	var again any
	switch bucket {
	case clientBucket:
		var r clientRecord
		err = read(&r)
		again = clientToRecord(r.client("a1"))
	case accountBucket:
		var r accountRecord
		err = read(&r)
		again = accountToRecord(r.account("a1"))
	case grantBucket:
		var r grantRecord
		err = read(&r)
		again = grantToRecord(r.grant())
	case toldBucket:
		var r toldRecord
		err = read(&r)
		again = toldToRecord(r.told())
	case journalBucket:
		var r eventRecord
		err = read(&r)
		again = eventToRecord(r.event())
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(again)
}

// RecordBuckets are those that ReadRecord knows.
var RecordBuckets = append([]string{journalBucket}, recordBuckets...)

// Sift reads a file that may be damaged, and says whether it is whole, and how
// many entries it has.
func Sift(file []byte) (whole bool, entries int) {
	f := siftAll(bytes.NewReader(file), int64(len(file)))
	f.headers()
	return f.whole, len(f.sightings)
}

// LimitJournal has the journal of v keep to that many bytes.
func (v *Vault) LimitJournal(bytes int64) {
	v.upkeep.journal.filing.Lock()
	defer v.upkeep.journal.filing.Unlock()
	v.upkeep.journal.limit = bytes
}

// HoldJournal keeps the journal's file busy until release is called.
func (v *Vault) HoldJournal() (release func()) {
	v.upkeep.journal.filing.Lock()
	return v.upkeep.journal.filing.Unlock
}

// Waiting is how many plans wait for the next commit of v.
func (v *Vault) Waiting() int {
	v.line.mu.Lock()
	defer v.line.mu.Unlock()
	return len(v.line.waiting)
}

// StoredForm is what stands inside the seals of v: bucket, ID, record.
func (v *Vault) StoredForm() (map[string]map[string]json.RawMessage, error) {
	form := map[string]map[string]json.RawMessage{}
	err := v.view(func(tx *bolt.Tx) error {
		for _, bucket := range recordBuckets {
			form[bucket] = map[string]json.RawMessage{}
			for id := range keysOf(tx, bucket) {
				at, sealed := place{bucket: bucket, id: id}, stored(tx, bucket, id)
				if bucket == grantBucket {
					g, _, err := v.sealer.readGrant(tx, auth.AccountID(id))
					if err != nil {
						return err
					}
					at.generation, sealed = uint64(g.Generation), sealed[generationLength:]
				}
				plain, err := v.sealer.open(at, sealed)
				if err != nil {
					return err
				}
				form[bucket][id] = plain
			}
		}
		return nil
	})
	return form, err
}

// BeforeUpgrade has v call do before it raises a schema.
func (v *Vault) BeforeUpgrade(do func() error) {
	v.beforeUpgrade = func(*file, sealer) error { return do() }
}

// ShutOut is the state of a file at path that may not be written, for err.
func ShutOut(path string, err error) auth.VaultState { return shutOut(path, err).Vault }

// SuitableCost is the cost of a passphrase where one derivation takes so long.
func SuitableCost(took func(PassphraseCost) time.Duration) PassphraseCost {
	return suitableCost(2, took)
}

// CheapPorter seals at no cost, and opens nothing that was dear.
func CheapPorter() Porter { return Porter{work: 1, most: 2} }

// TriesName is the file that counts wrong passphrases.
const TriesName = triesName

// HeaderSum is the sum that a header with its check value has.
func HeaderSum(text, check []byte) []byte { return headerSum(text, check) }

// Files beside each other in a vault's folder.
const (
	FileName    = fileName
	BallastName = ballastName
	BallastSize = ballastSize

	BackupFolder = backupFolder
	JournalName  = journalName
	DoubtPause   = doubtPause
)
