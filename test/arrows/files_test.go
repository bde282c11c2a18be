package arrows_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/test/arrows"
)

func TestEveryFileIsWhereAndWhatItShouldBe(t *testing.T) {
	const root = "../.."
	// Tracked files and those about to be.
	cmd := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	names := strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 })
	if len(names) == 0 {
		t.Fatal("git names no file")
	}
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(root, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed and not committed yet
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range arrows.JudgeFile(name, content) {
			t.Error(wrong)
		}
	}
}

func TestJudgeFileCanFail(t *testing.T) {
	for _, row := range []struct{ what, name, content, want string }{
		{"a stray folder", "internal/a.go", "package a\n", "top level"},
		{"a stray file", "notes.txt", "", "top level"},
		{"a long file", "auth/long.go", strings.Repeat("//\n", 351), "351 lines"},
		{"a machine's path", "docs/a.md", "see " + "/work" + "/main\n", "docs/a.md:1"},
		{"a registry", "test/servers/package-lock.json", "{\n\"https://registry.npm" + "js.org/koa\"}\n", "package-lock.json:2"},
	} {
		t.Run(row.what, func(t *testing.T) {
			got := arrows.JudgeFile(row.name, []byte(row.content))
			if len(got) != 1 || !strings.Contains(got[0], row.want) {
				t.Errorf("JudgeFile = %q, want one complaint with %q", got, row.want)
			}
		})
	}
}

func TestJudgeFileLetsTheRestBe(t *testing.T) {
	for name, content := range map[string]string{
		"auth/short.go": strings.Repeat("//\n", 350),
		"docs/long.md":  strings.Repeat("the work/life of a paragraph\n", 400),
		".ci/run":       "exec make test\n",
		"assets/x.png":  "\x00" + "/work" + "/",
	} {
		if got := arrows.JudgeFile(name, []byte(content)); len(got) > 0 {
			t.Errorf("JudgeFile(%s) = %q, want nothing", name, got)
		}
	}
}
