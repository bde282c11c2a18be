package cli

import (
	"cmp"
	"context"
	"strings"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// practice is the provider that Tokentray hosts itself: it brings its own client
// and address. No other provider can have its name.
const practice auth.ProviderID = "practice"

// complete sees that nothing is missing that the provider needs. On a terminal
// it asks for it, one thing after another; otherwise it lists what is missing.
func (i *invocation) complete(ctx context.Context, desk auth.Front, p auth.Provider, c *auth.Connection) error {
	snapshot, err := usableSnapshot(ctx, desk)
	if err != nil || p.ID == practice {
		return err
	}
	missing := missingSettings(p, *c)
	if i.canAsk() {
		for _, s := range missing {
			if c.Settings[s.Key], err = i.askSetting(ctx, s); err != nil {
				return err
			}
		}
	}
	known, err := knownClients(ctx, desk, snapshot, p.ID, c.Settings)
	if err != nil {
		return err
	}
	gaps := missingClient(p, *c, known)
	switch {
	case len(missing) == 0 && gaps == (clientGaps{}):
		return nil
	case !i.canAsk():
		return listMissing(p, missing, gaps)
	}
	return i.askClient(ctx, p, c, gaps)
}

// knownClients are the client IDs that accounts at the provider, with the same
// settings, have already: the Keeper uses the only one again unasked.
func knownClients(
	ctx context.Context, desk auth.Front, s auth.Snapshot, p auth.ProviderID, settings map[string]string,
) (map[string]bool, error) {
	known := map[string]bool{}
	for _, account := range s.Accounts {
		if account.Provider != p {
			continue
		}
		d, err := desk.Show(ctx, account.ID)
		if err != nil {
			return nil, err
		}
		same := true
		for key, value := range settings {
			same = same && d.Settings[key] == value
		}
		if same && d.ClientID != "" {
			known[d.ClientID] = true
		}
	}
	return known, nil
}

func missingSettings(p auth.Provider, c auth.Connection) []auth.Setting {
	var missing []auth.Setting
	for _, s := range p.Settings {
		if s.Required && c.Settings[s.Key] == "" && p.Team.Settings[s.Key] == "" {
			missing = append(missing, s)
		}
	}
	return missing
}

// clientGaps are what has to be asked for of a client.
type clientGaps struct {
	id, secret bool
	passphrase bool // of the client secret in a connection file
}

// missingClient says what isn't known of the client.
func missingClient(p auth.Provider, c auth.Connection, known map[string]bool) clientGaps {
	if c.Client != "" {
		return clientGaps{}
	}
	given := c.ClientIdentifier
	if given == "" {
		given = p.Team.ClientIdentifier
	}
	if given == "" && len(known) > 0 || known[given] {
		return clientGaps{}
	}
	if p.Team.SealedSecret != "" && given == p.Team.ClientIdentifier && c.ClientSecret.IsZero() {
		return clientGaps{passphrase: c.FilePassphrase.IsZero()}
	}
	return clientGaps{id: given == "", secret: p.Client.Secret == auth.Required && c.ClientSecret.IsZero()}
}

func listMissing(p auth.Provider, settings []auth.Setting, gaps clientGaps) error {
	var missing []string
	for _, s := range settings {
		missing = append(missing, "--set "+s.Key+"=VALUE ("+words.Plain(s.Label)+example(s, ", like ")+")")
	}
	if gaps.id {
		missing = append(missing, "--client-id ID")
	}
	if gaps.secret {
		missing = append(missing, "--client-secret-file FILE")
	}
	if gaps.passphrase {
		missing = append(missing, "--file-passphrase-file FILE")
	}
	return usage(
		words.Plain(p.Name)+" needs more to connect an account: "+strings.Join(missing, ", ")+".",
		"Add what is missing, or run the command in a terminal to be asked for it.")
}

func example(s auth.Setting, before string) string {
	switch {
	case len(s.Choices) > 0:
		return before + words.Plain(strings.Join(s.Choices, " or "))
	case s.Example != "":
		return before + words.Plain(s.Example)
	}
	return ""
}

func (i *invocation) askSetting(ctx context.Context, s auth.Setting) (string, error) {
	if s.Help != "" {
		i.say(words.Plain(s.Help))
	}
	for {
		answer, err := i.ask(ctx, words.Plain(cmp.Or(s.Label, s.Key))+example(s, ", like "))
		if err != nil {
			return "", err
		}
		wrong := s.Check(answer)
		if wrong == nil {
			return answer, nil
		}
		i.say("It takes " + words.Plain(wrong.Error()) + ".")
	}
}

// askClient asks for the client's details, after telling where they are found.
func (i *invocation) askClient(ctx context.Context, p auth.Provider, c *auth.Connection, gaps clientGaps) (err error) {
	switch {
	case gaps == (clientGaps{}):
		return nil
	case gaps.passphrase:
		c.FilePassphrase, err = i.askPassphrase(ctx, "Passphrase of the connection file (it isn’t shown): ")
		return err
	}
	for _, line := range p.Client.Help {
		i.say(words.Plain(line))
	}
	if address := redirectFor(p, *c); address != "" {
		i.say("The redirect address to register there is " + words.Plain(address))
	}
	if gaps.id {
		if c.ClientIdentifier, err = i.ask(ctx, "Client ID"); err != nil {
			return err
		}
	}
	if gaps.secret || gaps.id && p.Client.Secret == auth.Optional && c.ClientSecret.IsZero() {
		c.ClientSecret, err = i.askSecret(ctx, p.Client.Secret)
	}
	return err
}

// redirectFor is the redirect address to register; "" where no browser comes back.
func redirectFor(p auth.Provider, c auth.Connection) string {
	grant := c.Grant
	if grant == "" && len(p.Grants) > 0 {
		grant = p.Grants[0]
	}
	switch {
	case grant == auth.ClientCredentials, grant == auth.DeviceCode:
		return ""
	case c.RedirectAddress != "":
		return c.RedirectAddress
	}
	return p.Redirect.Address
}
