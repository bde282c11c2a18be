package storage_test

import (
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/test/desktop"
)

// session is a process on a desktop that has one vault open after another.
type session struct {
	child
	t      *testing.T
	orders io.Writer
}

// startSession starts a process with environment env and a vault in dir.
func startSession(t *testing.T, env []string, dir string) session {
	t.Helper()
	c := startChild(t, env, "session", dir)
	orders, err := c.StdinPipe()
	must(t, err)
	must(t, c.Start())
	t.Cleanup(func() {
		must(t, orders.Close())
		must(t, c.Wait())
	})
	return session{child: c, t: t, orders: orders}
}

// want gives an order and compares the answer: a state and a number of accounts.
func (s session) want(order string, state auth.VaultState, accounts string) {
	s.t.Helper()
	_, err := io.WriteString(s.orders, order+"\n")
	must(s.t, err)
	if !s.lines.Scan() {
		s.t.Fatalf("%s: no answer", order)
	}
	if got, want := s.lines.Text(), string(state)+" "+accounts; got != want {
		s.t.Fatalf("%s: got %s, want %s", order, got, want)
	}
}

func TestRealKeyringKeepsTheKey(t *testing.T) {
	bus := desktop.StartBus(t)
	desktop.StartKeyring(t, bus)
	one, two := t.TempDir(), t.TempDir()
	for dir, add := range map[string]string{one: "add 1", two: "add 2"} {
		s := startSession(t, bus.Env(), dir)
		s.want("open", auth.VaultNone, "0")
		s.want("create", auth.VaultUnlocked, "0")
		s.want(add, auth.VaultUnlocked, "1")
		s.want("close", auth.VaultLocked, "0")
		s.want("open", auth.VaultUnlocked, "1")
		s.want("close", auth.VaultLocked, "0")
	}
	for _, dir := range []string{one, two} { // by another process; and two homes don't meet
		startSession(t, bus.Env(), dir).want("open", auth.VaultUnlocked, "1")
	}
}

func TestRealKeyringWithoutTheKey(t *testing.T) {
	bus := desktop.StartBus(t)
	dir := t.TempDir()
	t.Run("made", func(t *testing.T) {
		desktop.StartKeyring(t, bus)
		s := startSession(t, bus.Env(), dir)
		s.want("open", auth.VaultNone, "0")
		s.want("create", auth.VaultUnlocked, "0")
	})
	was := content(t, dir)
	must(t, os.RemoveAll(filepath.Join(bus.Home, "data"))) // the keyring's items
	desktop.StartKeyring(t, bus)
	s := startSession(t, bus.Env(), dir)
	s.want("open", auth.VaultKeyMissing, "0")
	s.want("create", auth.VaultKeyMissing, "0")
	wantUnchanged(t, dir, was)
}

func TestRealKeyringThatIsLockedAndUnlockedLater(t *testing.T) {
	bus := desktop.StartBus(t)
	keyring := desktop.StartKeyring(t, bus)
	dir := t.TempDir()
	s := startSession(t, bus.Env(), dir)
	s.want("open", auth.VaultNone, "0")
	keyring.Lock(t)
	s.want("create", auth.VaultNone, "0") // no key can be kept
	keyring.Unlock(t)
	s.want("create", auth.VaultUnlocked, "0")
	s.want("add 1", auth.VaultUnlocked, "1")
	keyring.Lock(t)
	s.want("close", auth.VaultLocked, "0")
	for range 3 {
		s.want("open", auth.VaultKeyringLocked, "0")
	}
	keyring.Unlock(t)
	s.want("open", auth.VaultUnlocked, "1")
}

func TestRealKeyringThatIsLockedFromTheStart(t *testing.T) {
	bus := desktop.StartBus(t)
	keyring := desktop.StartKeyring(t, bus)
	dir := t.TempDir()
	s := startSession(t, bus.Env(), dir)
	s.want("open", auth.VaultNone, "0")
	s.want("create", auth.VaultUnlocked, "0")
	s.want("close", auth.VaultLocked, "0")
	keyring.Lock(t)
	login := startSession(t, bus.Env(), dir) // at the start of the session
	for range 3 {
		login.want("open", auth.VaultKeyringLocked, "0")
	}
	keyring.Unlock(t)
	login.want("open", auth.VaultUnlocked, "0")
	keyring.Lock(t)
	login.want("add 1", auth.VaultUnlocked, "1") // the key is at hand until somebody locks
	login.want("lock", auth.VaultLocked, "0")
	login.want("open", auth.VaultKeyringLocked, "0")
}

func TestRealKeyringThatEnds(t *testing.T) {
	bus := desktop.StartBus(t)
	keyring := desktop.StartKeyring(t, bus)
	dir := t.TempDir()
	s := startSession(t, bus.Env(), dir)
	s.want("open", auth.VaultNone, "0")
	s.want("create", auth.VaultUnlocked, "0")
	keyring.Stop(t)
	s.want("add 1", auth.VaultUnlocked, "1")
	s.want("lock", auth.VaultLocked, "0")
	was := content(t, dir)
	s.want("open", auth.VaultKeyringUnavailable, "0")
	wantUnchanged(t, dir, was)
	desktop.StartKeyring(t, bus)
	s.want("open", auth.VaultUnlocked, "1")
}

