package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// exporting is what the export command was given.
type exporting struct {
	file           string
	everything     bool     // accounts with their secrets
	accounts       []string // by name
	clientSecret   bool     // it goes into a connection file, sealed
	passphraseFile string
	force          bool
}

func (i *invocation) exportCommand() *cobra.Command {
	var x exporting
	c := &cobra.Command{
		Use: "export FILE", Short: "Write how to connect, or with --accounts the accounts themselves, into a file",
		Long: "Writes a connection file: a provider, your settings and the client ID, for others to connect with. It holds no\n" +
			"account and no token. With --accounts it writes accounts with everything they need, sealed with a passphrase.",
		Example: "  tokentray export northwind.toml --account Northwind\n  tokentray export my-accounts.age --accounts",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return usage("tokentray export needs to know one file to write: tokentray export FILE.", hint(c))
			}
			x.file = args[0]
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return i.export(c.Context(), x) },
	}
	f := c.Flags()
	f.BoolVar(&x.everything, "accounts", false, "accounts with their tokens and client secrets, sealed with a passphrase")
	f.StringArrayVar(&x.accounts, "account", nil, "the account it is about, its `NAME`; with --accounts repeat for more, all of them unasked")
	f.BoolVar(&x.clientSecret, "client-secret", false, "put the client secret into a connection file, sealed with a passphrase")
	f.StringVar(&x.passphraseFile, "passphrase-file", "", "seal with the passphrase in `FILE` (- is standard input) instead of asking")
	f.BoolVar(&x.force, "force", false, "replace a file that is there already")
	return c
}

func (i *invocation) export(ctx context.Context, x exporting) error {
	if !x.force {
		if _, err := os.Lstat(x.file); err == nil {
			return alreadyThere(x.file)
		}
	}
	return i.withDesk(ctx, i.forAnswers(), func(ctx context.Context, desk auth.Front) error {
		snapshot, err := usableSnapshot(ctx, desk)
		if err != nil {
			return err
		}
		chosen, staying, err := x.choose(ctx, desk, snapshot.Accounts)
		if err != nil {
			return err
		}
		e := auth.Export{What: auth.ExportConnection}
		if x.everything {
			e.What = auth.ExportAccounts
		}
		if !x.everything || len(x.accounts) > 0 { // all of them otherwise
			for _, s := range chosen {
				e.Accounts = append(e.Accounts, s.ID)
			}
		}
		if x.everything || x.clientSecret || x.passphraseFile != "" {
			if e.Passphrase, err = i.newPassphrase(ctx, "--passphrase-file", x.passphraseFile); err != nil {
				return err
			}
		}
		file, err := desk.Export(ctx, e)
		if err != nil {
			return err
		}
		if err := x.write(file); err != nil {
			return err
		}
		return i.tellExported(ctx, desk, x, chosen, staying)
	})
}

// choose is which accounts the export is about, and which are left out although
// nobody named others: those of the practice provider.
func (x exporting) choose(ctx context.Context, desk auth.Front, all []auth.Status) (chosen, staying []auth.Status, _ error) {
	for _, name := range x.accounts {
		id, err := desk.Find(ctx, name)
		if err != nil {
			return nil, nil, naming(err, name)
		}
		for _, s := range all {
			if s.ID == id {
				chosen = append(chosen, s)
			}
		}
	}
	if len(x.accounts) == 0 {
		for _, s := range all {
			if s.Provider == practice {
				staying = append(staying, s)
			} else {
				chosen = append(chosen, s)
			}
		}
	}
	switch {
	case len(all) == 0:
		return nil, nil, usage("There is no account yet, so there is nothing to export.", "Connect one with tokentray connect PROVIDER.")
	case len(chosen) == 0:
		return nil, nil, usage("There is nothing to export: the practice provider runs on this computer alone, and there is no other account.",
			"Connect one with tokentray connect PROVIDER.")
	case !x.everything && len(chosen) != 1:
		return nil, nil, usage("A connection file is made of one account; there are "+quoted(chosen)+".", "Name one of them with --account NAME.")
	}
	return chosen, staying, nil
}

