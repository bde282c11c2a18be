package packaging_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/ui/cli"
)

// from is the folder that is tested.
const from = "../../packaging"

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(from, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// output runs a tool, which has to end well, and returns all that it wrote. Where it
// isn't installed the rest of the test has nothing to look at.
func output(t *testing.T, tool string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		t.Skipf("%s is not installed", tool)
	}
	out, err := exec.Command(tool, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", tool, err, out)
	}
	return string(out)
}

func TestTheManPageHasTheCommandsThereAre(t *testing.T) {
	var help bytes.Buffer
	if code := cli.Run(t.Context(), cli.World{Args: []string{"--help"}, Stdin: strings.NewReader(""), Stdout: &help, Stderr: io.Discard}); code != 0 {
		t.Fatalf("--help exits with %d", code)
	}
	_, rest, _ := strings.Cut(help.String(), "Available Commands:\n")
	listed, _, _ := strings.Cut(rest, "\n\n")
	var want []string
	for line := range strings.Lines(listed) {
		want = append(want, strings.Fields(line)[0])
	}
	var got []string
	for _, found := range regexp.MustCompile(`(?m)^\.TP\n\.BR? "?tokentray ([a-z]+)`).FindAllStringSubmatch(read(t, "tokentray.1"), -1) {
		got = append(got, found[1])
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got commands %q, want those of --help: %q", got, want)
	}
}

func TestTheManPageCanBeRead(t *testing.T) {
	if said := output(t, "groff", "-man", "-ww", "-z", filepath.Join(from, "tokentray.1")); said != "" {
		t.Errorf("groff says %q, want nothing", said)
	}
}

func TestTheDesktopEntriesAreOnes(t *testing.T) {
	for _, name := range []string{"io.github.tokentray.Tokentray.desktop", "autostart.desktop"} {
		text := read(t, name)
		for _, want := range []string{"[Desktop Entry]\n", "\nType=Application\n", "\nName=Tokentray\n", "\nExec=tokentray", "\nIcon=io.github.tokentray.Tokentray\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
	}
	output(t, "desktop-file-validate", filepath.Join(from, "io.github.tokentray.Tokentray.desktop"), filepath.Join(from, "autostart.desktop"))
}

// The programs here are none; packing doesn't look into them.
func TestTheDebianPackage(t *testing.T) {
	folder := t.TempDir()
	program := filepath.Join(folder, "program")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	output(t, "dpkg-deb", "--version")
	pack := func(version, to string) string {
		return strings.TrimSpace(output(t, filepath.Join(from, "deb"), version, program, program, program, filepath.Join(folder, to)))
	}
	first, second := pack("v1.4.0-3-gabcdef-dirty", "a"), pack("v1.4.0-3-gabcdef-dirty", "b")
	one, err1 := os.ReadFile(first)
	two, err2 := os.ReadFile(second)
	if err1 != nil || err2 != nil || !bytes.Equal(one, two) {
		t.Errorf("two packages of the same differ (%v, %v)", err1, err2)
	}
	if got, want := output(t, "dpkg-deb", "--field", first, "Version"), "1.4.0+3+gabcdef+dirty\n"; got != want {
		t.Errorf("got version %q, want %q", got, want)
	}
	if got, want := output(t, "dpkg-deb", "--field", pack("dev", "c"), "Version"), "0~dev\n"; got != want {
		t.Errorf("got version %q, want %q", got, want)
	}
	contents := output(t, "dpkg-deb", "--contents", first)
	for _, want := range []string{
		`-rwxr-xr-x root/root .* \./usr/bin/tokentray\n`, `-rwxr-xr-x root/root .* \./usr/bin/tokentray-agent\n`, `-rwxr-xr-x root/root .* \./usr/bin/tokentray-window\n`,
		`-rw-r--r-- root/root .* \./usr/share/applications/io\.github\.tokentray\.Tokentray\.desktop\n`,
		`-rw-r--r-- root/root .* \./etc/xdg/autostart/io\.github\.tokentray\.Tokentray\.desktop\n`,
		`-rw-r--r-- root/root .* \./usr/lib/systemd/user/tokentray\.service\n`, `\./usr/share/man/man1/tokentray\.1\.gz\n`,
		`-rw-r--r-- root/root .* \./usr/share/bash-completion/completions/tokentray\n`, `\./usr/share/zsh/vendor-completions/_tokentray\n`,
		`\./usr/share/fish/vendor_completions\.d/tokentray\.fish\n`,
		`\./usr/share/icons/hicolor/scalable/apps/io\.github\.tokentray\.Tokentray\.svg\n`, `\./usr/share/doc/tokentray/copyright\n`,
	} {
		if !regexp.MustCompile(want).MatchString(contents) {
			t.Errorf("the package lacks %s:\n%s", want, contents)
		}
	}
	unpacked := filepath.Join(folder, "unpacked")
	output(t, "dpkg-deb", "--extract", first, unpacked)
	licences, err := os.ReadFile(filepath.Join(unpacked, "usr/share/doc/tokentray/copyright"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{ // of every program one, and of the font
		"\nGo\n--\n", "\nInter, the font\n", "SIL OPEN FONT LICENSE", "\nfyne.io/fyne/v2 v", "\ngo.etcd.io/bbolt v", "\ngolang.org/x/sys v",
	} {
		if !bytes.Contains(licences, []byte(want)) {
			t.Errorf("the package lacks the licence of %q", want)
		}
	}
}

func TestTheUnitIsOne(t *testing.T) {
	unit := filepath.Join(t.TempDir(), "tokentray.service")
	text := strings.Replace(read(t, "tokentray.service"), "/usr/bin/tokentray", "/bin/true", 1) // it need not be installed here
	if err := os.WriteFile(unit, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "\nExecStart=/bin/true agent --no-tray\n") {
		t.Errorf("got unit %q, want it to run the agent without a tray", text)
	}
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	output(t, "systemd-analyze", "--user", "verify", "--man=no", unit)
}
