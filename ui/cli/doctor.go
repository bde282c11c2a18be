package cli

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// findingDoc is a words.Finding.
type findingDoc struct {
	Check   string       `json:"check"`
	State   words.Health `json:"state"`
	Message string       `json:"message"`
	Next    string       `json:"next"` // "": nothing
}

type doctorDoc struct {
	Version  string       `json:"version"`
	OK       bool         `json:"ok"` // no finding is a problem
	Findings []findingDoc `json:"findings"`
}

func (i *invocation) doctorCommand() *cobra.Command {
	var m mending
	c := &cobra.Command{
		Use: "doctor", Short: "Look at everything Tokentray needs, and say what to do where something is missing",
		Long: "Looks at everything Tokentray needs: the agent, the vault, the keyring, the tray, the window, the browser, the\n" +
			"network. It changes nothing and shows no secret. With --restore, --salvage or --start-over it mends the vault;\n" +
			"the file that is there is moved aside and never deleted.",
		Example: "  tokentray doctor\n  tokentray doctor --restore vault-20261128T232930.338Z.db",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			if len(args) == 1 && m.restore {
				m.backup = args[0]
				return nil
			}
			return nothingMore(c, args)
		},
		RunE: func(c *cobra.Command, _ []string) error {
			switch n := m.choices(); {
			case n > 1:
				return usage("The remedies don’t go together.", "Choose one of --restore, --salvage and --start-over.")
			case n == 1:
				return i.mend(c.Context(), m)
			}
			return i.doctor(c.Context())
		},
	}
	f := c.Flags()
	f.BoolVar(&m.restore, "restore", false, "put a backup in the vault’s place: the one named after it, or the newest")
	f.BoolVar(&m.salvage, "salvage", false, "keep what can still be read of a damaged vault")
	f.BoolVar(&m.startOver, "start-over", false, "move the vault aside and begin with none")
	f.BoolVar(&m.yes, "yes", false, "don't ask first")
	i.jsonFlag(c, "print a JSON document")
	return c
}

func (i *invocation) doctor(ctx context.Context) error {
	passphrase, err := i.passphrase(ctx)
	if err != nil {
		return err
	}
	all := i.examine(ctx, passphrase)
	problems := 0
	for _, f := range all {
		if f.Health == words.Problem {
			problems++
		}
	}
	if i.asJSON {
		err = i.printJSON(doctorDoc{Version: i.Version, OK: problems == 0, Findings: findingRows(all)})
	} else {
		err = i.print(i.diagnosis(all))
	}
	if err != nil || problems == 0 {
		return err
	}
	return told{auth.KindInternal, words.Explanation{
		Sentence: "There is something to see to: " + count(problems, "problem") + ".",
		Next:     "What to do stands below each of them.",
	}}
}

func findingRows(all []words.Finding) (rows []findingDoc) {
	for _, f := range all {
		rows = append(rows, findingDoc{f.Check, f.Health, f.Sentence, f.Next})
	}
	return rows
}

// examine looks at everything, one thing after another.
func (i *invocation) examine(ctx context.Context, passphrase auth.Secret) []words.Finding {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	all := []words.Finding{{Check: "version", Health: words.Healthy, Sentence: "This is Tokentray " + i.Version + "."}}
	start := StartIfNeeded
	if i.noStart {
		start = StartNever
	}
	desk, hangUp, err := i.Dial(ctx, start)
	if err != nil {
		_, explanation := explain(ctx, err)
		all = append(all, words.Finding{Check: "agent", Health: words.Problem, Sentence: explanation.Line(), Next: explanation.Next})
	} else {
		defer func() { _ = hangUp() }() // all answers are in
		all = append(all, words.Finding{Check: "agent", Health: words.Healthy, Sentence: "The agent is running and answers."})
		if !passphrase.IsZero() {
			_ = desk.Unlock(ctx, passphrase) // how the vault stands then says what came of it
		}
		all = append(all, vaultFindings(ctx, desk)...)
	}
	if i.Look == nil {
		return all
	}
	around := i.Look(ctx)
	if err == nil && needsNoKeyring(ctx, desk) {
		around = slices.DeleteFunc(around, func(f words.Finding) bool { return f.Check == "keyring" && f.Health != words.Healthy })
	}
	return append(all, around...)
}

// needsNoKeyring reports whether a passphrase opens the vault, so that a missing
// keyring is nothing to warn of.
func needsNoKeyring(ctx context.Context, desk auth.Front) bool {
	snapshot, err := anySnapshot(ctx, desk)
	return err == nil && snapshot.SealedBy == auth.SealedByPassphrase
}

