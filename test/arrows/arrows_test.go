package arrows_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/test/arrows"
)

func TestNoArrowPointsTheWrongWay(t *testing.T) {
	for _, build := range []struct{ system, tags string }{
		{"linux", "slim"}, {"linux", ""}, {"windows", "slim"}, {"darwin", "slim"}, {"linux", "shortcut"},
	} {
		t.Run(build.system+" "+build.tags, func(t *testing.T) {
			packages := list(t, build.system, build.tags)
			if len(packages) == 0 {
				t.Fatal("go list named no package")
			}
			for _, p := range packages {
				for _, broken := range arrows.Judge(p) {
					t.Error(broken)
				}
				if build.system != "darwin" && slices.Contains(p.Deps, "github.com/ebitengine/purego") {
					t.Errorf("purego is in %s: elsewhere the system can be asked without C", p.ImportPath)
				}
			}
		})
	}
}

// list asks go for our packages as one build sees them. A package that doesn't
// compile is listed all the same: its imports can be read.
func list(t *testing.T, system, tags string) (packages []arrows.Package) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-tags", tags, "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p arrows.Package
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("read go list's answer: %v", err)
		}
		packages = append(packages, p)
	}
}

// The short cut is quick because of what isn't in it. Each of these is learned, or
// looked at, before main begins, and costs more than what is asked there.
func TestTheShortCutStaysShort(t *testing.T) {
	for _, p := range list(t, "linux", "shortcut") {
		if p.ImportPath != arrows.Module {
			continue
		}
		for _, heavy := range []string{"encoding/json", "net", "net/http", "log/slog", "regexp", "github.com/spf13/cobra", arrows.Module + "/auth"} {
			if slices.Contains(p.Deps, heavy) {
				t.Errorf("%s is in the short cut", heavy)
			}
		}
		return
	}
	t.Error("go list named no main package")
}

// TestJudgeCanFail feeds every rule an import that breaks it: a test that can't fail holds nothing.
func TestJudgeCanFail(t *testing.T) {
	for _, row := range []struct{ from, to, why string }{
		{"auth", "golang.org/x/sys/unix", "standard library only"},
		{"auth", "auth/oauth", "only main sees the wire's package"},
		{"auth", "storage", "only main sees the vault's package"},
		{"auth/oauth", "storage", "auth.Vault"},
		{"auth/oauth", "auth/practice", "somebody else's server"},
		{"auth/agent", "ui/words", "nothing below the views"},
		{"auth/catalog", "assets", "main hands over"},
		{"auth/practice", "golang.org/x/oauth2", "twice"},
		{"auth/practice", "github.com/coreos/go-oidc/v3/oidc", "the wire's affair"},
		{"storage", "auth/oauth", "auth.Wire"},
		{"ui/cli", "storage", "auth.Vault"},
		{"ui/cli", "auth/agent", "auth.Desk"},
		{"ui/cli", "ui/window", "don't know each other"},
		{"ui/cli", "fyne.io/fyne/v2", "25 MB"},
		{"ui/tray", "fyne.io/fyne/v2/widget", "25 MB"},
		{"ui/window", "fyne.io/fyne/v2/app", "OpenGL"},
		{"ui/window", "fyne.io/systray", "talks to the tray"},
		{"ui/window", "ui/desktop", "handed in as a func"},
		{"ui/words", "go.etcd.io/bbolt", "storage's own affair"},
		{"ui/tray", "github.com/zalando/go-keyring", "block for ever"},
		{"ui/cli", "test/browser", "no part of the product"},
		{"auth/agent", "github.com/ebitengine/purego", "by hand"},
		{"storage", "storage/vaulttest", "no part of the product"},
		{"ui/cli", "github.com/chromedp/chromedp", "by tests only"},
		{"ui/words", ".", "main wires"},
		{"ui/unheard-of", "auth", "doesn't know ui/unheard-of"},
	} {
		t.Run(row.from+" to "+row.to, func(t *testing.T) {
			got := arrows.Judge(arrows.Package{ImportPath: whole(row.from), Imports: []string{"fmt", whole(row.to)}})
			if len(got) != 1 || !strings.Contains(got[0].Why, row.why) {
				t.Errorf("Judge = %v, want one ban that says %q", got, row.why)
			}
		})
	}
}

func TestJudgeLetsTheRightArrowsBe(t *testing.T) {
	for _, row := range []struct {
		from string
		to   []string
	}{
		{".", []string{"auth", "auth/oauth", "storage", "ui/cli", "fyne.io/fyne/v2/app"}},
		{"test/tour", []string{"auth", "storage", "github.com/chromedp/chromedp"}},
		{"auth/oauth", []string{"auth", "golang.org/x/oauth2", "github.com/coreos/go-oidc/v3/oidc"}},
		{"auth/practice/practicetest", []string{"auth", "auth/practice"}},
		{"storage", []string{"auth", "go.etcd.io/bbolt", "github.com/zalando/go-keyring"}},
		{"ui/cli", []string{"auth", "ui/words", "ui/copyas", "github.com/spf13/cobra"}},
		{"ui/window", []string{"auth", "assets", "assets/fonts", "ui/window/theme", "fyne.io/fyne/v2/widget"}},
		{"ui/tray", []string{"auth", "ui/words", "fyne.io/systray"}},
	} {
		t.Run(row.from, func(t *testing.T) {
			p := arrows.Package{ImportPath: whole(row.from), Imports: []string{"vendor/golang.org/x/net"}}
			for _, to := range row.to {
				p.Imports = append(p.Imports, whole(to))
			}
			if got := arrows.Judge(p); len(got) > 0 {
				t.Errorf("Judge = %v, want nothing", got)
			}
		})
	}
}

func TestJudgeLooksThroughTheDomainsImports(t *testing.T) {
	p := arrows.Package{ImportPath: whole("auth"), Imports: []string{"fmt"}, Deps: []string{"fmt", "golang.org/x/sys/unix"}}
	if got := arrows.Judge(p); len(got) != 1 {
		t.Errorf("Judge = %v, want one ban", got)
	}
}

// whole is the import path of one of our packages by its place, and of others' by itself.
func whole(place string) string {
	first, _, _ := strings.Cut(place, "/")
	switch {
	case place == ".":
		return arrows.Module
	case strings.Contains(first, ".") || first == "vendor":
		return place
	}
	return arrows.Module + "/" + place
}
