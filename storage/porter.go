package storage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"

	"github.com/tokentray/tokentray/auth"
)

// Porter is the auth.Porter whose files the age program opens, too (age -d): text
// in age's armor, sealed with a passphrase by scrypt (age-encryption.org/v1).
type Porter struct {
	work int // scrypt's work factor of what is sealed: 2^work rounds
	most int // that is accepted in what is opened
}

var _ auth.Porter = Porter{}

const (
	// usualWork takes about half a second and 128 MiB, which OWASP has as the least.
	usualWork = 17
	// mostWork takes 1 GiB: a file that asks for more would take the machine down.
	mostWork = 20

	// mostPacked bounds a file of accounts: a thousand of them take 5 MiB.
	mostPacked = 32 << 20
	// mostSecret bounds a client secret; the longest are private keys of some KiB.
	mostSecret = 64 << 10
)

// NewPorter returns the Porter that people get.
func NewPorter() Porter { return Porter{work: usualWork, most: mostWork} }

// Pack seals everything in kept with the passphrase; see auth.Porter. What is
// Unreadable can't leave.
func (p Porter) Pack(kept auth.Contents, passphrase auth.Secret) ([]byte, error) {
	plain, err := writePack(kept)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	return p.seal(plain, passphrase)
}

// Unpack opens what Pack made, with or without its armor; see auth.Porter. What
// it returns is as true as whoever made the file.
func (p Porter) Unpack(file []byte, passphrase auth.Secret) (auth.Contents, error) {
	plain, err := p.open(file, passphrase, mostPacked)
	if err != nil {
		return auth.Contents{}, err
	}
	defer clear(plain)
	return readPack(plain)
}

// SealSecret seals a client secret; see auth.Porter. The text has several lines.
func (p Porter) SealSecret(secret, passphrase auth.Secret) (string, error) {
	if secret.IsZero() || secret.Len() > mostSecret {
		return "", refusal("a client secret has 1 to %d bytes", mostSecret)
	}
	plain := []byte(secret.Reveal())
	defer clear(plain)
	sealed, err := p.seal(plain, passphrase)
	return string(sealed), err
}

// OpenSecret opens what SealSecret, or echo SECRET | age -p -a, made; see auth.Porter.
func (p Porter) OpenSecret(sealed string, passphrase auth.Secret) (auth.Secret, error) {
	plain, err := p.open([]byte(sealed), passphrase, mostSecret)
	if err != nil {
		return auth.Secret{}, err
	}
	defer clear(plain)
	secret := strings.TrimRight(string(plain), "\r\n")
	if secret == "" {
		return auth.Secret{}, refusal("there is no client secret in it")
	}
	return auth.NewSecret(secret), nil
}

func (p Porter) seal(plain []byte, passphrase auth.Secret) ([]byte, error) {
	if err := longEnough(passphrase); err != nil {
		return nil, err
	}
	defer debug.FreeOSMemory() // what scrypt took
	recipient, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return nil, fmt.Errorf("sealing for export: %w", err)
	}
	recipient.SetWorkFactor(p.work)
	var sealed bytes.Buffer
	armored := armor.NewWriter(&sealed)
	w, err := age.Encrypt(armored, recipient)
	if err == nil {
		_, err = w.Write(plain)
	}
	if err == nil {
		err = errors.Join(w.Close(), armored.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("sealing for export: %w", err)
	}
	return sealed.Bytes(), nil
}

// byPassphrase is how every file begins that a passphrase opens.
const byPassphrase = "age-encryption.org/v1\n-> scrypt "

// open returns what file holds, of most bytes at most. Its errors are those of
// auth.Porter; age's own are not passed on, as they may quote what they read.
func (p Porter) open(file []byte, passphrase auth.Secret, most int64) ([]byte, error) {
	if int64(len(file)) > 2*most { // the armor adds a third
		return nil, refusal("the file is too large")
	}
	if text := bytes.TrimSpace(file); bytes.HasPrefix(text, []byte(armor.Header)) {
		bare, err := io.ReadAll(armor.NewReader(bytes.NewReader(text)))
		if err != nil {
			return nil, refusal("the file is damaged")
		}
		file = bare
	}
	switch {
	case !bytes.HasPrefix(file, []byte(byPassphrase)):
		return nil, refusal("this is not a file that a passphrase opens")
	case passphrase.IsZero():
		return nil, trouble(auth.VaultKeyWrong, "the file is sealed with a passphrase", nil)
	}
	defer debug.FreeOSMemory() // what scrypt took
	identity, err := age.NewScryptIdentity(passphrase.Reveal())
	if err != nil {
		return nil, fmt.Errorf("opening what was exported: %w", err)
	}
	identity.SetMaxWorkFactor(p.most)
	r, err := age.Decrypt(bytes.NewReader(file), identity)
	var wrong *age.NoIdentityMatchError
	switch {
	case errors.As(err, &wrong):
		return nil, trouble(auth.VaultKeyWrong, "the passphrase doesn't fit", nil)
	case err != nil:
		return nil, refusal("the file is damaged, or was sealed at a cost that is not accepted")
	}
	plain, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil || int64(len(plain)) > most {
		clear(plain)
		return nil, refusal("the file is damaged, or too large")
	}
	return plain, nil
}
