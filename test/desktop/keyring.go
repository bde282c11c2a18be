package desktop

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

// Keyring is a gnome-keyring with one collection, "login".
type Keyring struct {
	conn   *dbus.Conn
	daemon *exec.Cmd
}

// keyringPassword opens the collection. It guards nothing.
const keyringPassword = "canary-keyring-password"

const (
	secretsName                    = "org.freedesktop.secrets"
	secretsPath    dbus.ObjectPath = "/org/freedesktop/secrets"
	loginPath      dbus.ObjectPath = "/org/freedesktop/secrets/collection/login"
	serviceIface                   = "org.freedesktop.Secret.Service"
	collectionsKey                 = serviceIface + ".Collections"
	unlockCall                     = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.UnlockWithMasterPassword"
	itemsKey                       = "org.freedesktop.Secret.Collection.Items"
	setSecretCall                  = "org.freedesktop.Secret.Item.SetSecret"
	lockedKey                      = "org.freedesktop.Secret.Collection.Locked"
)

// StartKeyring starts a keyring on bus that is unlocked and empty, and ends with
// t. Nothing on bus can show a prompt: what would need one is dismissed at once.
func StartKeyring(t testing.TB, bus Bus) *Keyring {
	t.Helper()
	daemon := exec.Command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	daemon.Env, daemon.Stdin = bus.Env(), strings.NewReader(keyringPassword)
	start(t, daemon)
	k := &Keyring{conn: bus.Dial(t), daemon: daemon}
	await(t, "the login keyring", func() bool {
		v, err := k.conn.Object(secretsName, secretsPath).GetProperty(collectionsKey)
		if err != nil {
			return false
		}
		collections, _ := v.Value().([]dbus.ObjectPath)
		return slices.Contains(collections, loginPath)
	})
	return k
}

// Lock locks the collection.
func (k *Keyring) Lock(t testing.TB) {
	t.Helper()
	call := k.conn.Object(secretsName, secretsPath).Call(serviceIface+".Lock", 0, []dbus.ObjectPath{loginPath})
	if call.Err != nil {
		t.Fatalf("locking the keyring: %v", call.Err)
	}
	k.awaitLocked(t, "locked", true)
}

// Unlock unlocks the collection with its password, by the call that gnome-keyring
// has for tests and for PAM: nothing here could show its prompt.
func (k *Keyring) Unlock(t testing.TB) {
	t.Helper()
	call := k.conn.Object(secretsName, secretsPath).Call(unlockCall, 0, loginPath, k.secret(t, keyringPassword))
	if call.Err != nil {
		t.Fatalf("unlocking the keyring: %v", call.Err)
	}
	k.awaitLocked(t, "unlocked", false)
}

// secret is a value as the service takes it.
type secret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

// secret wraps value for the service, in a session that is not encrypted.
func (k *Keyring) secret(t testing.TB, value string) secret {
	t.Helper()
	var none dbus.Variant
	s := secret{Value: []byte(value), ContentType: "text/plain"}
	call := k.conn.Object(secretsName, secretsPath).Call(serviceIface+".OpenSession", 0, "plain", dbus.MakeVariant(""))
	if err := call.Store(&none, &s.Session); err != nil {
		t.Fatalf("opening a session with the keyring: %v", err)
	}
	return s
}

// Items are the items of the collection, which has to be unlocked.
func (k *Keyring) Items(t testing.TB) []dbus.ObjectPath {
	t.Helper()
	v, err := k.conn.Object(secretsName, loginPath).GetProperty(itemsKey)
	if err != nil {
		t.Fatalf("listing the keyring's items: %v", err)
	}
	items, _ := v.Value().([]dbus.ObjectPath)
	return items
}

// Replace puts value in the place of what every item has.
func (k *Keyring) Replace(t testing.TB, value string) {
	t.Helper()
	for _, item := range k.Items(t) {
		if call := k.conn.Object(secretsName, item).Call(setSecretCall, 0, k.secret(t, value)); call.Err != nil {
			t.Fatalf("replacing %s: %v", item, call.Err)
		}
	}
}

// Stop ends the service, as a crash would. What it had on disk stays.
func (k *Keyring) Stop(t testing.TB) {
	t.Helper()
	if err := k.daemon.Process.Kill(); err != nil {
		t.Fatalf("ending the keyring: %v", err)
	}
	await(t, "a bus without keyring", func() bool {
		var owned bool
		err := k.conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, secretsName).Store(&owned)
		return err == nil && !owned
	})
}

func (k *Keyring) awaitLocked(t testing.TB, what string, want bool) {
	t.Helper()
	await(t, "a keyring that is "+what, func() bool {
		v, err := k.conn.Object(secretsName, loginPath).GetProperty(lockedKey)
		return err == nil && v.Value() == want
	})
}
