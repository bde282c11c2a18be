package cli

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func (i *invocation) showCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "show NAME", Short: "Tell everything about an account but its secrets", Args: oneName,
		RunE: func(c *cobra.Command, args []string) error { return i.show(c.Context(), args[0]) },
	}
	i.jsonFlag(c, "print a JSON document")
	return c
}

func (i *invocation) show(ctx context.Context, name string) error {
	return i.withAccount(ctx, upTo(answerTime), name, func(ctx context.Context, desk auth.Front, id auth.AccountID) error {
		d, err := desk.Show(ctx, id)
		switch {
		case err != nil:
			return err
		case i.asJSON:
			return i.printJSON(detailsRow(d))
		}
		return i.print(i.details(d))
	})
}

// details is the account as a person reads it; what isn't known is left out.
func (i *invocation) details(d auth.Details) string {
	now := i.Now()
	state := words.State(d.Status, now, words.CommandLine)
	var t table
	add := func(label string, c cell) {
		if c.text != "" {
			t = append(t, row{plain(label), c})
		}
	}
	add("Name", plain(d.Name))
	add("State", cell{words.Label(d.State), colourOf(d.State)})
	add("", plain(state.Line()))
	add("", plain(state.Next))
	add("Time left", plain(left(d.Status, now)))
	add("Refreshes", moment(d.RefreshAt, now))
	add("Sign in by", moment(d.SignInBy, now))
	add("Signed in", moment(d.SignedInAt, now))
	add("Signed in as", plain(d.Identity.Who()))
	add("Organisation", plain(d.Identity.Tenant))
	add("Provider", plain(d.ProviderName))
	for _, key := range slices.Sorted(maps.Keys(d.Settings)) {
		add("  "+key, plain(d.Settings[key]))
	}
	add("Grant", plain(string(d.Grant)))
	add("Scopes", plain(strings.Join(d.Scopes, " ")))
	if !slices.Equal(d.Scopes, d.AskedScopes) {
		add("Scopes asked", plain(strings.Join(d.AskedScopes, " ")))
	}
	add("Client", plain(d.ClientName))
	add("Client ID", plain(d.ClientID))
	add("Redirect", plain(d.RedirectAddress))
	add("Try it with", plain(strings.TrimSpace(d.API.Method+" "+d.API.URL)))
	add("ID", plain(string(d.ID)))
	return t.text(i.paints())
}

func left(s auth.Status, now time.Time) string {
	l := words.Left(s, now)
	if !s.ExpiresAt.IsZero() {
		l += ", issued " + words.At(s.IssuedAt, now) + ", ends " + words.At(s.ExpiresAt, now)
	}
	return l
}

func moment(t, now time.Time) cell {
	if t.IsZero() {
		return cell{}
	}
	return plain(words.At(t, now))
}
