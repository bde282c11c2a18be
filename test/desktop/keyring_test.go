package desktop_test

import (
	"testing"

	"github.com/tokentray/tokentray/test/desktop"
)

func TestKeyringIsLockedAndUnlocked(t *testing.T) {
	k := desktop.StartKeyring(t, desktop.StartBus(t))
	k.Lock(t)
	k.Unlock(t)
	k.Lock(t)
}

func TestBusesAreApart(t *testing.T) {
	one, two := desktop.StartBus(t), desktop.StartBus(t)
	if one.Address == two.Address {
		t.Errorf("got %s twice", one.Address)
	}
	desktop.StartKeyring(t, one)
	var names []string
	if err := two.Dial(t).BusObject().Call("org.freedesktop.DBus.ListNames", 0).Store(&names); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if name == "org.freedesktop.secrets" {
			t.Error("the keyring of one bus answers on the other")
		}
	}
}
