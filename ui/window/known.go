package window

import (
	"context"
	"maps"
	"slices"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// knownClient is a client that the vault has, as the first account with it tells.
type knownClient struct {
	account    string
	identifier string
	settings   map[string]string
}

// otherClient is the choice of one that the vault doesn't have.
const otherClient = "Other client details"

const inTheVault = "Its details are in the vault already, so there is nothing to copy."

// knownClients are the different ones of some accounts. The same client_id with
// other settings, such as another address, is another client.
func knownClients(accounts []auth.Details) []knownClient {
	var all []knownClient
	for _, d := range accounts {
		c := knownClient{account: d.Name, identifier: d.ClientID, settings: d.Settings}
		if c.identifier != "" && !slices.ContainsFunc(all, c.same) {
			all = append(all, c)
		}
	}
	return all
}

func (c knownClient) same(d knownClient) bool {
	return c.identifier == d.identifier && maps.Equal(c.settings, d.settings)
}

// label tells it apart by its account, whose name is unique; some client_ids are
// long, so it shows the beginning.
func (c knownClient) label() string {
	const most = 10
	id := []rune(words.Plain(c.identifier))
	if len(id) > most {
		id = append(id[:most-1], '…')
	}
	return "Use the client of " + words.Plain(c.account) + " (" + string(id) + ")"
}

func labelsOf(known []knownClient) []string {
	var all []string
	for _, c := range known {
		all = append(all, c.label())
	}
	return all
}

// toldOfKnown is told where nothing was typed that could be corrected.
func toldOfKnown(e *auth.Error) string {
	return ended(words.Explain(e, words.Window).Line()) + " Choose “" + otherClient + "” to type them anew."
}

// askKnown finds the clients that the vault knows for p and goes on to the form,
// unless the person went elsewhere meanwhile. What can't be learnt is not offered.
func (w *Window) askKnown(p auth.Provider, accounts []auth.AccountID) {
	desk, from := w.parts.Desk, w.screen
	w.errands.run(func(ctx context.Context) func() {
		var all []auth.Details
		for _, id := range accounts {
			if d, err := desk.Show(ctx, id); err == nil {
				all = append(all, d)
			}
		}
		return func() {
			if w.screen == from {
				w.fillIn(p, knownClients(all))
			}
		}
	})
}

// mostAsked bounds how many accounts are asked for their client: accounts share it,
// and the first ones have it.
const mostAsked = 50

// accountsAt are the accounts of a provider, the first ones where there are very many.
func accountsAt(s auth.Snapshot, p auth.ProviderID) []auth.AccountID {
	var all []auth.AccountID
	for _, a := range s.Accounts {
		if a.Provider == p && len(all) < mostAsked {
			all = append(all, a.ID)
		}
	}
	return all
}

// knownClient is the one that was chosen, if it is one that the vault has.
func (v *formView) knownClient() (knownClient, bool) {
	if v.source == nil {
		return knownClient{}, false
	}
	for _, c := range v.known {
		if c.label() == v.source.chosen {
			return c, true
		}
	}
	return knownClient{}, false
}

// turnToSource shows what has to be typed, and where it is found, only where the
// vault doesn't have it. What was typed stays there.
func (v *formView) turnToSource() {
	if _, is := v.knownClient(); is {
		v.ease.Show()
		v.typed.Hide()
		v.help.Hide()
	} else {
		v.ease.Hide()
		v.typed.Show()
		v.help.Show()
	}
	v.whole.Refresh()
}
