package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// connecting is what the connect command was given.
type connecting struct {
	connection   auth.Connection
	provider     string // as written
	providerFile string
	secretFile   string
	settings     []string // key=value
	scopes       []string
	grant        string
	browser      string
	phraseFile   string // opens the client secret in a connection file
}

func (i *invocation) connectCommand() *cobra.Command {
	k := connecting{}
	c := &cobra.Command{
		Use: "connect PROVIDER", Short: "Connect an account: sign in once, and it stays signed in",
		Example: "  tokentray connect adaptix --set address=https://crm.example.com --client-id ID --client-secret-file secret.txt\n" +
			"  tokentray connect --provider-file adaptix.toml --name Northwind --browser none\n" +
			"  tokentray connect oidc --set issuer=https://login.example.com --client-id ID --grant device_code",
		Args: func(c *cobra.Command, args []string) error { return k.whichProvider(c, args) },
		RunE: func(c *cobra.Command, _ []string) error { return i.connect(c.Context(), k) },
	}
	f := c.Flags()
	f.StringVar(&k.providerFile, "provider-file", "", "connect at the provider that `FILE` describes")
	f.StringVar(&k.connection.Name, "name", "", "how to call the account, its `NAME`; unasked, one is made")
	f.StringVar(&k.connection.ClientIdentifier, "client-id", "", "the client `ID` that the provider gave you")
	f.StringVar(&k.secretFile, "client-secret-file", "", "read the client secret from `FILE` (- is standard input)")
	f.StringVar(&k.phraseFile, "file-passphrase-file", "", "open the client secret in a connection file with the passphrase in `FILE` instead of asking")
	f.StringVar(&k.connection.Client, "client", "", "use a client that another account uses: its `NAME` or client ID")
	f.StringArrayVar(&k.settings, "set", nil, "a setting of the provider, as `KEY=VALUE`; repeat for more")
	f.StringArrayVar(&k.scopes, "scope", nil, "ask for scope `S` instead of the usual; repeat for more")
	f.StringVar(&k.grant, "grant", "", "the grant `TYPE`: authorization_code, client_credentials or device_code, where the provider offers it")
	f.StringVar(&k.connection.RedirectAddress, "redirect-uri", "", "the redirect address registered at the provider, a `URL`")
	i.signInFlags(c, &k.browser, &k.connection.Timeout)
	i.jsonFlag(c, "print the account as a JSON document when it is connected; an address for --browser none stands on a line before it")
	return c
}

// signInFlags are what every command has that may lead to a browser.
func (i *invocation) signInFlags(c *cobra.Command, browser *string, timeout *time.Duration) {
	c.Flags().StringVar(browser, "browser", "", "open the browser with `CMD`, or print the address with none; unasked, $BROWSER or the usual one (none for device_code)")
	c.Flags().DurationVar(timeout, "timeout", auth.DefaultSignInTime, "how long to wait for the sign-in, like `5m`")
}

// whichProvider sees that there is one provider, by name or by file.
func (k *connecting) whichProvider(c *cobra.Command, args []string) error {
	switch {
	case len(args) > 1:
		return usage("An account is connected at one provider, and "+words.Named(args[1])+" stands after it.", hint(c))
	case len(args) == 1 && k.providerFile != "":
		return usage("Both a provider and a provider file are named, and only one can be used.", "Leave out "+words.Named(args[0])+" or --provider-file.")
	case len(args) == 1 && args[0] != "":
		k.provider = args[0]
		return nil
	case k.providerFile != "":
		return nil
	}
	return usage("tokentray connect needs to know where: tokentray connect PROVIDER.", "Run tokentray providers to see what there is, or bring your own with --provider-file.")
}

func (i *invocation) connect(ctx context.Context, k connecting) error {
	if k.connection.Timeout <= 0 {
		return usage("A sign-in needs some time.", "Write --timeout like 90s or 5m.")
	}
	if err := i.connectSecrets(ctx, &k); err != nil {
		return err
	}
	var fromFile auth.Provider
	if k.providerFile != "" {
		text, p, err := i.providerFile(ctx, "--provider-file", k.providerFile)
		if err != nil {
			return err
		}
		fromFile = p
		k.connection.ProviderFile, k.connection.ProviderFileName = text, k.providerFile
	}
	return i.withDesk(ctx, i.forPerson(k.connection.Timeout), func(ctx context.Context, desk auth.Front) error {
		p, err := k.find(ctx, desk, fromFile)
		if err != nil {
			return err
		}
		if err := k.check(p); err != nil {
			return err
		}
		if err := i.complete(ctx, desk, p, &k.connection); err != nil {
			return err
		}
		return i.signInAndTell(ctx, desk, p, k)
	})
}

