package auth

import (
	"context"
	"maps"
	"slices"
)

// Export makes a file to take elsewhere. Errors: KindUsage where it is not said
// whose, or where secrets would leave without a passphrase.
func (k *Keeper) Export(ctx context.Context, e Export) ([]byte, error) {
	if err := k.ready(ctx); err != nil {
		return nil, err
	}
	switch e.What {
	case ExportConnection:
		if len(e.Accounts) != 1 {
			return nil, &Error{Kind: KindUsage, Detail: "a connection file is made from one account"}
		}
		return k.exportConnection(e.Accounts[0], e.Passphrase)
	case ExportAccounts:
		if e.Passphrase.IsZero() {
			return nil, &Error{Kind: KindUsage, Detail: "accounts leave only sealed with a passphrase, and none was given"}
		}
		return k.exportAccounts(e.Accounts, e.Passphrase)
	}
	return nil, &Error{Kind: KindUsage, Detail: "nothing to export is called " + string(e.What), Candidates: []string{string(ExportConnection), string(ExportAccounts)}}
}

// exportConnection is how to connect as id does: its provider with what a team
// needs filled in, and nothing of the account itself.
func (k *Keeper) exportConnection(id AccountID, passphrase Secret) ([]byte, error) {
	k.mu.Lock()
	h, known := k.live(id)
	if !known {
		defer k.mu.Unlock()
		return nil, k.unknown(id)
	}
	account, client := h.account, h.client
	k.mu.Unlock()
	if _, ours := k.local[account.Provider.ID]; ours {
		return nil, onlyHere(account)
	}
	p := k.teamProvider(account, client)
	var err error
	if !passphrase.IsZero() && !client.Secret.IsZero() {
		if p.Team.SealedSecret, err = k.porter.SealSecret(client.Secret, passphrase); err != nil {
			return nil, travelError(err, "the client secret can't be sealed")
		}
	}
	file, err := k.catalogue.Write(p)
	if err != nil {
		return nil, &Error{Kind: KindInternal, Provider: p.Name, Detail: "the connection file can't be written", Cause: err}
	}
	return file, nil
}

// teamProvider is the provider of a as the catalogue has it, with a's settings and
// client ID filled in and locked. Where the catalogue doesn't have it the account's
// own copy serves, in which the settings stand already.
func (k *Keeper) teamProvider(a Account, c Client) Provider {
	p, known := k.catalogue.Provider(a.Provider.ID)
	if known {
		filled, err := p.With(a.Settings)
		known = err == nil && filled.servedBy(a.Provider)
	}
	team := Team{ClientIdentifier: c.Identifier, Locked: []string{"client_id"}}
	if known {
		p = p.Clone()
		team.Settings = map[string]string{}
		maps.Copy(team.Settings, p.Team.Settings)
		maps.Copy(team.Settings, a.Settings)
		maps.DeleteFunc(team.Settings, func(_, value string) bool { return value == "" })
		team.Locked = append(slices.Sorted(maps.Keys(team.Settings)), team.Locked...)
	} else {
		p = a.Provider.Clone()
		p.Settings = nil
		if p.Issuer != "" {
			p.Endpoints = Endpoints{} // discovery fills them in again
		}
	}
	p.Team = team
	if a.Grant == AuthorizationCode && c.RedirectAddress != "" {
		p.Redirect.Address = c.RedirectAddress
	}
	p.Origin = ""
	return p
}

// exportAccounts seals the accounts called ids, or all of them, as the vault has them.
func (k *Keeper) exportAccounts(ids []AccountID, passphrase Secret) ([]byte, error) {
	kept, err := k.vault.Contents()
	if err != nil {
		return nil, vaultError(err, k.vault.State(), "")
	}
	out := Contents{Grants: map[AccountID]Grant{}}
	clients := map[ClientID]bool{}
	for _, a := range kept.Accounts {
		_, ours := k.local[a.Provider.ID]
		switch asked := slices.Contains(ids, a.ID); {
		case ours && asked:
			return nil, onlyHere(a)
		case ours, ids != nil && !asked:
			continue
		}
		out.Accounts = append(out.Accounts, a)
		out.Grants[a.ID] = kept.Grants[a.ID]
		clients[a.Client] = true
	}
	for _, id := range ids {
		if !slices.ContainsFunc(out.Accounts, func(a Account) bool { return a.ID == id }) {
			return nil, &Error{Kind: KindUnknownAccount, Account: string(id)}
		}
	}
	if len(out.Accounts) == 0 {
		return nil, &Error{Kind: KindUsage, Detail: "there is no account to export"}
	}
	for _, c := range kept.Clients {
		if clients[c.ID] {
			out.Clients = append(out.Clients, c)
		}
	}
	file, err := k.porter.Pack(out, passphrase)
	if err != nil {
		return nil, travelError(err, "the accounts can't be sealed")
	}
	return file, nil
}

func onlyHere(a Account) *Error {
	return &Error{Kind: KindUsage, Account: a.Name, Provider: a.Provider.Name, Detail: a.Provider.Name + " runs on this computer alone, so its accounts stay here"}
}
