package cli_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/cli"
	"github.com/tokentray/tokentray/ui/words"
)

// clinic is an office whose vault is well.
func clinic() desk {
	d := office()
	d.sealedBy = auth.SealedByKeyring
	d.care = func() (auth.Care, error) {
		return auth.Care{
			State: auth.VaultUnlocked, SealedBy: auth.SealedByKeyring, Recovery: true,
			Backups: []auth.Backup{{Name: "vault-1.db", At: now, Accounts: 1}},
		}, nil
	}
	return d
}

func machine(context.Context) []words.Finding {
	return []words.Finding{
		{Check: "place", Health: words.Healthy, Sentence: "The vault is kept in /home/you/.local/share/tokentray."},
		{Check: "tray", Health: words.Warning, Sentence: "Nothing here shows tray icons.", Next: "Run tokentray window instead."},
	}
}

func TestDoctorWhereAllIsWell(t *testing.T) {
	w := world(clinic(), "doctor")
	w.Look = machine
	got := run(t, w)
	is(t, "doctor", got, ran{0, `ok       version  This is Tokentray 1.2.3.
ok       agent    The agent is running and answers.
ok       vault    The vault is open and keeps 1 account.
ok       backups  Your keyring opens the vault; a recovery passphrase does, too; there is 1 backup. vault-1.db (1 account).
ok       place    The vault is kept in /home/you/.local/share/tokentray.
warning  tray     Nothing here shows tray icons.
                  Run tokentray window instead.
`, ""})
}

func TestDoctorWhereSomethingIsWrong(t *testing.T) {
	d := clinic()
	d.vault, d.accounts = auth.VaultDamaged, nil
	d.warnings, d.offline = auth.VaultWarnings(), true
	d.care = func() (auth.Care, error) {
		return auth.Care{State: auth.VaultDamaged, Salvageable: 2, Kept: 3, Backups: []auth.Backup{{Name: "vault-1.db", Accounts: 3}}}, nil
	}
	got := run(t, world(d, "doctor"))
	is(t, "exit code", got.code, 1)
	contains(t, "stdout", got.out, "problem  vault ", "tokentray doctor --restore", "2 of 3 accounts can still be read", "--salvage", "No network is there")
	is(t, "stderr", got.err, "There is something to see to: 2 problems.\nWhat to do stands below each of them.\n")
	asJSON := run(t, world(d, "doctor", "--json"))
	var doc struct {
		Version  string
		OK       bool
		Findings []struct{ Check, State, Message, Next string }
	}
	if err := json.Unmarshal([]byte(asJSON.out), &doc); err != nil || doc.OK || doc.Version != "1.2.3" {
		t.Fatalf("got %q and error %v, want a document that says so", asJSON.out, err)
	}
	is(t, "exit code", asJSON.code, 1)
	for _, f := range doc.Findings {
		if f.State != "ok" && (f.Message == "" || f.Next == "") {
			t.Errorf("%+v says not what to do", f)
		}
	}
}

func TestDoctorMendsNothingOnAReadOnlyDisk(t *testing.T) {
	d := clinic()
	d.vault, d.accounts = auth.VaultReadOnly, nil
	d.care = func() (auth.Care, error) {
		return auth.Care{State: auth.VaultReadOnly, SealedBy: auth.SealedByKeyring, Backups: []auth.Backup{{Name: "vault-1.db", Accounts: 3}}}, nil
	}
	got := run(t, world(d, "doctor"))
	is(t, "exit code", got.code, 1)
	contains(t, "stdout", got.out, "problem  vault    The vault may not be written here", "isn’t mounted read-only", "ok       backups", "vault-1.db (3 accounts)")
	asJSON := run(t, world(d, "doctor", "--json"))
	contains(t, "JSON", asJSON.out, `{"check":"vault","state":"problem","message":"The vault may not be written here`, `"ok":false`)
	for _, remedy := range []string{"--restore", "--salvage", "--start-over", "damaged"} {
		if strings.Contains(got.out+asJSON.out, remedy) {
			t.Errorf("got %q, want no word of %s", got.out, remedy)
		}
	}
}

