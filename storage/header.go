package storage

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

// schema is the version of what this program writes. A vault of a higher one is
// left alone.
const schema = 2

// keySource is where a vault's key comes from. Only Seal changes it.
type keySource string

const (
	fromKeyring    keySource = "keyring"
	fromPassphrase keySource = "passphrase"
)

// header stands in clear at the front of a vault.
type header struct {
	App        string    `json:"app"`
	Schema     int       `json:"schema"`
	Vault      string    `json:"vault"` // random; names the key in the keyring
	Source     keySource `json:"key_source"`
	Created    time.Time `json:"created"`
	Passphrase *wrap     `json:"passphrase,omitempty"` // where Source is that
	Recovery   *wrap     `json:"recovery,omitempty"`   // opens it, too, where Source is the keyring
	// Stray: the keyring may have this vault's key although Source is the passphrase.
	Stray bool `json:"stray_key,omitempty"`
}

// wrap is the key as a passphrase unwraps it, and where that is sealed; nil: none does.
func (h header) wrap() (*wrap, place) {
	if h.Source == fromPassphrase {
		return h.Passphrase, passphrasePlace
	}
	return h.Recovery, recoveryPlace
}

// The header's bucket. Its layout outlives every schema, so that each version can
// tell a newer vault from a damaged one.
var (
	headerBucket = []byte("header")
	headerKey    = []byte("header") // the JSON of header
	keyCheckKey  = []byte("check")  // a MAC of that JSON with the vault's key: tells a wrong key from damage
	sumKey       = []byte("sum")    // SHA-256 of both: tells damage from a wrong key
)

// vaultIDLength is in bytes: enough that no two vaults ever meet on one keyring.
const vaultIDLength = 16

func newHeader(source keySource, created time.Time) header {
	id := make([]byte, vaultIDLength)
	rand.Read(id)
	return header{App: appID, Schema: schema, Vault: hex.EncodeToString(id), Source: source, Created: created}
}

// store writes h and its check values into tx, where there is no header yet.
func (h header) store(tx *bolt.Tx, key vaultKey) error {
	if _, err := tx.CreateBucket(headerBucket); err != nil {
		return err
	}
	edits, err := h.edits(tx, key)
	for _, e := range edits {
		err = errors.Join(err, e.carryOut(tx))
	}
	return err
}

// edits put h and its check values in the place of what is stored.
func (h header) edits(tx *bolt.Tx, key vaultKey) ([]edit, error) {
	text, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	check := key.sum(h.Vault, text)
	var edits []edit
	put := func(key, to []byte) {
		bucket, id := string(headerBucket), string(key)
		edits = append(edits, edit{bucket: bucket, id: id, was: stored(tx, bucket, id), to: to})
	}
	put(headerKey, text)
	put(keyCheckKey, check)
	put(sumKey, headerSum(text, check))
	return edits, nil
}

func headerSum(text, check []byte) []byte {
	sum := sha256.Sum256(append(bytes.Clone(text), check...))
	return sum[:]
}

// storedHeader is a header as read, with what proves a key.
type storedHeader struct {
	header
	text, check []byte
}

// readHeader returns the header of db; the error is a trouble.
func readHeader(db *file) (h storedHeader, err error) {
	err = guarded(func() error {
		return db.View(func(tx *bolt.Tx) error {
			bucket := tx.Bucket(headerBucket)
			if bucket == nil {
				return errors.New("there is no header")
			}
			h.text, h.check = bytes.Clone(bucket.Get(headerKey)), bytes.Clone(bucket.Get(keyCheckKey))
			if !bytes.Equal(bucket.Get(sumKey), headerSum(h.text, h.check)) {
				return errors.New("the header's sum is wrong")
			}
			return nil
		})
	})
	if err != nil {
		return h, trouble(auth.VaultDamaged, "the vault's header is damaged", err)
	}
	return h, h.parse()
}

// parse fills in the header from its text. The schema is read by itself first:
// the rest of a newer one may have another shape.
func (h *storedHeader) parse() error {
	var is struct {
		App    string `json:"app"`
		Schema int    `json:"schema"`
	}
	err := json.Unmarshal(h.text, &is)
	if err == nil && is.App == appID && is.Schema > schema {
		return trouble(auth.VaultTooNew, fmt.Sprintf("the vault has schema %d, this program knows %d", is.Schema, schema), nil)
	}
	if err == nil {
		err = json.Unmarshal(h.text, &h.header)
	}
	if err == nil {
		err = h.validate()
	}
	if err != nil {
		return trouble(auth.VaultDamaged, "the vault's header is damaged", err)
	}
	return nil
}

// validate refuses what no version up to this one wrote.
func (h header) validate() error {
	known := h.Source == fromKeyring && h.Passphrase == nil && !h.Stray ||
		h.Source == fromPassphrase && h.Passphrase != nil && h.Recovery == nil
	if h.App != appID || h.Schema < 1 || h.Schema > schema || len(h.Vault) != 2*vaultIDLength || !known {
		return fmt.Errorf("header of %q, schema %d, key from %q", h.App, h.Schema, h.Source)
	}
	if w, _ := h.wrap(); w != nil {
		return w.check()
	}
	return nil
}

// proves reports whether key is the one the vault was made with.
func (h storedHeader) proves(key vaultKey) bool {
	return hmac.Equal(h.check, key.sum(h.Vault, h.text))
}
