package storage_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// packed is what the fixture of the pack's form 1 holds.
func packed() auth.Contents {
	kept := samples(1, 2)
	kept.Told = fixtureTold
	return kept
}

func TestWhatIsPackedComesBack(t *testing.T) {
	p := storage.NewPorter()
	file, err := p.Pack(packed(), passphrase)
	must(t, err)
	if !strings.HasPrefix(string(file), armor.Header) || bytes.Contains(file, []byte("canary")) {
		t.Errorf("got %.40q, want age's armor around what can't be read", file)
	}
	got, err := p.Unpack(file, passphrase)
	must(t, err)
	if diff := vaulttest.Differ(got, packed()); diff != "" {
		t.Error(diff)
	}
}

func TestPackWithAWrongPassphrase(t *testing.T) {
	p := storage.CheapPorter()
	file, err := p.Pack(packed(), passphrase)
	must(t, err)
	wantKind(t, errorOf(p.Unpack(file, auth.NewSecret("canary-wrong"))), auth.KindVault, auth.VaultKeyWrong)
	wantKind(t, errorOf(p.Unpack(file, auth.Secret{})), auth.KindVault, auth.VaultKeyWrong)
}

func TestPackOfForm1Opens(t *testing.T) {
	const fixture = "testdata/pack1.age"
	if *update {
		file, err := storage.CheapPorter().Pack(packed(), fixturePassphrase)
		must(t, err)
		must(t, os.WriteFile(fixture, file, 0o600))
	}
	file, err := os.ReadFile(fixture)
	must(t, err)
	got, err := storage.NewPorter().Unpack(file, fixturePassphrase)
	must(t, err)
	if diff := vaulttest.Differ(got, packed()); diff != "" {
		t.Error(diff)
	}
}

func TestAgeOpensAndMakesWhatThePorterDoes(t *testing.T) {
	p := storage.CheapPorter()
	secret := auth.NewSecret("canary-client-secret-\u00e9%:+")
	sealed, err := p.SealSecret(secret, passphrase)
	must(t, err)
	identity, err := age.NewScryptIdentity(passphrase.Reveal())
	must(t, err)
	r, err := age.Decrypt(armor.NewReader(strings.NewReader(sealed)), identity)
	must(t, err)
	if plain, err := io.ReadAll(r); err != nil || string(plain) != secret.Reveal() {
		t.Errorf("got %q (%v) from age, want the secret", plain, err)
	}
	for name, text := range map[string]string{
		"as it is":         sealed,
		"among blanks":     "\n  " + sealed + "\r\n\n",
		"with CRLF":        strings.ReplaceAll(sealed, "\n", "\r\n"),
		"bare":             string(ageSealed(t, []byte(secret.Reveal()), 1)),
		"from echo to age": string(ageSealed(t, []byte(secret.Reveal()+"\n"), 2)),
	} {
		if got, err := p.OpenSecret(text, passphrase); err != nil || !got.Equal(secret) {
			t.Errorf("%s: got %d bytes (%v), want the secret", name, got.Len(), err)
		}
	}
	wantKind(t, errorOf(p.OpenSecret(sealed, auth.NewSecret("canary-wrong"))), auth.KindVault, auth.VaultKeyWrong)
}

// ageSealed is what age makes of plain, without its armor.
func ageSealed(t testing.TB, plain []byte, work int) []byte {
	t.Helper()
	recipient, err := age.NewScryptRecipient(passphrase.Reveal())
	must(t, err)
	recipient.SetWorkFactor(work)
	var b bytes.Buffer
	w, err := age.Encrypt(&b, recipient)
	must(t, err)
	_, err = w.Write(plain)
	must(t, errors.Join(err, w.Close()))
	return b.Bytes()
}

