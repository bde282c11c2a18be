package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func (i *invocation) providersCommand() *cobra.Command {
	var file string
	c := &cobra.Command{
		Use: "providers", Short: "List the providers that accounts can be connected at", Args: nothingMore,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("check") {
				return i.checkProvider(c.Context(), file)
			}
			return i.providers(c.Context())
		},
	}
	i.jsonFlag(c, "print a JSON document")
	c.Flags().StringVar(&file, "check", "", "say whether `FILE` is a provider file that can be used, without using it")
	return c
}

func (i *invocation) providers(ctx context.Context) error {
	return i.withDesk(ctx, upTo(answerTime), func(ctx context.Context, desk auth.Front) error {
		all, err := desk.Providers(ctx)
		if err != nil {
			return err
		}
		if i.asJSON {
			return i.printProviders(all)
		}
		t := table{{plain("PROVIDER"), plain("NAME"), plain("GRANTS")}}
		for _, p := range all {
			t = append(t, row{plain(string(p.ID)), plain(p.Name), plain(grants(p))})
		}
		return i.print(t.text(withoutColours))
	})
}

// checkProvider says whether a file can be used. The agent isn't asked.
func (i *invocation) checkProvider(ctx context.Context, file string) error {
	_, p, err := i.providerFile(ctx, "--check", file)
	switch {
	case err != nil:
		return err
	case i.asJSON:
		return i.printProviders([]auth.Provider{p})
	}
	i.say(words.Named(file) + " can be used: " + words.Plain(p.Name) + ", with " + grants(p) + ".")
	return nil
}

// providerFile reads and checks a provider file.
func (i *invocation) providerFile(ctx context.Context, flag, file string) ([]byte, auth.Provider, error) {
	text, err := i.read(ctx, flag, file, maxProviderFile)
	if err != nil {
		return nil, auth.Provider{}, err
	}
	p, err := i.Check(file, text)
	if err != nil {
		var lines []string
		for line := range strings.Lines(err.Error()) {
			lines = append(lines, words.Plain(strings.TrimRight(line, "\r\n")))
		}
		return nil, auth.Provider{}, usage(
			words.Named(file)+" can’t be used as a provider file: "+strings.TrimRight(strings.Join(lines, "\n"), ".")+".",
			"Change that line and check again with tokentray providers --check "+words.Argument(file)+".")
	}
	return text, p, nil
}

func (i *invocation) printProviders(all []auth.Provider) error {
	d := providersDocument{Providers: []providerDoc{}}
	for _, p := range all {
		d.Providers = append(d.Providers, providerRow(p))
	}
	return i.printJSON(d)
}

func grants(p auth.Provider) string {
	all := make([]string, len(p.Grants))
	for k, g := range p.Grants {
		all[k] = string(g)
	}
	return words.Plain(strings.Join(all, ", "))
}
