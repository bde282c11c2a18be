package storage

import (
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Keyring is the OS keyring's drawer that belongs to Tokentray. A call may block
// for as long as the keyring waits for a person. Errors: ErrNoItem,
// ErrKeyringLocked; any other means that the keyring can't be used.
type Keyring interface {
	Get(item string) (auth.Secret, error)
	// Set may replace an item; it is only called for one that Get didn't find.
	Set(item string, value auth.Secret) error
	Delete(item string) error
}

// What a Keyring answers.
var (
	ErrNoItem        = errors.New("the keyring has no such item")
	ErrKeyringLocked = errors.New("the keyring is locked")
)

// keyringPatience: an answer takes some 10 ms; more than seconds means that the
// keyring waits for a person, and the agent shows that instead of waiting too.
const keyringPatience = 5 * time.Second

// keys keeps vault keys in a keyring. Calls go one at a time; one that hangs is
// given up but still holds the line, so that hanging calls can't pile up.
type keys struct {
	keyring  Keyring
	patience time.Duration
	line     chan struct{} // holds one token while a call is under way
}

func newKeys(keyring Keyring, patience time.Duration) *keys {
	return &keys{keyring: keyring, patience: patience, line: make(chan struct{}, 1)}
}

// fetch returns the key of vault; the error is a trouble.
func (k *keys) fetch(vault string) (key vaultKey, err error) {
	value, err := k.get(vault)
	if err != nil {
		return key, keyringTrouble(err)
	}
	raw, err := base64.StdEncoding.DecodeString(value.Reveal())
	if err != nil || len(raw) != keyLength {
		// Neither err nor the value: it may be a key with a typo.
		return key, trouble(auth.VaultKeyWrong, "what the keyring has is not a key", nil)
	}
	copy(key[:], raw)
	clear(raw)
	return key, nil
}

// keep stores the key of a vault, never over another item, and reads it back: a keyring whose prompt was dismissed says that it stored something
// and didn't. The error is a trouble.
func (k *keys) keep(vault string, key vaultKey) error {
	value := auth.NewSecret(base64.StdEncoding.EncodeToString(key[:]))
	switch there, err := k.get(vault); {
	case err == nil && there.Equal(value):
		return nil
	case err == nil:
		return trouble(auth.VaultKeyringUnavailable, "the keyring has something else in the key's place", nil)
	case !errors.Is(err, ErrNoItem):
		return keyringTrouble(err)
	}
	if _, err := k.call(func() (auth.Secret, error) { return auth.Secret{}, k.keyring.Set(vault, value) }); err != nil {
		return keyringTrouble(err)
	}
	switch back, err := k.get(vault); {
	case errors.Is(err, ErrNoItem):
		return trouble(auth.VaultKeyringLocked, "the keyring did not keep the key", err)
	case err != nil:
		return keyringTrouble(err)
	case !back.Equal(value):
		_ = k.forget(vault) // what stays opens nothing
		return trouble(auth.VaultKeyringUnavailable, "the keyring kept something else", nil)
	}
	return nil
}

// forget removes the key of a vault, and looks whether it is gone: a keyring whose
// prompt was dismissed says that it removed something and didn't.
func (k *keys) forget(vault string) error {
	if _, err := k.call(func() (auth.Secret, error) { return auth.Secret{}, k.keyring.Delete(vault) }); err != nil && !errors.Is(err, ErrNoItem) {
		return keyringTrouble(err)
	}
	switch _, err := k.get(vault); {
	case errors.Is(err, ErrNoItem):
		return nil
	case err != nil:
		return keyringTrouble(err)
	}
	return trouble(auth.VaultKeyringLocked, "the keyring did not give up the key", nil)
}

func (k *keys) get(vault string) (auth.Secret, error) {
	return k.call(func() (auth.Secret, error) { return k.keyring.Get(vault) })
}

// call runs do in a goroutine, which ends when the keyring answers.
func (k *keys) call(do func() (auth.Secret, error)) (auth.Secret, error) {
	limit := time.NewTimer(k.patience)
	defer limit.Stop()
	select {
	case k.line <- struct{}{}:
	case <-limit.C:
		return auth.Secret{}, fmt.Errorf("%w: an earlier question still waits for an answer", ErrKeyringLocked)
	}
	type answer struct {
		value auth.Secret
		err   error
	}
	answered := make(chan answer, 1)
	go func() {
		defer func() { <-k.line }()
		value, err := do()
		answered <- answer{value, err}
	}()
	select {
	case a := <-answered:
		return a.value, a.err
	case <-limit.C:
		return auth.Secret{}, fmt.Errorf("%w: it doesn't answer", ErrKeyringLocked)
	}
}

// keyringTrouble says how a vault stands whose keyring answered err. A question
// that hangs counts as a locked keyring, because what it waits for is a person.
func keyringTrouble(err error) *auth.Error {
	switch {
	case errors.Is(err, ErrNoItem):
		return trouble(auth.VaultKeyMissing, "the keyring has no key for this vault", err)
	case errors.Is(err, ErrKeyringLocked):
		return trouble(auth.VaultKeyringLocked, "the keyring is locked", err)
	}
	return trouble(auth.VaultKeyringUnavailable, "the keyring can't be used", err)
}