func TestWhatIsNoPackIsRefused(t *testing.T) {
	p := storage.CheapPorter()
	file, err := p.Pack(packed(), passphrase)
	must(t, err)
	other, err := age.GenerateX25519Identity()
	must(t, err)
	var foreign bytes.Buffer
	w, err := age.Encrypt(&foreign, other.Recipient())
	must(t, errors.Join(err, w.Close()))
	bare := ageSealed(t, []byte(`{"app":"io.github.tokentray.Tokentray","form":1}`), 1)
	flipped := bytes.Clone(bare)
	flipped[len(flipped)-1] ^= 1
	for name, text := range map[string][]byte{
		"empty":           nil,
		"text":            []byte("Dear diary"),
		"cut off":         file[:len(file)/2],
		"bare cut off":    bare[:len(bare)-3],
		"a flipped bit":   flipped,
		"for a key":       foreign.Bytes(),
		"too dear":        ageSealed(t, nil, 3),
		"no JSON":         ageSealed(t, []byte("canary"), 1),
		"another's JSON":  ageSealed(t, []byte(`{"app":"other","form":1}`), 1),
		"a newer form":    ageSealed(t, []byte(`{"app":"io.github.tokentray.Tokentray","form":2}`), 1),
		"no form":         ageSealed(t, []byte(`{"app":"io.github.tokentray.Tokentray"}`), 1),
		"a lonely grant":  ageSealed(t, []byte(`{"app":"io.github.tokentray.Tokentray","form":1,"grants":{"a1":{}}}`), 1),
		"a lonely client": ageSealed(t, []byte(`{"app":"io.github.tokentray.Tokentray","form":1,"accounts":{"a1":{"client":"c1"}}}`), 1),
		"another type":    ageSealed(t, []byte(`{"app":"io.github.tokentray.Tokentray","form":1,"accounts":[]}`), 1),
	} {
		t.Run(name, func(t *testing.T) { wantKind(t, errorOf(p.Unpack(text, passphrase)), auth.KindUsage, "") })
	}
	if _, err := p.Unpack(bare, passphrase); err != nil {
		t.Errorf("got %v for a pack of nothing, want no error", err)
	}
}

func TestWhatCanNotLeave(t *testing.T) {
	p := storage.CheapPorter()
	lacking := packed()
	delete(lacking.Grants, "a1")
	wantKind(t, errorOf(p.Pack(lacking, passphrase)), auth.KindUsage, "")
	wantKind(t, errorOf(p.Pack(packed(), auth.NewSecret("canary!"))), auth.KindUsage, "")
	wantKind(t, errorOf(p.SealSecret(auth.NewSecret("canary-secret"), auth.Secret{})), auth.KindUsage, "")
	wantKind(t, errorOf(p.SealSecret(auth.Secret{}, passphrase)), auth.KindUsage, "")
	wantKind(t, errorOf(p.OpenSecret(string(ageSealed(t, []byte("\n"), 1)), passphrase)), auth.KindUsage, "")
}

func errorOf[T any](_ T, err error) error { return err }

func wantKind(t *testing.T, err error, kind auth.Kind, state auth.VaultState) {
	t.Helper()
	var e *auth.Error
	switch {
	case !errors.As(err, &e) || e.Kind != kind || e.Vault != state:
		t.Errorf("got %v, want a %s of a vault that is %q", err, kind, state)
	case strings.Contains(err.Error(), "canary"):
		t.Errorf("%v has a secret in it", err)
	}
}

// FuzzUnpack lets anything in, as a file and as what a right passphrase opens.
func FuzzUnpack(f *testing.F) {
	p := storage.CheapPorter()
	file, err := p.Pack(packed(), passphrase)
	must(f, err)
	f.Add(file)
	f.Add(ageSealed(f, []byte("{}"), 1))
	f.Add([]byte(`{"app":"io.github.tokentray.Tokentray","form":1,"clients":{"c1":{}},"accounts":{"a1":{"client":"c1"}},"grants":{"a1":{}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, file := range [][]byte{text, ageSealed(t, text, 1)} {
			got, err := p.Unpack(file, passphrase)
			var e *auth.Error
			if err != nil && !errors.As(err, &e) {
				t.Errorf("got %v (%T), want an *auth.Error", err, err)
			}
			if err == nil && len(got.Grants) != len(got.Accounts) {
				t.Errorf("got %d grants of %d accounts", len(got.Grants), len(got.Accounts))
			}
			if again, err := p.Pack(got, passphrase); err == nil {
				if back, err := p.Unpack(again, passphrase); err != nil || vaulttest.Differ(back, got) != "" {
					t.Errorf("what came in doesn't leave the same: %v", err)
				}
			}
		}
	})
}