func TestRealKeyringWithAnotherKey(t *testing.T) {
	bus := desktop.StartBus(t)
	keyring := desktop.StartKeyring(t, bus)
	dir := t.TempDir()
	s := startSession(t, bus.Env(), dir)
	s.want("open", auth.VaultNone, "0")
	s.want("create", auth.VaultUnlocked, "0")
	s.want("recovery canary-recovery", auth.VaultUnlocked, "0")
	s.want("lock", auth.VaultLocked, "0")
	was := content(t, dir)
	for _, value := range []string{
		base64.StdEncoding.EncodeToString(make([]byte, 32)), base64.StdEncoding.EncodeToString(make([]byte, 31)), "canary-%%",
	} {
		keyring.Replace(t, value)
		s.want("open", auth.VaultKeyWrong, "0")
		wantUnchanged(t, dir, was)
	}
	s.want("open canary-recovery", auth.VaultUnlocked, "0")
	s.want("lock", auth.VaultLocked, "0")
	s.want("open", auth.VaultKeyWrong, "0") // what a person, or another program, put there stays
}

func TestRealKeyringIsLeftAndTakenUpAgain(t *testing.T) {
	bus := desktop.StartBus(t)
	keyring := desktop.StartKeyring(t, bus)
	wantItems := func(want int) {
		t.Helper()
		if got := len(keyring.Items(t)); got != want {
			t.Errorf("got %d items in the keyring, want %d", got, want)
		}
	}
	s := startSession(t, bus.Env(), t.TempDir())
	s.want("open", auth.VaultNone, "0")
	s.want("create", auth.VaultUnlocked, "0")
	wantItems(1)
	s.want("passphrase canary-passphrase", auth.VaultUnlocked, "0")
	wantItems(0)
	s.want("lock", auth.VaultLocked, "0")
	s.want("open", auth.VaultLocked, "0")
	s.want("open canary-passphrase", auth.VaultUnlocked, "0")
	keyring.Lock(t)
	s.want("keyring", auth.VaultUnlocked, "0") // its prompt is dismissed
	s.want("lock", auth.VaultLocked, "0")
	s.want("open", auth.VaultLocked, "0")
	keyring.Unlock(t)
	s.want("open canary-passphrase", auth.VaultUnlocked, "0")
	wantItems(0)
	s.want("keyring", auth.VaultUnlocked, "0")
	wantItems(1)
	s.want("lock", auth.VaultLocked, "0")
	s.want("open", auth.VaultUnlocked, "0")
}

func TestRealKeyringGetsItsKeyBackAfterRecovery(t *testing.T) {
	bus := desktop.StartBus(t)
	dir := t.TempDir()
	keyring := desktop.StartKeyring(t, bus)
	s := startSession(t, bus.Env(), dir)
	s.want("open", auth.VaultNone, "0")
	s.want("create", auth.VaultUnlocked, "0")
	s.want("recovery canary-recovery", auth.VaultUnlocked, "0")
	s.want("lock", auth.VaultLocked, "0")
	keyring.Stop(t)
	must(t, os.RemoveAll(filepath.Join(bus.Home, "data"))) // the keyring's items
	desktop.StartKeyring(t, bus)
	s.want("open", auth.VaultKeyMissing, "0")
	s.want("open canary-recovery", auth.VaultUnlocked, "0")
	s.want("lock", auth.VaultLocked, "0")
	s.want("open", auth.VaultUnlocked, "0")
}

func TestNoKeyringOnTheBus(t *testing.T) {
	bus := desktop.StartBus(t)
	dir := t.TempDir()
	s := startSession(t, bus.Env(), dir)
	s.want("open", auth.VaultNone, "0")
	s.want("create", auth.VaultNone, "0")
	desktop.StartKeyring(t, bus)
	s.want("create", auth.VaultUnlocked, "0")
	s.want("close", auth.VaultLocked, "0")
}

func TestNoBusIsAsked(t *testing.T) {
	bus := desktop.StartBus(t)
	dir := t.TempDir()
	t.Run("made", func(t *testing.T) {
		desktop.StartKeyring(t, bus)
		s := startSession(t, bus.Env(), dir)
		s.want("open", auth.VaultNone, "0")
		s.want("create", auth.VaultUnlocked, "0")
	})
	// A dbus-launch that tells when it is run is the first to be found.
	bin, ran := t.TempDir(), filepath.Join(t.TempDir(), "ran")
	must(t, os.WriteFile(filepath.Join(bin, "dbus-launch"), []byte("#!/bin/sh\ntouch '"+ran+"'\n"), 0o700))
	for name, extra := range map[string][]string{
		"no address":      nil,
		"empty address":   {"DBUS_SESSION_BUS_ADDRESS="},
		"autolaunch":      {"DBUS_SESSION_BUS_ADDRESS=autolaunch:"},
		"nobody's folder": {"XDG_RUNTIME_DIR="},
	} {
		t.Run(name, func(t *testing.T) {
			var env []string
			for _, pair := range bus.Env() {
				if !strings.HasPrefix(pair, "DBUS_SESSION_BUS_ADDRESS=") {
					env = append(env, pair)
				}
			}
			env = append(append(env, extra...), "PATH="+bin)
			startSession(t, env, dir).want("open", auth.VaultKeyringUnavailable, "0")
			if exists(ran) {
				t.Error("a bus was launched")
			}
		})
	}
}
