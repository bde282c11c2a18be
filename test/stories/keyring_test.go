package stories_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tokentray/tokentray/test/desktop"
)

// TestStoriesWithAKeyring tells the stories in testdata/keyring, each on a bus of
// its own with a real gnome-keyring.
func TestStoriesWithAKeyring(t *testing.T) {
	t.Parallel()
	cmds := commands()
	cmds["keyring"] = only(1, lockKeyring) // keyring lock|unlock
	testscript.Run(t, testscript.Params{Dir: "testdata/keyring", Cmds: cmds, RequireUniqueNames: true, Setup: func(e *testscript.Env) error {
		if err := open(e); err != nil {
			return err
		}
		t, _ := e.T().(testing.TB) // open has seen to it
		bus := desktop.StartBus(t)
		e.Values[keyringKey{}] = desktop.StartKeyring(t, bus)
		e.Setenv("DBUS_SESSION_BUS_ADDRESS", bus.Address)
		e.Setenv("XDG_RUNTIME_DIR", bus.Runtime)
		return nil
	}})
}

type keyringKey struct{}

func lockKeyring(ts *testscript.TestScript, _ bool, args []string) {
	k, ok := ts.Value(keyringKey{}).(*desktop.Keyring)
	if !ok {
		ts.Fatalf("this story has no keyring")
	}
	if args[0] == "lock" {
		k.Lock(of(ts).t)
	} else {
		k.Unlock(of(ts).t)
	}
}
