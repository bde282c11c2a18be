package desktop_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
	"github.com/tokentray/tokentray/ui/desktop"
)

// display is an X server of the test's own.
type display struct {
	name   string
	server *exec.Cmd
}

// startDisplay starts an X server on a number that is free, and ends it with t.
func startDisplay(t *testing.T) display {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset")
	server.ExtraFiles = []*os.File{write}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill() // the test may have ended it
		_ = server.Wait()
	})
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb gave no number: %v", err)
	}
	return display{":" + strings.TrimSpace(number), server}
}

func (d display) session() desktop.Session { return desktop.Session{Display: d.name} }

// paste is what another program gets, "" where there is nothing.
func (d display) paste(arguments ...string) string {
	// xclip waits for ever for an owner that ended just then.
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	cmd := exec.CommandContext(ctx, "xclip", append([]string{"-display", d.name, "-out", "-selection", "clipboard"}, arguments...)...)
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return string(out)
}

func (d display) holds() string { return d.paste() }

// copies has another program copy text.
func (d display) copies(t *testing.T, text string) {
	t.Helper()
	cmd := exec.Command("xclip", "-display", d.name, "-in", "-selection", "clipboard", "-quiet")
	cmd.Stdin = strings.NewReader(text)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }) // it ends with its selection
}

