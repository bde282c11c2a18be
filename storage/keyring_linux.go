package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// gate stands before the Secret Service. go-keyring must not be called without a
// session bus, because godbus would start a stray daemon then; and on a locked
// keyring every call of it puts a prompt before the person, so that the gate
// lets one through and afterwards only looks whether the keyring was unlocked.
type gate struct{ asked bool }

// lookTime bounds a look at the bus, which answers in a few milliseconds.
const lookTime = 2 * time.Second

var (
	errNoBus     = errors.New("there is no session bus")
	errNoKeyring = errors.New("there is no default keyring")
)

func (g *gate) open() error {
	if !sessionBus(os.Getenv) {
		return errNoBus
	}
	locked, err := keyringLocked()
	switch {
	case err != nil:
		return err
	case locked && g.asked:
		return fmt.Errorf("%w, and a person was asked already", ErrKeyringLocked)
	}
	g.asked = locked
	return nil
}

// sessionBus reports whether godbus will find a bus: by its address, or at the
// one other place where it looks, which has to be this session's.
func sessionBus(getenv func(string) string) bool {
	if address := getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" {
		return address != "autolaunch:"
	}
	folder := filepath.Join("/run/user", strconv.Itoa(os.Getuid()))
	if filepath.Clean(getenv("XDG_RUNTIME_DIR")) != folder {
		return false
	}
	info, err := os.Stat(filepath.Join(folder, "bus"))
	return err == nil && info.Mode()&os.ModeSocket != 0
}

const (
	secretsName  = "org.freedesktop.secrets"
	secretsPath  = "/org/freedesktop/secrets"
	secretsIface = "org.freedesktop.Secret.Service"
	noCollection = "/"
)

// loginCollection is the one that go-keyring prefers.
const loginCollection dbus.ObjectPath = secretsPath + "/collection/login"

// keyringLocked looks at the collection that go-keyring will use, and unlocks nothing.
func keyringLocked() (bool, error) {
	bus, err := dbus.SessionBus()
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	property := func(path dbus.ObjectPath, iface, name string, into any) error {
		var v dbus.Variant
		call := bus.Object(secretsName, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, iface, name)
		if err := call.Store(&v); err != nil {
			return err
		}
		return v.Store(into)
	}
	var collections []dbus.ObjectPath
	if err := property(secretsPath, secretsIface, "Collections", &collections); err != nil {
		return false, err
	}
	collection := loginCollection
	if !slices.Contains(collections, loginCollection) {
		alias := bus.Object(secretsName, secretsPath).CallWithContext(ctx, secretsIface+".ReadAlias", 0, "default")
		if err := alias.Store(&collection); err != nil {
			return false, err
		}
		if collection == noCollection {
			return false, errNoKeyring
		}
	}
	var locked bool
	err = property(collection, "org.freedesktop.Secret.Collection", "Locked", &locked)
	return locked, err
}

// saysLocked recognises go-keyring's error for a prompt that was dismissed, or
// that nothing could show. It has no type.
func saysLocked(err error) bool {
	return strings.Contains(err.Error(), "failed to unlock correct collection")
}
