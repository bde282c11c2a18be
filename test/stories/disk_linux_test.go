package stories_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"

	"github.com/tokentray/tokentray/storage/vaulttest"
)

// TestStoriesOfADisk tells the stories in testdata/disk, in which $TOKENTRAY_HOME is
// a small disk of its own.
func TestStoriesOfADisk(t *testing.T) {
	t.Parallel()
	if err := unix.Mount("tmpfs", t.TempDir(), "tmpfs", 0, "size=no"); errors.Is(err, unix.EPERM) {
		t.Skip("may not mount a disk")
	}
	cmds := commands()
	maps.Copy(cmds, map[string]command{
		"small-disk": only(0, mountHome),
		"fill-disk":  only(0, fillHome),
		"read-only":  only(0, freezeHome), // nobody may write there any more
	})
	testscript.Run(t, testscript.Params{Dir: "testdata/disk", Setup: open, Cmds: cmds, RequireUniqueNames: true})
}

func mountHome(ts *testscript.TestScript, _ bool, _ []string) {
	home := ts.Getenv("TOKENTRAY_HOME")
	ts.Check(os.Mkdir(home, 0o700))
	ts.Check(unix.Mount("tmpfs", home, "tmpfs", 0, "size=2m,mode=700"))
	s := of(ts)
	ts.Defer(func() { // before the story closes, which finds no home then
		if s.program != nil {
			s.program.kill()
			s.program = nil
		}
		if err := errors.Join(endAgent(home, politely), unix.Unmount(home, unix.MNT_DETACH)); err != nil {
			s.t.Error(err)
		}
	})
}

func fillHome(ts *testscript.TestScript, _ bool, _ []string) {
	vaulttest.FillDisk(of(ts).t, filepath.Join(ts.Getenv("TOKENTRAY_HOME"), "filler"))
}

func freezeHome(ts *testscript.TestScript, _ bool, _ []string) {
	var err error
	eventually(ts, "that nobody has a file open to write there", func() bool { // the agent ends after its lock
		err = unix.Mount("", ts.Getenv("TOKENTRAY_HOME"), "", unix.MS_REMOUNT|unix.MS_RDONLY, "")
		return !errors.Is(err, unix.EBUSY)
	})
	ts.Check(err)
}
