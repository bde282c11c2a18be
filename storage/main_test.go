package storage_test

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// childVariable has this test binary play a part instead of running tests.
const childVariable = "STORAGE_TEST_CHILD"

func TestMain(m *testing.M) {
	if part := os.Getenv(childVariable); part != "" {
		os.Exit(play(part, os.Args[1:]))
	}
	flag.Parse()
	os.Exit(m.Run())
}

// child is a process of this test binary that plays a part.
type child struct {
	*exec.Cmd
	lines *bufio.Scanner
}

// startChild starts a process that plays part; env is nil for this one's.
func startChild(t testing.TB, env []string, part string, args ...string) child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if env == nil {
		env = os.Environ()
	}
	c := exec.Command(self, args...)
	// Without the variable the race detector has each child linger for a second.
	c.Env, c.Stderr = append(env, childVariable+"="+part, "GORACE=atexit_sleep_ms=0"), os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	return child{Cmd: c, lines: bufio.NewScanner(out)}
}

// cheap makes a passphrase cost nothing, so that tests may try many.
var cheap = storage.PassphraseCost{Time: 1, MemoryKiB: 64, Threads: 1}

var passphrase = auth.NewSecret("canary-passphrase")

// sealedIn returns the vault of dir, to be sealed with passphrase.
func sealedIn(dir string) *storage.Vault {
	return storage.NewVault(storage.Options{Dir: dir, Keyring: noKeyring{}, PassphraseCost: cheap})
}

// filled returns an open vault in dir that keeps the given samples.
func filled(t *testing.T, v *storage.Vault, p auth.Secret, samples ...int) *storage.Vault {
	t.Helper()
	t.Cleanup(func() { must(t, v.Close()) })
	must(t, v.Open(auth.Secret{}))
	must(t, v.Create(p))
	v.AwaitUpkeep()
	for _, n := range samples {
		must(t, v.Add(vaulttest.Sample(n)))
	}
	return v
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("got error %v, want none", err)
	}
}

// wantOpen opens v and compares how it stands then, by state and by error.
func wantOpen(t *testing.T, v *storage.Vault, p auth.Secret, want auth.VaultState) {
	t.Helper()
	err := v.Open(p)
	v.AwaitUpkeep()
	if got := v.State(); got != want {
		t.Fatalf("got state %s (%v), want %s", got, describe(err), want)
	}
	var e *auth.Error
	switch {
	case want == auth.VaultUnlocked || want == auth.VaultNone:
		must(t, err)
	case !errors.As(err, &e) || e.Kind != auth.KindVault || e.Vault != want:
		t.Errorf("got error %v, want a KindVault that says %s", err, want)
	}
}

func describe(err error) string { return fmt.Sprint(err, ": ", errors.Unwrap(err)) }

// wantSamples compares what v keeps with the given samples.
func wantSamples(t *testing.T, v auth.Vault, numbers ...int) {
	t.Helper()
	wantKept(t, v, samples(numbers...))
}

func samples(numbers ...int) auth.Contents {
	all := auth.Contents{Grants: map[auth.AccountID]auth.Grant{}}
	for _, n := range numbers {
		a, c, g := vaulttest.Sample(n)
		all.Accounts, all.Clients = append(all.Accounts, a), append(all.Clients, c)
		all.Grants[a.ID] = g
	}
	return all
}

func wantKept(t *testing.T, v auth.Vault, want auth.Contents) {
	t.Helper()
	got, err := v.Contents()
	must(t, err)
	if diff := vaulttest.Differ(got, want); diff != "" {
		t.Error(diff)
	}
}

// content reads a vault's file.
func content(t *testing.T, dir string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, storage.FileName))
	must(t, err)
	return b
}

func wantUnchanged(t *testing.T, dir string, was []byte) {
	t.Helper()
	if !reflect.DeepEqual(content(t, dir), was) {
		t.Error("the file was changed")
	}
}
