package storage

import (
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"

	"golang.org/x/crypto/argon2"

	"github.com/tokentray/tokentray/auth"
)

// PassphraseCost is what it takes to try one passphrase (Argon2id, RFC 9106).
type PassphraseCost struct {
	Time      uint32
	MemoryKiB uint32
	Threads   uint8
}

// A file that asks for more than this was not made by us and would only take the
// machine down.
var dearestPassphrase = PassphraseCost{Time: 10, MemoryKiB: 1 << 20, Threads: 16}

const (
	saltLength  = 16 // RFC 9106 §3.1 recommends it
	longestSalt = 64
)

// wrap is a vault key sealed with a passphrase, as the header keeps it.
type wrap struct {
	Salt      []byte `json:"salt"`
	Time      uint32 `json:"time"`
	MemoryKiB uint32 `json:"memory_kib"`
	Threads   uint8  `json:"threads"`
	Key       []byte `json:"key"`
}

// Where a wrapped key stands in its vault's header; it opens nowhere else.
var (
	passphrasePlace = place{bucket: "header", id: "passphrase"}
	recoveryPlace   = place{bucket: "header", id: "recovery"}
)

// wrapForm is the form of a wrapped key. It doesn't change with the schema: an
// upgrade doesn't know the passphrase.
const wrapForm = 1

// wrapKey seals key with passphrase, which must not be empty.
func wrapKey(at place, vault string, key vaultKey, passphrase auth.Secret, cost PassphraseCost) (wrap, error) {
	if passphrase.IsZero() {
		return wrap{}, errors.New("the passphrase is empty")
	}
	w := wrap{Salt: make([]byte, saltLength), Time: cost.Time, MemoryKiB: cost.MemoryKiB, Threads: cost.Threads}
	rand.Read(w.Salt)
	if err := w.check(); err != nil {
		return wrap{}, err
	}
	w.Key = w.sealer(vault, passphrase).seal(at, key[:])
	return w, nil
}

// unwrap returns the vault key; errSeal where the passphrase is another one.
func (w wrap) unwrap(at place, vault string, passphrase auth.Secret) (key vaultKey, err error) {
	if err := w.check(); err != nil {
		return key, err
	}
	plain, err := w.sealer(vault, passphrase).open(at, w.Key)
	if err != nil || len(plain) != keyLength {
		return key, errSeal
	}
	copy(key[:], plain)
	clear(plain)
	return key, nil
}

// sealer derives what the vault key is sealed with, and gives the memory back:
// otherwise it stays with a process that needs eight MiB.
func (w wrap) sealer(vault string, passphrase auth.Secret) sealer {
	defer debug.FreeOSMemory()
	s := sealer{schema: wrapForm, vault: vault}
	plain := []byte(passphrase.Reveal())
	derived := argon2.IDKey(plain, w.Salt, w.Time, w.MemoryKiB, w.Threads, keyLength)
	copy(s.key[:], derived)
	clear(derived)
	clear(plain)
	return s
}

// check refuses a cost that was never ours.
func (w wrap) check() error {
	most := dearestPassphrase
	if w.Time < 1 || w.Time > most.Time || w.MemoryKiB < 8*uint32(w.Threads) || w.MemoryKiB > most.MemoryKiB ||
		w.Threads < 1 || w.Threads > most.Threads || len(w.Salt) < saltLength || len(w.Salt) > longestSalt {
		return fmt.Errorf("argon2id with %d passes, %d KiB, %d lanes and %d bytes of salt is refused",
			w.Time, w.MemoryKiB, w.Threads, len(w.Salt))
	}
	return nil
}
