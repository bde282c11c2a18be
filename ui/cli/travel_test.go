package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/cli"
)

// typing is w at a terminal where these secrets are typed, one after the other.
func typing(t *testing.T, w cli.World, secrets ...string) cli.World {
	w = atTerminal(w, "")
	w.ReadSecret = func(context.Context) (auth.Secret, error) {
		if len(secrets) == 0 {
			t.Error("asked for more secrets than there are")
			return auth.Secret{}, context.Canceled
		}
		s := auth.NewSecret(secrets[0])
		secrets = secrets[1:]
		return s, nil
	}
	return w
}

func phraseFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "phrase")
	if err := os.WriteFile(file, []byte("canary-phrase\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// exporter is an office that exports; what it was asked ends up in got.
func exporter(got *auth.Export) desk {
	d := office()
	d.export = func(e auth.Export) ([]byte, error) {
		*got = e
		return []byte("sealed"), nil
	}
	return d
}

func TestExportingAccounts(t *testing.T) {
	var got auth.Export
	d := exporter(&got)
	d.providers[0].Rotation.RefreshToken = auth.RefreshTokenRotates
	file := filepath.Join(t.TempDir(), "mine.age")
	out := run(t, world(d, "export", file, "--accounts", "--passphrase-file", phraseFile(t)))
	is(t, "export", out, ran{0, "", "In “" + file + "”, sealed with the passphrase: 1 account with all secrets.\n" +
		"Use these on one computer only, because their provider gives a new refresh token each time, and two would end each other’s sign-in: “Adaptix · Northwind”.\n" +
		"Bring them in elsewhere with tokentray import mine.age.\n"})
	is(t, "kind", got.What, auth.ExportAccounts)
	is(t, "passphrase", got.Passphrase.Reveal(), "canary-phrase")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm()&0o077 != 0 || info.Size() != 6 {
		t.Errorf("got %v and error %v, want a file of 6 bytes for its owner alone", info, err)
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*"))
	is(t, "files", len(left), 1)
}

// The practice provider is on this computer alone: its accounts can't go with the others.
func TestAccountsOfThePracticeProviderStayHere(t *testing.T) {
	var got auth.Export
	d := exporter(&got)
	trial := northwind()
	trial.ID, trial.Name, trial.Provider, trial.ProviderName = "p1", "Practice", "practice", "Practice provider"
	d.accounts = append(d.accounts, trial)
	folder := t.TempDir()
	file := filepath.Join(folder, "mine.age")
	out := run(t, world(d, "export", file, "--accounts", "--passphrase-file", phraseFile(t)))
	is(t, "all", out, ran{0, "", "In “" + file + "”, sealed with the passphrase: 1 account with all secrets.\n" +
		"Not in it: “Practice”, because the practice provider runs on this computer alone.\n" +
		"Bring them in elsewhere with tokentray import mine.age.\n"})
	if got.Accounts != nil {
		t.Errorf("asked for %v, want all of them", got.Accounts)
	}
	is(t, "named", run(t, world(d, "export", file+"2", "--accounts", "--account", "Practice", "--passphrase-file", phraseFile(t))).code, 0)
	if len(got.Accounts) != 1 || got.Accounts[0] != "p1" {
		t.Errorf("asked for %v, want p1, which is refused there", got.Accounts)
	}
	is(t, "the only one to connect like", run(t, world(d, "export", file+"3")).code, 0)
	if len(got.Accounts) != 1 || got.Accounts[0] != "k7q2" {
		t.Errorf("asked for %v, want k7q2", got.Accounts)
	}
	d.accounts = []auth.Status{trial}
	for _, args := range [][]string{{"export", file + "4", "--accounts"}, {"export", file + "4"}} {
		is(t, "nothing else", run(t, world(d, args...)), ran{2, "", "There is nothing to export: the practice provider runs on this computer alone, and there is no other account.\n" +
			"Connect one with tokentray connect PROVIDER.\n"})
	}
}

func TestExportAsksForThePassphraseTwice(t *testing.T) {
	var got auth.Export
	file := filepath.Join(t.TempDir(), "mine.age")
	out := run(t, typing(t, world(exporter(&got), "export", file, "--accounts"), "canary-one", "canary-other", "canary-one", "canary-one"))
	is(t, "exit code", out.code, 0)
	is(t, "passphrase", got.Passphrase.Reveal(), "canary-one")
	contains(t, "stderr", out.err, "These are two different ones.")
	off := run(t, world(exporter(&got), "export", filepath.Join(t.TempDir(), "x"), "--accounts"))
	is(t, "without a terminal", off, ran{2, "", "A passphrase is needed, and there is no terminal to ask on.\nGive it with --passphrase-file FILE.\n"})
}

func TestExportLeavesAFileAloneThatIsThere(t *testing.T) {
	var got auth.Export
	file := filepath.Join(t.TempDir(), "northwind.toml")
	if err := os.WriteFile(file, []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	out := run(t, world(exporter(&got), "export", file))
	is(t, "export", out, ran{2, "", "There is a file called “" + file + "” already, and it was left alone.\nChoose another name, or add --force to replace it.\n"})
	is(t, "replaced", run(t, world(exporter(&got), "export", file, "--force")).code, 0)
	text, err := os.ReadFile(file)
	info, _ := os.Stat(file)
	if err != nil || string(text) != "sealed" || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("got %q with mode %v and error %v, want the export for its owner alone", text, info.Mode(), err)
	}
	nowhere := run(t, world(exporter(&got), "export", filepath.Join(file, "x")))
	is(t, "nowhere to write", nowhere.code, 2)
}

func TestAConnectionFileIsMadeOfOneAccount(t *testing.T) {
	var got auth.Export
	d := exporter(&got)
	file := filepath.Join(t.TempDir(), "northwind.toml")
	is(t, "the only one", run(t, world(d, "export", file)), ran{0, "", "How to connect like “Adaptix · Northwind” is in “" + file + "”; no token is.\n" +
		"Others bring it in with tokentray import northwind.toml.\n"})
	if got.What != auth.ExportConnection || len(got.Accounts) != 1 || !got.Passphrase.IsZero() {
		t.Errorf("Export was asked for %+v, want a connection file of one account without a secret", got)
	}
	other := northwind()
	other.ID, other.Name = "x1", "Other"
	d.accounts = append(d.accounts, other)
	is(t, "one of two", run(t, world(d, "export", file+"2")), ran{
		2, "", "A connection file is made of one account; there are “Adaptix · Northwind”, “Other”.\nName one of them with --account NAME.\n",
	})
	is(t, "the one that was named", run(t, world(d, "export", file+"3", "--account", "Other", "--passphrase-file", phraseFile(t))).code, 0)
	if len(got.Accounts) != 1 || got.Accounts[0] != "x1" || got.Passphrase.Reveal() != "canary-phrase" {
		t.Errorf("Export was asked for %+v, want x1 with its secret sealed", got)
	}
	is(t, "nobody", run(t, world(d, "export", file+"4", "--account", "nobody")).code, 3)
	is(t, "none", run(t, world(desk{vault: auth.VaultNone}, "export", file+"5")).code, 2)
	d.vault = auth.VaultLocked
	is(t, "a locked vault", run(t, world(d, "export", file+"6")).code, 6)
}

// importer is an office that opens what is sealed with canary-phrase.
func importer() desk {
	d := office()
	d.imports = func(file []byte, passphrase auth.Secret) (auth.Imported, error) {
		switch {
		case string(file) == "format = 1":
			return auth.Imported{Provider: "northwind"}, nil
		case passphrase.Reveal() != "canary-phrase":
			return auth.Imported{}, &auth.Error{Kind: auth.KindVault, Vault: auth.VaultKeyWrong}
		}
		return auth.Imported{Accounts: []auth.Status{northwind()}, Known: []string{"Other"}, Rotating: []string{"Adaptix · Northwind"}}, nil
	}
	return d
}

func TestImport(t *testing.T) {
	sealed, connection := filepath.Join(t.TempDir(), "a.age"), filepath.Join(t.TempDir(), "b.toml")
	for file, text := range map[string]string{sealed: "-----BEGIN AGE ENCRYPTED FILE-----\n", connection: "format = 1"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	is(t, "a connection file", run(t, world(importer(), "import", connection)), ran{
		0, "", "Accounts can be connected at “northwind” now.\nRun tokentray connect northwind to connect one.\n",
	})
	want := "“Adaptix · Northwind” is here now.\n“Other” was here already, and stays as it is.\nUse these on one computer only"
	for what, w := range map[string]cli.World{
		"with a file": world(importer(), "import", sealed, "--passphrase-file", phraseFile(t)),
		"asked":       typing(t, world(importer(), "import", sealed), "canary-phrase"),
	} {
		got := run(t, w)
		is(t, what, got.code, 0)
		contains(t, what, got.err, want)
	}
	is(t, "nobody to ask", run(t, world(importer(), "import", sealed)), ran{
		2, "", "The file is sealed with a passphrase, and there is no terminal to ask on.\nGive it with --passphrase-file FILE.\n",
	})
	is(t, "a wrong one", run(t, typing(t, world(importer(), "import", sealed), "canary-wrong")).code, 2)
	json := run(t, world(importer(), "import", sealed, "--passphrase-file", phraseFile(t), "--json"))
	contains(t, "as JSON", json.out, `{"provider":"","accounts":[{"id":"k7q2"`, `"known":["Other"],"rotating":["Adaptix · Northwind"]}`)
	is(t, "not there", run(t, world(importer(), "import", sealed+".not")).code, 2)
	locked := importer()
	locked.vault = auth.VaultKeyWrong
	is(t, "a vault that isn't open", run(t, world(locked, "import", connection)).code, 6)
}

func TestASealedClientSecretIsOpenedWithItsPassphrase(t *testing.T) {
	sealed := func(got *auth.Connection) desk {
		d := connecting(got)
		d.providers[0].Team = auth.Team{
			ClientIdentifier: "1_abc", SealedSecret: "sealed", Settings: map[string]string{"address": "https://x.example"},
		}
		return d
	}
	var got auth.Connection
	out := run(t, typing(t, world(sealed(&got), "connect", "adaptix"), "canary-phrase"))
	is(t, "asked", out.code, 0)
	is(t, "passphrase", got.FilePassphrase.Reveal(), "canary-phrase")
	is(t, "from a file", run(t, world(sealed(&got), "connect", "adaptix", "--file-passphrase-file", phraseFile(t))).code, 0)
	is(t, "passphrase", got.FilePassphrase.Reveal(), "canary-phrase")
	off := run(t, world(sealed(&got), "connect", "adaptix"))
	is(t, "nobody to ask", off.code, 2)
	contains(t, "stderr", off.err, "--file-passphrase-file FILE")
	is(t, "another client", run(t, world(sealed(&got), "connect", "adaptix", "--client-id", "2", "--client-secret-file", secretFile(t))).code, 0)
	known := sealed(&got)
	known.accounts = office().accounts
	known.details.Settings = nil
	if out := run(t, world(known, "connect", "adaptix")); out.code != 0 || strings.Contains(out.err, "passphrase") {
		t.Errorf("a client that is known: got %+v, want no question", out)
	}
}
