package cli

import (
	"context"
	"fmt"

	"github.com/tokentray/tokentray/auth"
)

// askPassphrase asks on the terminal, without showing it, until there is one.
func (i *invocation) askPassphrase(ctx context.Context, label string) (auth.Secret, error) {
	for {
		_, _ = fmt.Fprint(i.Stderr, label) // a terminal that is gone shows in the read
		secret, err := i.ReadSecret(ctx)
		i.say("") // the person's Enter wasn't shown either
		if err != nil || !secret.IsZero() {
			return secret, noAnswer(err)
		}
	}
}

// newPassphrase is the one in the file that flag named, or, asked for twice, what a
// person thinks of.
func (i *invocation) newPassphrase(ctx context.Context, flag, file string) (auth.Secret, error) {
	switch {
	case file != "":
		return i.secretFrom(ctx, flag, file)
	case !i.canAsk():
		return auth.Secret{}, usage("A passphrase is needed, and there is no terminal to ask on.", "Give it with "+flag+" FILE.")
	}
	for {
		first, err := i.askPassphrase(ctx, "New passphrase (it isn’t shown): ")
		if err != nil {
			return auth.Secret{}, err
		}
		second, err := i.askPassphrase(ctx, "The same once more: ")
		if err != nil {
			return auth.Secret{}, err
		}
		if first.Equal(second) {
			return first, nil
		}
		i.say("These are two different ones. Once more, then.")
	}
}
