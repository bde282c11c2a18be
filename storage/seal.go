package storage

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

const (
	appID     = "io.github.tokentray.Tokentray"
	keyLength = 32
)

// vaultKey is what the keyring keeps, or what the passphrase unwraps.
type vaultKey [keyLength]byte

func newVaultKey() (k vaultKey) {
	rand.Read(k[:]) // never fails, says crypto/rand
	return k
}

// sub derives the key for one purpose in the vault id (RFC 5869).
func (k vaultKey) sub(id, purpose string) []byte {
	sub, err := hkdf.Key(sha256.New, k[:], []byte(id), appID+" "+purpose, keyLength)
	if err != nil {
		panic(err) // only for a length that HKDF can't give
	}
	return sub
}

// sum is a value that only the right key gives for header.
func (k vaultKey) sum(id string, header []byte) []byte {
	h := hmac.New(sha256.New, k.sub(id, "header"))
	h.Write(header)
	return h.Sum(nil)
}

// sealer seals and opens the records of one vault. The zero value seals nothing.
type sealer struct {
	schema int
	vault  string
	key    vaultKey
}

// place is where a record stands. A record opens nowhere else.
type place struct {
	bucket     string
	id         string
	generation uint64 // of a grant; 0 for what has none
}

var errSeal = errors.New("the seal is broken")

// seal returns nonce and ciphertext.
func (s sealer) seal(at place, plain []byte) []byte {
	aead := s.aead(at.bucket)
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plain)+aead.Overhead())
	rand.Read(nonce)
	return aead.Seal(nonce, nonce, plain, s.label(at))
}

// open returns what was sealed at the same place, or errSeal.
func (s sealer) open(at place, sealed []byte) ([]byte, error) {
	aead := s.aead(at.bucket)
	if len(sealed) < aead.NonceSize() {
		return nil, fmt.Errorf("%s %s: %w", at.bucket, at.id, errSeal)
	}
	nonce, text := sealed[:aead.NonceSize()], sealed[aead.NonceSize():]
	plain, err := aead.Open(nil, nonce, text, s.label(at))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", at.bucket, at.id, errSeal)
	}
	return plain, nil
}

func (s sealer) aead(bucket string) cipher.AEAD {
	return newAEAD(s.key.sub(s.vault, "records "+bucket))
}

func newAEAD(key []byte) cipher.AEAD {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic(err) // only for a key of another length
	}
	return aead
}

// label is the associated data: each part with its length before it, so that no
// two places read the same.
func (s sealer) label(at place) []byte {
	var b []byte
	for _, part := range []string{appID, s.vault, at.bucket, at.id} {
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	b = binary.AppendUvarint(b, uint64(s.schema))
	return binary.AppendUvarint(b, at.generation)
}