// vaultFindings are what the agent knows of the vault, and of the network.
func vaultFindings(ctx context.Context, desk auth.Front) (all []words.Finding) {
	snapshot, err := anySnapshot(ctx, desk)
	if err != nil {
		_, explanation := explain(ctx, err)
		return []words.Finding{{Check: "vault", Health: words.Problem, Sentence: explanation.Line(), Next: explanation.Next}}
	}
	stands := words.Vault(snapshot.Vault, words.CommandLine)
	f := words.Finding{Check: "vault", Health: words.Problem, Sentence: stands.Line(), Next: stands.Next}
	switch snapshot.Vault {
	case auth.VaultUnlocked:
		f = words.Finding{Check: "vault", Health: words.Healthy, Sentence: "The vault is open and keeps " + count(len(snapshot.Accounts), "account") + "."}
	case auth.VaultNone, auth.VaultLocked:
		f.Health = words.Warning
	case auth.VaultDamaged:
		f.Next = "What can be done stands below, at backups."
	default: // every other one keeps people from their tokens
	}
	all = append(all, f)
	for _, w := range snapshot.Warnings {
		x := words.VaultWarning(w, words.CommandLine)
		all = append(all, words.Finding{Check: "vault place", Health: words.Warning, Sentence: x.Line(), Next: x.Next})
	}
	if snapshot.Vault != auth.VaultNone {
		all = append(all, careFindings(ctx, desk)...)
	}
	if snapshot.Offline {
		all = append(all, words.Finding{
			Check: "network", Health: words.Warning, Sentence: "No network is there, as far as the system tells.",
			Next: "Tokens that are still good are given out; the rest waits.",
		})
	}
	return append(all, accountFindings(snapshot)...)
}

// careFindings are backups, and what can be done for a vault that needs it.
func careFindings(ctx context.Context, desk auth.Front) []words.Finding {
	care, err := desk.Care(ctx)
	if err != nil {
		_, explanation := explain(ctx, err)
		return []words.Finding{{Check: "backups", Health: words.Warning, Sentence: explanation.Line(), Next: explanation.Next}}
	}
	f := words.Finding{Check: "backups", Health: words.Healthy, Sentence: words.Care(care)}
	var names []string
	for _, b := range care.Backups {
		names = append(names, words.Plain(b.Name)+" ("+count(b.Accounts, "account")+")")
	}
	if len(names) > 0 {
		f.Sentence += " " + strings.Join(names, ", ") + "."
	}
	if care.State != auth.VaultDamaged {
		return []words.Finding{f}
	}
	f.Health = words.Problem
	if care.Kept > 0 {
		f.Sentence += " Of the damaged file " + strconv.Itoa(care.Salvageable) + " of " + count(care.Kept, "account") + " can still be read."
	}
	f.Next = remedies(care)
	return []words.Finding{f}
}

// remedies are what helps a damaged vault. How much can still be read isn't known
// while nobody gave what opens it.
func remedies(care auth.Care) string {
	var all []string
	if len(care.Backups) > 0 {
		all = append(all, "Run tokentray doctor --restore to put the newest back.")
	}
	switch {
	case care.Kept == 0 && care.SealedBy == auth.SealedByPassphrase:
		all = append(all, "Run tokentray doctor --salvage --passphrase-file FILE to keep what can still be read.")
	case care.Kept == 0 && care.SealedBy == "":
	case care.Kept == 0:
		all = append(all, "Run tokentray doctor --salvage when the keyring is back to keep what can still be read, or give the recovery passphrase with --passphrase-file FILE.")
	case care.Salvageable > 0:
		all = append(all, "Run tokentray doctor --salvage to keep what can be read.")
	}
	if len(all) == 0 {
		return "Run tokentray doctor --start-over; nothing else helps without a backup."
	}
	return strings.Join(all, " ")
}

// accountFindings are the accounts that need somebody.
func accountFindings(s auth.Snapshot) (all []words.Finding) {
	for _, a := range s.Accounts {
		if a.State != auth.StateNeedsSignIn && a.State != auth.StateMisconfigured {
			continue
		}
		x := words.State(a, s.At, words.CommandLine)
		all = append(all, words.Finding{Check: "account " + words.Plain(a.Name), Health: words.Warning, Sentence: x.Line(), Next: x.Next})
	}
	return all
}

// diagnosis is the findings as a person reads them.
func (i *invocation) diagnosis(all []words.Finding) string {
	var t table
	for _, f := range all {
		colour := map[words.Health]colour{words.Healthy: green, words.Warning: yellow, words.Problem: red}[f.Health]
		t = append(t, row{{string(f.Health), colour}, plain(f.Check), plain(f.Sentence)})
		if f.Next != "" && f.Health != words.Healthy {
			t = append(t, row{plain(""), plain(""), plain(f.Next)})
		}
	}
	return t.text(i.paints())
}