// connectSecrets reads what the command names files for.
func (i *invocation) connectSecrets(ctx context.Context, k *connecting) (err error) {
	if k.secretFile != "" {
		if k.connection.ClientSecret, err = i.secretFrom(ctx, "--client-secret-file", k.secretFile); err != nil {
			return err
		}
	}
	if k.phraseFile != "" {
		k.connection.FilePassphrase, err = i.secretFrom(ctx, "--file-passphrase-file", k.phraseFile)
	}
	return err
}

// find is the provider that was named, from the catalogue or from the file.
func (k *connecting) find(ctx context.Context, desk auth.Front, fromFile auth.Provider) (auth.Provider, error) {
	if k.providerFile != "" {
		return fromFile, nil
	}
	all, err := desk.Providers(ctx)
	if err != nil {
		return auth.Provider{}, err
	}
	catalogue := &cobra.Command{} // the commands it has lend their measure of what is near
	for _, p := range all {
		if strings.EqualFold(string(p.ID), k.provider) || strings.EqualFold(p.Name, k.provider) {
			k.connection.Provider = p.ID
			return p, nil
		}
		catalogue.AddCommand(&cobra.Command{Use: string(p.ID), Run: func(*cobra.Command, []string) {}})
	}
	return auth.Provider{}, &auth.Error{Kind: auth.KindUnknownProvider, Provider: k.provider, Candidates: near(catalogue, k.provider)}
}

// check reads what depends on the provider: its settings, its grants, its scopes.
func (k *connecting) check(p auth.Provider) error {
	settings, err := settingsOf(p, k.settings)
	if err != nil {
		return err
	}
	k.connection.Settings = settings
	k.connection.Scopes = scopes(k.scopes)
	k.connection.Grant = auth.GrantType(k.grant)
	if k.grant != "" && !p.Supports(k.connection.Grant) {
		return usage(words.Plain(p.Name)+" offers no grant "+words.Named(k.grant)+".", "Give --grant one of "+grants(p)+", or leave it out.")
	}
	return nil
}

// settingsOf reads key=value, for keys that the provider has.
func settingsOf(p auth.Provider, pairs []string) (map[string]string, error) {
	known := map[string]bool{}
	var keys []string
	for _, s := range p.Settings {
		known[s.Key] = true
		keys = append(keys, s.Key)
	}
	next := words.Plain(p.Name) + " has no settings; leave --set out."
	if len(keys) > 0 {
		next = words.Plain(p.Name) + " has these: " + strings.Join(keys, ", ") + "."
	}
	settings := map[string]string{}
	for _, pair := range pairs {
		key, value, ok := strings.Cut(pair, "=")
		switch {
		case !ok:
			return nil, usage("--set takes KEY=VALUE, and "+words.Named(pair)+" has no = in it.", next)
		case !known[key]:
			return nil, usage(words.Plain(p.Name)+" has no setting "+words.Named(key)+".", next)
		}
		settings[key] = value
	}
	return settings, nil
}

// scopes splits what was given at blanks: a scope has none (RFC 6749 §3.3).
// It returns nil where nothing was given.
func scopes(given []string) []string {
	if given == nil {
		return nil
	}
	return append([]string{}, strings.Fields(strings.Join(given, " "))...)
}

// signInAndTell makes the account and tells how it turned out.
func (i *invocation) signInAndTell(ctx context.Context, desk auth.Front, p auth.Provider, k connecting) error {
	status, err := i.signIn(ctx, desk, p.Name, k.browser, func(ctx context.Context, tell func(auth.SignInStep)) (auth.Status, error) {
		return desk.Connect(ctx, k.connection, tell)
	})
	if err != nil {
		return withoutAccount(err)
	}
	i.welcome(status)
	if i.asJSON {
		return i.printJSON(accountRow(status))
	}
	return nil
}

// withoutAccount gives err a next step that fits where no account came to be:
// nothing goes on by itself then, and there is nothing to edit.
func withoutAccount(err error) error {
	var e *auth.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Kind {
	case auth.KindUnreachable, auth.KindThrottled:
		return otherNext{e, "Nothing was stored. Check the address and your connection, then run the command again."}
	case auth.KindMisconfigured:
		return otherNext{e, "Nothing was stored. Compare client ID, client secret, redirect address and scopes with what " +
			words.Plain(e.Provider) + " shows, and run the command again with the right ones (tokentray connect --help has the flags)."}
	}
	return err
}

// welcome says that an account is signed in, as whom, and how to use it.
func (i *invocation) welcome(s auth.Status) {
	line := words.Named(s.Name) + " is connected"
	if who := s.Identity.Who(); who != "" {
		line += " as " + words.Plain(who)
	}
	if !s.ExpiresAt.IsZero() {
		line += "; its token is good for " + words.Remaining(s.ExpiresAt.Sub(i.Now()))
		if !s.RefreshAt.IsZero() {
			line += " and refreshes by itself"
		}
	}
	i.say(line + ".")
	i.say("Run tokentray token " + words.Argument(s.Name) + " to get it.")
}