func systemClipboard(t *testing.T) (*desktop.Clipboard, *authtest.Clock) {
	t.Helper()
	clock := authtest.NewClock(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	c := desktop.NewClipboard(desktop.SystemBoard, clock, func() time.Duration { return keep })
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c, clock
}

func TestOtherProgramsPasteWhatWasCopied(t *testing.T) {
	d := startDisplay(t)
	c, clock := systemClipboard(t)
	for what, text := range map[string]string{
		"a token": "canary-token", "more than one line": "canary\n-H 'x'", "beyond Latin-1": "canary-–ü”", "a long one": strings.Repeat("canary-", 36<<10),
	} {
		put(t, c, text, d.session())
		for _, target := range []string{"UTF8_STRING", "TEXT", "text/plain;charset=utf-8"} {
			if d.paste("-target", target) != text {
				t.Errorf("%s: as %s it is another text", what, target)
			}
		}
	}
	put(t, c, "canary-token", d.session())
	if d.paste("-target", "STRING") != "canary-token" {
		t.Error("as STRING it is another text")
	}
	want := "TARGETS TIMESTAMP UTF8_STRING text/plain;charset=utf-8 TEXT x-kde-passwordManagerHint STRING"
	if got := strings.Join(strings.Fields(d.paste("-target", "TARGETS")), " "); got != want {
		t.Errorf("offered as %s, want %s", got, want)
	}
	if got := d.paste("-target", "x-kde-passwordManagerHint"); got != "secret" {
		t.Errorf("the hint is %q, want %q", got, "secret")
	}
	if d.paste("-target", "image/png") != "" {
		t.Error("a picture was pasted")
	}
	clock.Await(1)
	clock.Advance(keep)
	becomes(t, "when its time has come", d.holds, "")
}

func TestX11OwnsOnlyWhatIsStillOurs(t *testing.T) {
	d := startDisplay(t)
	c, clock := systemClipboard(t)
	put(t, c, "canary-1", d.session())
	put(t, c, "canary-2", d.session())
	becomes(t, "the second copy", d.holds, "canary-2")
	d.copies(t, "a shopping list")
	becomes(t, "another program's copy", d.holds, "a shopping list")
	clock.Advance(2 * keep)
	c.Clear()
	if d.holds() != "a shopping list" {
		t.Error("another program's copy was cleared")
	}
	put(t, c, "canary-3", d.session())
	becomes(t, "a third copy", d.holds, "canary-3")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	becomes(t, "closed", d.holds, "")
}

func TestCopyingToAnotherDesktopClearsTheFirst(t *testing.T) {
	one, two := startDisplay(t), startDisplay(t)
	c, _ := systemClipboard(t)
	put(t, c, "canary-1", one.session())
	put(t, c, "canary-2", two.session())
	becomes(t, "there", two.holds, "canary-2")
	becomes(t, "here", one.holds, "")
}

func TestTheDesktopEndsBeforeTheAgent(t *testing.T) {
	d := startDisplay(t)
	c, _ := systemClipboard(t)
	put(t, c, "canary-1", d.session())
	if err := d.server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := c.Copy(t.Context(), auth.NewSecret("canary-2"), d.session()); !errors.Is(err, desktop.ErrNoClipboard) {
		t.Errorf("got %v, want no clipboard", err)
	}
	if err := c.Copy(t.Context(), auth.NewSecret("canary-2"), desktop.Session{}); !errors.Is(err, desktop.ErrNoDisplay) {
		t.Errorf("got %v, want no display", err)
	}
	next := startDisplay(t)
	put(t, c, "canary-3", next.session())
	becomes(t, "the next desktop", next.holds, "canary-3")
}

// wlCopyStandIn makes a folder, the whole PATH but for /bin, with a wl-copy that
// writes what it is given and how to files beside itself, and then does end.
func wlCopyStandIn(t *testing.T, help, end string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	program(t, filepath.Join(dir, "wl-copy"), `[ "$1" = --help ] && { echo '`+help+`'; exit 0; }
echo "$WAYLAND_DISPLAY $XDG_RUNTIME_DIR $*" >"$0.how"
cat >"$0.text"
`+end)
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	return dir
}

func TestWaylandCopiesWithAWlCopyThatKeepsSecrets(t *testing.T) {
	dir := wlCopyStandIn(t, "--sensitive  Mark as sensitive", `echo $$ >"$0.pid"; exec sleep 60`)
	c, clock := systemClipboard(t)
	put(t, c, "canary-1", desktop.Session{Display: ":0", WaylandDisplay: "wayland-7", RuntimeDir: "/run/user/7"})
	if contents(t, filepath.Join(dir, "wl-copy.text")) != "canary-1" {
		t.Error("wl-copy got another text")
	}
	want := "wayland-7 /run/user/7 --sensitive --foreground --type text/plain\n"
	if how := contents(t, filepath.Join(dir, "wl-copy.how")); how != want {
		t.Errorf("wl-copy was run as %q, want %q", how, want)
	}
	pid := strings.TrimSpace(contents(t, filepath.Join(dir, "wl-copy.pid")))
	clock.Await(1)
	clock.Advance(keep)
	eventually(t, "wl-copy is ended", func() bool {
		_, err := os.Stat("/proc/" + pid)
		return err != nil
	})
}

func contents(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWaylandWithoutSuchAWlCopyHasNoClipboard(t *testing.T) {
	session := desktop.Session{Display: ":0", WaylandDisplay: "wayland-7"}
	for _, row := range []struct {
		what, help, end string
		want            error
	}{
		{"an old one", "--foreground", "exit 0", desktop.ErrOldWaylandCopy},
		{"one that the compositor refuses", "--sensitive", "exit 1", desktop.ErrNoClipboard},
	} {
		dir := wlCopyStandIn(t, row.help, row.end)
		c, _ := systemClipboard(t)
		if err := c.Copy(t.Context(), auth.NewSecret("canary-1"), session); !errors.Is(err, row.want) {
			t.Errorf("%s: got %v, want %v", row.what, err, row.want)
		}
		if _, err := os.Stat(filepath.Join(dir, "wl-copy.text")); err == nil && errors.Is(row.want, desktop.ErrOldWaylandCopy) {
			t.Errorf("%s: it was given the text", row.what)
		}
	}
	t.Setenv("PATH", t.TempDir())
	c, _ := systemClipboard(t)
	if err := c.Copy(t.Context(), auth.NewSecret("canary-1"), session); !errors.Is(err, desktop.ErrOldWaylandCopy) {
		t.Errorf("none at all: got %v, want %v", err, desktop.ErrOldWaylandCopy)
	}
}
