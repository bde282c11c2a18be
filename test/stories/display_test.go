package stories_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tokentray/tokentray/test/desktop"
)

// TestStoriesOnADisplay tells the stories in testdata/display, each on an X server
// of its own.
func TestStoriesOnADisplay(t *testing.T) {
	t.Parallel()
	cmds := commands()
	cmds["clipboard"] = only(1, checkClipboard) // clipboard FILE|empty: it comes to hold that
	testscript.Run(t, testscript.Params{Dir: "testdata/display", Cmds: cmds, RequireUniqueNames: true, Setup: func(e *testscript.Env) error {
		if err := open(e); err != nil {
			return err
		}
		t, _ := e.T().(testing.TB) // open has seen to it
		e.Setenv("DISPLAY", desktop.StartDisplay(t).Name)
		return nil
	}})
}

// checkClipboard compares with FILE but for the newline at its end.
func checkClipboard(ts *testscript.TestScript, _ bool, args []string) {
	want := ""
	if args[0] != "empty" {
		want = tokenIn(ts.ReadFile(args[0]))
	}
	display := desktop.Display{Name: ts.Getenv("DISPLAY")}
	eventually(ts, args[0]+" on the clipboard", func() bool { return display.Clipboard() == want })
}
