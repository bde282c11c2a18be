// Package arrows holds the shape of the code: which package may import which, and
// why not the others. Its tests read the real packages; .golangci.yml says the
// same to whoever lints a single file.
package arrows

import (
	"fmt"
	"slices"
	"strings"
)

// Module is the path that our own packages begin with.
const Module = "github.com/tokentray/tokentray"

// Package is what a verdict needs to know: what `go list -json` calls by the same names.
type Package struct {
	ImportPath string
	Imports    []string // direct ones, without those of tests
	Deps       []string // all of them
}

// Broken is an import that must not be, and why.
type Broken struct{ From, To, Why string }

func (b Broken) String() string {
	return fmt.Sprintf("%s must not import %s: %s", b.From, b.To, b.Why)
}

// Judge returns the imports of one package that must not be.
func Judge(p Package) []Broken {
	from := within(p.ImportPath)
	if seesEverything(from) {
		return nil
	}
	var broken []Broken
	forbid := func(to, why string) { broken = append(broken, Broken{From: from, To: to, Why: why}) }
	for _, to := range p.Imports {
		switch {
		case ours(to):
			if why := judgeOurs(from, within(to)); why != "" {
				forbid(within(to), why)
			}
		case !standard(to):
			if why := judgeOther(from, to); why != "" {
				forbid(to, why)
			}
		}
	}
	if from == "auth" {
		for _, to := range p.Deps {
			if !standard(to) && !slices.Contains(p.Imports, to) {
				forbid(to, "auth is the domain and knows the standard library only, by way of others too")
			}
		}
	}
	return broken
}

// seesEverything is true of main, which wires, and of what only tests run.
func seesEverything(from string) bool { return from == "." || under(from, "test") }

// ourOwn says which of our packages each of them may import. The first row
// that fits decides; a package may always import what lies below itself.
var ourOwn = []struct {
	from string
	may  []string
}{
	{"auth/oauth", []string{"auth"}},
	{"auth/catalog", []string{"auth"}},
	{"auth/agent", []string{"auth"}},
	{"auth/practice", []string{"auth"}},
	{"auth/authtest", []string{"auth"}},
	{"auth", nil},
	{"storage", []string{"auth"}},
	{"assets", nil},
	{"ui/words", []string{"auth"}},
	{"ui/copyas", []string{"auth"}},
	{"ui/desktop", []string{"auth", "ui/words"}},
	{"ui/window/open", []string{"auth", "assets", "ui/window", "ui/words"}},
	{"ui/window", []string{"auth", "assets", "ui/words", "ui/copyas"}},
	{"ui/tray", []string{"auth", "assets", "ui/words", "ui/copyas"}},
	{"ui/cli", []string{"auth", "ui/words", "ui/copyas"}},
}

// reasons says for each of our packages why others stay away from it.
var reasons = []struct{ to, why string }{
	{"test", "what tests are made of is no part of the product"},
	{".", "main wires the others; nothing may lean on it"},
	{"storage", "only main sees the vault's package; everybody else knows auth.Vault"},
	{"auth/oauth", "only main sees the wire's package; everybody else knows auth.Wire"},
	{"auth/agent", "views talk to auth.Desk and main dials; below it nobody knows that there is a socket"},
	{"auth/practice", "it stands for somebody else's server; whoever leans on it doesn't test the wire"},
	{"auth/catalog", "providers come as auth.Provider; where they are read is main's affair"},
	{"ui/desktop", "what the desktop offers is handed in as a func, so that a test can do without one"},
	{"ui", "nothing below the views may know them, and views don't know each other"},
	{"assets", "main hands over what is embedded; only what is shown takes its own pictures"},
	{"auth", "it holds no nouns of its own domain"},
}

func judgeOurs(from, to string) (why string) {
	if strings.HasSuffix(to, "test") && !strings.HasSuffix(from, "test") {
		return reasons[0].why
	}
	if from == to || under(to, from) && from != "auth" {
		return ""
	}
	if strings.HasSuffix(from, "test") && to == parent(from) {
		return "" // storage/vaulttest tests vaults
	}
	for _, row := range ourOwn {
		if under(from, row.from) {
			if mayImport(row.may, to) {
				return ""
			}
			return reasonAgainst(to)
		}
	}
	return "test/arrows doesn't know " + from + " yet: say there what it may import"
}

func mayImport(may []string, to string) bool {
	return slices.ContainsFunc(may, func(m string) bool {
		return to == m || m != "auth" && under(to, m) // auth/oauth is not auth
	})
}

func reasonAgainst(to string) string {
	for _, r := range reasons {
		if to == r.to || r.to != "." && under(to, r.to) {
			return r.why
		}
	}
	return "test/arrows doesn't know " + to + " yet"
}

// others says which packages of other people's only some of ours may import.
// The first row that fits decides.
var others = []struct {
	to  string
	may []string
	why string
}{
	{"fyne.io/fyne/v2/app", []string{"ui/window/open"}, "it needs OpenGL; only the start of the window's process has it, so that every view can be tested without a display"},
	{"fyne.io/fyne", []string{"ui/window"}, "whoever links Fyne pays 25 MB and needs OpenGL; the agent and the command line don't"},
	{"fyne.io/systray", []string{"ui/tray"}, "one place talks to the tray: without a bus it blocks, and panics when it ends"},
	{"go.etcd.io/bbolt", []string{"storage"}, "how the vault is kept is storage's own affair"},
	{"github.com/zalando/go-keyring", []string{"storage"}, "one place asks the keyring, with one timeout: it can block for ever"},
	{"golang.org/x/oauth2", []string{"auth/oauth"}, "it may present a refresh token twice; auth/oauth knows its harmless parts"},
	{"github.com/coreos/go-oidc", []string{"auth/oauth"}, "discovery and ID tokens are the wire's affair"},
	{"github.com/ebitengine/purego", []string{"ui/desktop"}, "C is called by hand in one place, and on macOS alone: the compiler can't see a mistake there"},
	{"github.com/chromedp", nil, "a browser is driven by tests only"},
	{"github.com/go-oauth2/oauth2", nil, "a server for tests only"},
	{"github.com/rogpeppe/go-internal", nil, "scripts are run by tests only"},
}

func judgeOther(from, to string) (why string) {
	if from == "auth" {
		return "auth is the domain and knows the standard library only"
	}
	for _, row := range others {
		if under(to, row.to) {
			if slices.ContainsFunc(row.may, func(m string) bool { return under(from, m) }) {
				return ""
			}
			return row.why
		}
	}
	return ""
}

// within is a package's place in the module, "." for its top.
func within(path string) string {
	if path == Module {
		return "."
	}
	return strings.TrimPrefix(path, Module+"/")
}

func ours(path string) bool { return under(path, Module) }

// standard: the first part of any other path is a host, and has a dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func under(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

func parent(path string) string { return path[:max(0, strings.LastIndexByte(path, '/'))] }