// quoted are the names of accounts, as a sentence has them.
func quoted(accounts []auth.Status) string {
	var names []string
	for _, s := range accounts {
		names = append(names, words.Named(s.Name))
	}
	return strings.Join(names, ", ")
}

func alreadyThere(file string) error {
	return usage("There is a file called "+words.Named(file)+" already, and it was left alone.", "Choose another name, or add --force to replace it.")
}

// write makes the file, for this user alone, in one step: a disk that is full
// leaves nothing behind, and what is replaced is replaced whole.
func (x exporting) write(content []byte) error {
	unwritable := usage("The file can’t be written: "+words.Named(x.file)+".", "Check that its folder is there, and has room, and may be written to.")
	draft, err := os.CreateTemp(filepath.Dir(x.file), ".tokentray-*") // 0600
	if err != nil {
		return unwritable
	}
	defer func() { _ = os.Remove(draft.Name()) }() // it has moved, or failed
	_, err = draft.Write(content)
	if err = firstOf(err, draft.Sync(), draft.Close()); err != nil {
		return unwritable
	}
	if x.force {
		err = os.Rename(draft.Name(), x.file)
	} else if err = os.Link(draft.Name(), x.file); err != nil && !errors.Is(err, fs.ErrExist) {
		err = writeNew(x.file, content) // a file system without links
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return alreadyThere(x.file)
	case err != nil:
		return unwritable
	}
	return nil
}

// writeNew writes a file that isn't there yet.
func writeNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = firstOf(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(path) // what failed before is what matters
	}
	return err
}

// tellExported says what is in the file, and where two machines would end each
// other's sign-in.
func (i *invocation) tellExported(ctx context.Context, desk auth.Front, x exporting, chosen, staying []auth.Status) error {
	if !x.everything {
		i.say("How to connect like " + words.Named(chosen[0].Name) + " is in " + words.Named(x.file) + "; no token is.")
		i.say("Others bring it in with tokentray import " + words.Argument(filepath.Base(x.file)) + ".")
		return nil
	}
	i.say("In " + words.Named(x.file) + ", sealed with the passphrase: " + count(len(chosen), "account") + " with all secrets.")
	if len(staying) > 0 {
		i.say("Not in it: " + quoted(staying) + ", because the practice provider runs on this computer alone.")
	}
	rotating, err := rotatingAmong(ctx, desk, chosen)
	if err == nil && len(rotating) > 0 {
		i.say(useInOnePlace(rotating))
	}
	i.say("Bring them in elsewhere with tokentray import " + words.Argument(filepath.Base(x.file)) + ".")
	return nil // the file is written; what else isn't known is no trouble of it
}

// rotatingAmong are the names of accounts whose provider gives a new refresh token each time.
func rotatingAmong(ctx context.Context, desk auth.Front, chosen []auth.Status) (names []string, err error) {
	all, err := desk.Providers(ctx)
	if err != nil {
		return nil, err
	}
	rotates := map[auth.ProviderID]bool{}
	for _, p := range all {
		rotates[p.ID] = p.Rotation.RefreshToken == auth.RefreshTokenRotates || p.Rotation.RefreshToken == auth.RefreshTokenSingleUse
	}
	for _, s := range chosen {
		if rotates[s.Provider] {
			names = append(names, s.Name)
		}
	}
	return names, nil
}

// useInOnePlace warns where two machines with the same sign-in would end each other's.
func useInOnePlace(names []string) string {
	named := make([]string, len(names))
	for k, n := range names {
		named[k] = words.Named(n)
	}
	return "Use these on one computer only, because their provider gives a new refresh token each time, and two would end each other’s sign-in: " +
		strings.Join(named, ", ") + "."
}
