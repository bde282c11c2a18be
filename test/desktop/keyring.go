package desktop

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

// Keyring is a gnome-keyring with one collection, "login".
type Keyring struct{ conn *dbus.Conn }

// keyringPassword opens the collection. It guards nothing.
const keyringPassword = "canary-keyring-password"

const (
	secretsName                    = "org.freedesktop.secrets"
	secretsPath    dbus.ObjectPath = "/org/freedesktop/secrets"
	loginPath      dbus.ObjectPath = "/org/freedesktop/secrets/collection/login"
	serviceIface                   = "org.freedesktop.Secret.Service"
	collectionsKey                 = serviceIface + ".Collections"
	unlockCall                     = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.UnlockWithMasterPassword"
	lockedKey                      = "org.freedesktop.Secret.Collection.Locked"
)

// StartKeyring starts a keyring on bus that is unlocked and empty, and ends with
// t. Nothing on bus can show a prompt: what would need one is dismissed at once.
func StartKeyring(t testing.TB, bus Bus) *Keyring {
	t.Helper()
	daemon := exec.Command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	daemon.Env, daemon.Stdin = bus.Env(), strings.NewReader(keyringPassword)
	start(t, daemon)
	k := &Keyring{conn: bus.Dial(t)}
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
	service := k.conn.Object(secretsName, secretsPath)
	var none dbus.Variant
	var session dbus.ObjectPath
	if err := service.Call(serviceIface+".OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&none, &session); err != nil {
		t.Fatalf("opening a session with the keyring: %v", err)
	}
	master := struct {
		Session     dbus.ObjectPath
		Parameters  []byte
		Value       []byte
		ContentType string
	}{session, nil, []byte(keyringPassword), "text/plain"}
	if call := service.Call(unlockCall, 0, loginPath, master); call.Err != nil {
		t.Fatalf("unlocking the keyring: %v", call.Err)
	}
	k.awaitLocked(t, "unlocked", false)
}

func (k *Keyring) awaitLocked(t testing.TB, what string, want bool) {
	t.Helper()
	await(t, "a keyring that is "+what, func() bool {
		v, err := k.conn.Object(secretsName, loginPath).GetProperty(lockedKey)
		return err == nil && v.Value() == want
	})
}
