package cli

import (
	"bytes"
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// maxImport is what the agent takes.
const maxImport = 16 << 20

func (i *invocation) importCommand() *cobra.Command {
	var passphraseFile string
	c := &cobra.Command{
		Use: "import FILE", Short: "Bring in a connection file, or accounts that were exported",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return usage("tokentray import needs to know one file: tokentray import FILE.", hint(c))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return i.imports(c.Context(), args[0], passphraseFile) },
	}
	c.Flags().StringVar(&passphraseFile, "passphrase-file", "", "open the file with the passphrase in `FILE` (- is standard input) instead of asking")
	i.jsonFlag(c, "print what was brought in as a JSON document")
	return c
}

func (i *invocation) imports(ctx context.Context, file, passphraseFile string) error {
	content, err := i.read(ctx, "tokentray import", file, maxImport)
	if err != nil {
		return err
	}
	return i.withDesk(ctx, i.forAnswers(), func(ctx context.Context, desk auth.Front) error {
		if _, err := usableSnapshot(ctx, desk); err != nil {
			return err
		}
		brought, err := i.importSealed(ctx, desk, content, passphraseFile)
		switch {
		case err != nil:
			return err
		case i.asJSON:
			return i.printJSON(importRow(brought))
		}
		i.tellImported(brought)
		return nil
	})
}

// sealed reports whether content is a file of age's, in its armor or without: ours
// are that hold accounts.
func sealed(content []byte) bool {
	content = bytes.TrimSpace(content)
	return bytes.HasPrefix(content, []byte("-----BEGIN AGE ENCRYPTED FILE-----")) || bytes.HasPrefix(content, []byte("age-encryption.org/"))
}

// importSealed brings content in. The vault is known to be open, so that a key that
// doesn't fit is the file's.
func (i *invocation) importSealed(ctx context.Context, desk auth.Front, content []byte, passphraseFile string) (auth.Imported, error) {
	passphrase, err := i.passphraseFor(ctx, content, passphraseFile)
	if err != nil {
		return auth.Imported{}, err
	}
	brought, err := desk.Import(ctx, content, passphrase)
	if keyDoesNotFit(err) {
		return auth.Imported{}, usage("This passphrase doesn’t open the file; nothing was brought in.", "Ask whoever made the file for its passphrase, and run the command again.")
	}
	return brought, err
}

// passphraseFor opens content; zero where it isn't sealed.
func (i *invocation) passphraseFor(ctx context.Context, content []byte, file string) (auth.Secret, error) {
	switch {
	case file != "":
		return i.secretFrom(ctx, "--passphrase-file", file)
	case !sealed(content):
		return auth.Secret{}, nil
	case !i.canAsk():
		return auth.Secret{}, usage("The file is sealed with a passphrase, and there is no terminal to ask on.", "Give it with --passphrase-file FILE.")
	}
	return i.askPassphrase(ctx, "Passphrase of the file (it isn’t shown): ")
}

func keyDoesNotFit(err error) bool {
	var e *auth.Error
	return errors.As(err, &e) && e.Kind == auth.KindVault && e.Vault == auth.VaultKeyWrong
}

func (i *invocation) tellImported(brought auth.Imported) {
	if brought.Provider != "" {
		i.say("Accounts can be connected at " + words.Named(string(brought.Provider)) + " now.")
		i.say("Run tokentray connect " + words.Argument(string(brought.Provider)) + " to connect one.")
		return
	}
	for _, s := range brought.Accounts {
		i.say(words.Named(s.Name) + " is here now.")
	}
	for _, name := range brought.Known {
		i.say(words.Named(name) + " was here already, and stays as it is.")
	}
	if len(brought.Rotating) > 0 {
		i.say(useInOnePlace(brought.Rotating))
	}
	i.say("Run tokentray list to see how they are.")
}