func TestDoctorNamesTheRemediesThatHelp(t *testing.T) {
	const (
		restore   = "Run tokentray doctor --restore to put the newest back."
		startOver = "Run tokentray doctor --start-over; nothing else helps without a backup."
	)
	backup := []auth.Backup{{Name: "vault-1.db", Accounts: 3}}
	for what, row := range map[string]struct {
		care auth.Care
		want []string
	}{
		"nothing is left":          {auth.Care{Kept: 3, SealedBy: auth.SealedByKeyring}, []string{startOver}},
		"not even who sealed it":   {auth.Care{}, []string{startOver}},
		"a backup":                 {auth.Care{Backups: backup, Kept: 3}, []string{restore}},
		"some can be read":         {auth.Care{Backups: backup, Kept: 3, Salvageable: 1}, []string{restore, "--salvage to keep what can be read"}},
		"sealed with a passphrase": {auth.Care{SealedBy: auth.SealedByPassphrase}, []string{"--salvage --passphrase-file FILE"}},
		"the keyring is away":      {auth.Care{SealedBy: auth.SealedByKeyring}, []string{"--salvage when the keyring is back"}},
	} {
		d := clinic()
		d.vault, row.care.State = auth.VaultDamaged, auth.VaultDamaged
		d.care = func() (auth.Care, error) { return row.care, nil }
		got := run(t, world(d, "doctor"))
		contains(t, what, got.out, row.want...)
		if len(row.want) == 1 && row.want[0] == startOver && strings.Contains(got.out, "--salvage") {
			t.Errorf("%s: got %q, want no word of what doesn't help", what, got.out)
		}
	}
}

func TestDoctorWithoutAnAgent(t *testing.T) {
	w := world(nil, "doctor", "--no-start")
	w.Look = machine
	w.Dial = func(_ context.Context, s cli.Start) (auth.Front, func() error, error) {
		is(t, "start", s, cli.StartNever)
		return nil, nil, &auth.Error{Kind: auth.KindAgent, Detail: "no agent runs"}
	}
	got := run(t, w)
	is(t, "exit code", got.code, 1)
	contains(t, "stdout", got.out, "problem  agent    Tokentray’s agent can’t be used: no agent runs.", "tray")
}

func TestDoctorNamesWhoNeedsSomebody(t *testing.T) {
	d := clinic()
	d.accounts[0].State = auth.StateNeedsSignIn
	got := run(t, world(d, "doctor"))
	is(t, "exit code", got.code, 0)
	contains(t, "stdout", got.out, "warning  account Adaptix · Northwind", "tokentray reconnect")
}

func TestMending(t *testing.T) {
	var got auth.Mending
	d := clinic()
	d.vault = auth.VaultDamaged
	d.unlock = func(auth.Secret) error {
		t.Error("a vault that is to be mended was unlocked first")
		return nil
	}
	d.mend = func(m auth.Mending) (auth.Mended, error) {
		got = m
		return auth.Mended{Accounts: []auth.AccountID{"k7q2"}, Lost: 1, SetAside: "vault.db.damaged"}, nil
	}
	did := "The vault has 1 account again; 1 account didn’t come back. The old file is kept as “vault.db.damaged”.\nLook at the accounts; one that needs you says so.\n"
	is(t, "restore", run(t, world(d, "doctor", "--restore", "vault-1.db", "--yes", "--passphrase-file", phraseFile(t))), ran{0, "", did})
	is(t, "remedy", got.Remedy, auth.RemedyRestore)
	is(t, "backup", got.Backup, "vault-1.db")
	is(t, "passphrase", got.Passphrase.Reveal(), "canary-phrase")
	is(t, "salvage", run(t, atTerminal(world(d, "doctor", "--salvage"), "y\n")).code, 0)
	is(t, "remedy", got.Remedy, auth.RemedySalvage)
	got = auth.Mending{}
	no := run(t, atTerminal(world(d, "doctor", "--start-over"), "\n"))
	is(t, "no", no.code, 1)
	contains(t, "stderr", no.err, "The vault is moved aside and kept, and an empty one begins.\n", "Go on? [y/N] The vault stays as it is.\n")
	is(t, "remedy", string(got.Remedy), "")
	d.care = func() (auth.Care, error) { return auth.Care{SealedBy: auth.SealedByPassphrase}, nil }
	w := typing(t, world(d, "doctor", "--restore"), "canary-typed")
	w.Stdin = strings.NewReader("yes\n")
	is(t, "asked", run(t, w).code, 0)
	is(t, "passphrase", got.Passphrase.Reveal(), "canary-typed")
}

func TestDoctorMissesNoKeyringThatNobodyNeeds(t *testing.T) {
	for by, missed := range map[auth.SealedBy]bool{auth.SealedByPassphrase: false, auth.SealedByKeyring: true} {
		d := clinic()
		d.sealedBy = by
		w := world(d, "doctor")
		w.Look = func(context.Context) []words.Finding {
			return []words.Finding{{Check: "keyring", Health: words.Warning, Sentence: "No keyring is there."}}
		}
		if got := run(t, w); strings.Contains(got.out, "No keyring is there.") != missed {
			t.Errorf("sealed by %s: got %q", by, got.out)
		}
	}
}
