package cli

import (
	"context"
	"maps"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func (i *invocation) editCommand() *cobra.Command {
	var clientID, secretFile, redirect string
	var asked []string
	c := &cobra.Command{
		Use: "edit NAME", Short: "Change client details or scopes; nobody has to sign in again for a new secret", Args: oneName,
	}
	f := c.Flags()
	f.StringVar(&clientID, "client-id", "", "the new client `ID`")
	f.StringVar(&secretFile, "client-secret-file", "", "read the new client secret from `FILE` (- is standard input)")
	f.StringVar(&redirect, "redirect-uri", "", "the redirect address that is registered now, a `URL`")
	f.StringArrayVar(&asked, "scope", nil, "ask for scope `S` from the next sign-in on, instead of those before; repeat for more")
	c.RunE = func(c *cobra.Command, args []string) error {
		var change auth.Change
		if f.Changed("client-id") {
			change.ClientIdentifier = &clientID
		}
		if f.Changed("redirect-uri") {
			change.RedirectAddress = &redirect
		}
		if f.Changed("client-secret-file") {
			secret, err := i.secretFrom(c.Context(), "--client-secret-file", secretFile)
			if err != nil {
				return err
			}
			change.ClientSecret = &secret
		}
		if f.Changed("scope") {
			all := scopes(asked)
			change.Scopes = &all
		}
		switch {
		case change == (auth.Change{}):
			return usage("There is nothing to change: no flag says what.", hint(c))
		case change.ClientIdentifier != nil && clientID == "":
			return usage("An account needs a client ID, and the one after --client-id is empty.", hint(c))
		case change.RedirectAddress != nil && redirect == "":
			return usage("An account needs a redirect address, and the one after --redirect-uri is empty.", hint(c))
		}
		return i.edit(c.Context(), args[0], change)
	}
	return c
}

func (i *invocation) edit(ctx context.Context, name string, change auth.Change) error {
	return i.withAccount(ctx, upTo(answerTime), name, func(ctx context.Context, desk auth.Front, id auth.AccountID) error {
		if err := desk.Edit(ctx, id, change); err != nil {
			return err
		}
		if change.ClientIdentifier != nil || change.ClientSecret != nil || change.RedirectAddress != nil {
			line := "The client’s details are changed, for every account that uses this client"
			if sharing, err := sharingClient(ctx, desk, id); err == nil { // changed they are in any case
				line += ": " + strings.Join(sharing, ", ")
			}
			i.say(line + ".")
		}
		if change.Scopes != nil {
			i.say("The scopes are changed; run tokentray reconnect " + words.Argument(nameOf(ctx, desk, id)) + " to ask the provider for them.")
		}
		return nil
	})
}

// sharingClient are the accounts that have the client of id: its client ID, at the
// same provider and the same place there.
func sharingClient(ctx context.Context, desk auth.Front, id auth.AccountID) (names []string, err error) {
	its, err := desk.Show(ctx, id)
	if err != nil {
		return nil, err
	}
	snapshot, err := usableSnapshot(ctx, desk)
	if err != nil {
		return nil, err
	}
	for _, s := range snapshot.Accounts {
		if s.Provider != its.Provider {
			continue
		}
		d, err := desk.Show(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		if d.ClientID == its.ClientID && samePlace(d, its) {
			names = append(names, words.Named(s.Name))
		}
	}
	return names, nil
}

// samePlace reports whether two accounts of a provider are at the same one of its
// places: an issuer has one, whatever else is set.
func samePlace(a, b auth.Details) bool {
	if a.Identity.Issuer != "" && b.Identity.Issuer != "" {
		return a.Identity.Issuer == b.Identity.Issuer
	}
	return maps.Equal(a.Settings, b.Settings)
}
