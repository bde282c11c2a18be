package auth

import (
	"bytes"
	"context"
	"errors"
	"strings"
)

// Import takes up what Export made, here or elsewhere: accounts, or a connection
// file, which goes among the providers. Accounts that are here already stay as
// they are. Imported grants are taken as they are: whether their refresh tokens
// still work is the provider's word at the first refresh.
func (k *Keeper) Import(ctx context.Context, file []byte, passphrase Secret) (Imported, error) {
	if !sealed(file) {
		return k.importConnection(file)
	}
	if passphrase.IsZero() {
		return Imported{}, &Error{Kind: KindVault, Vault: VaultKeyWrong, Detail: "this file is sealed; it needs the passphrase that it was exported with"}
	}
	kept, err := k.porter.Unpack(file, passphrase)
	var e *Error
	switch {
	case errors.As(err, &e) && e.Kind == KindVault:
		return Imported{}, e
	case err != nil:
		return Imported{}, travelError(err, "the file can't be opened")
	}
	if err := checkImported(kept); err != nil {
		return Imported{}, err
	}
	if err := k.readyToStore(ctx); err != nil {
		return Imported{}, err
	}
	return k.importAccounts(kept)
}

// sealed reports whether file is what a Porter packs: one of the two forms of the
// age format (age-encryption.org/v1). A connection file is plain TOML.
func sealed(file []byte) bool {
	file = bytes.TrimSpace(file)
	return bytes.HasPrefix(file, []byte("age-encryption.org/")) || bytes.HasPrefix(file, []byte("-----BEGIN AGE ENCRYPTED FILE-----"))
}

func (k *Keeper) importConnection(file []byte) (Imported, error) {
	p, err := k.catalogue.Install(file)
	if err != nil {
		return Imported{}, wordsOf(err)
	}
	k.log.Info("a connection file was installed", "provider", p.ID)
	k.changed()
	return Imported{Provider: p.ID}, nil
}

// wordsOf is what a person is told of a provider file that can't be used: where in
// it, and why.
func wordsOf(err error) error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: KindUsage, Detail: err.Error(), Cause: err}
}

// checkImported refuses what could never have been exported: a file from elsewhere
// must not bring what a provider file couldn't.
func checkImported(kept Contents) error {
	clients := map[ClientID]bool{}
	for _, c := range kept.Clients {
		clients[c.ID] = true
	}
	for _, a := range kept.Accounts {
		_, granted := kept.Grants[a.ID]
		whole := granted && clients[a.Client] && a.Provider.ID != "" && a.Provider.Supports(a.Grant) && a.Provider.Endpoints.Token != ""
		p := a.Provider.Clone()
		for _, address := range p.addresses() {
			whole = whole && (*address.text == "" || CheckAddress(*address.text) == nil)
		}
		if !whole {
			return &Error{Kind: KindUsage, Account: a.Name, Detail: "an account in this file is not whole, so nothing was imported"}
		}
	}
	return nil
}

// importAccounts adds what isn't here yet, one account after the other.
func (k *Keeper) importAccounts(kept Contents) (Imported, error) {
	k.moving.Lock() // two at once would both find that an account isn't here
	defer k.moving.Unlock()
	clients := map[ClientID]Client{}
	for _, c := range kept.Clients {
		clients[c.ID] = c
	}
	var file []connected
	for _, a := range kept.Accounts {
		if _, ours := k.local[a.Provider.ID]; !ours { // it runs on the other computer
			file = append(file, connected{a, clients[a.Client]})
		}
	}
	var in Imported
	known := match(file, k.connected())
	for i, c := range file {
		if name, here := known[i]; here {
			in.Known = append(in.Known, name)
			continue
		}
		g := kept.Grants[c.ID]
		status, err := k.importAccount(c.Account, c.client, g)
		if err != nil {
			return in, err
		}
		in.Accounts = append(in.Accounts, status)
		if use := c.Provider.Rotation.RefreshToken; !g.RefreshToken.IsZero() && (use == RefreshTokenRotates || use == RefreshTokenSingleUse) {
			in.Rotating = append(in.Rotating, status.Name)
		}
	}
	k.changed()
	return in, nil
}

// importAccount adds a with g.
func (k *Keeper) importAccount(a Account, c Client, g Grant) (Status, error) {
	k.naming.Lock() // one new name and ID at a time
	defer k.naming.Unlock()
	k.mu.Lock()
	if ours, fits := k.sameClient(a, c); fits {
		c = ours
	} else {
		c.ID = ClientID(idOr(string(c.ID), func(id string) bool { return k.clientHeld(ClientID(id)) }))
	}
	a.Client = c.ID
	a.ID = AccountID(idOr(string(a.ID), func(id string) bool { return idTaken(k.accounts, id) }))
	if checkName(a.Name) != nil || nameTaken(k.accounts, a.Name, "") != nil {
		a.Name = freeName(k.accounts, a.Name, "")
	}
	k.mu.Unlock()
	if err := k.add(a, c, g); err != nil {
		return Status{}, vaultError(err, k.vault.State(), a.Name)
	}
	k.mu.Lock()
	h := k.take(a, c, g)
	status := h.status(k.clock.Wall(), k.clock.Mono())
	k.mu.Unlock()
	k.noteEvent(a.ID, Event{What: EventImported})
	return status, nil
}

// sameClient is the registration here that c is, as it is known here: it may have
// been edited since. Called with mu held.
func (k *Keeper) sameClient(a Account, c Client) (ours Client, fits bool) {
	for _, h := range k.accounts {
		same := h.account.Provider.servedBy(a.Provider) && h.client.Identifier == c.Identifier
		if same && (!fits || h.client.ID < ours.ID) {
			ours, fits = h.client, true
		}
	}
	return ours, fits
}

// clientHeld is clientTaken with mu held.
func (k *Keeper) clientHeld(id ClientID) bool {
	for _, h := range k.accounts {
		if h.client.ID == id {
			return true
		}
	}
	return false
}

// maxID is the longest ID that is taken over from elsewhere.
const maxID = 16

// idOr is id, or a new one where that is taken or no ID of ours.
func idOr(id string, taken func(string) bool) string {
	odd := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }
	if id == "" || len(id) > maxID || strings.ContainsFunc(id, odd) || taken(id) {
		return newID(taken)
	}
	return id
}

// withSealedSecret is c with the client secret that is sealed in its connection
// file, where it needs that one: not where it brings another, or where the client
// is known with its secret already.
func (k *Keeper) withSealedSecret(a attempt, c Connection) (Connection, error) {
	team := a.provider.Team
	other := c.ClientIdentifier != "" && c.ClientIdentifier != team.ClientIdentifier
	if team.SealedSecret == "" || !c.ClientSecret.IsZero() || other {
		return c, nil
	}
	asked := c
	if asked.Client == "" {
		asked.ClientIdentifier = team.ClientIdentifier
	}
	if known, err := k.knownClient(a, asked); err != nil || !known.Secret.IsZero() {
		return c, err
	}
	if c.FilePassphrase.IsZero() {
		return c, &Error{
			Kind: KindUsage, Provider: a.provider.Name,
			Detail: "the client secret in the connection file is sealed; it needs the passphrase that it was exported with",
		}
	}
	secret, err := k.porter.OpenSecret(team.SealedSecret, c.FilePassphrase)
	if err != nil {
		return c, travelError(err, "the client secret in the connection file can't be opened")
	}
	c.ClientSecret = secret
	return c, nil
}

// travelError is what a person is told of a file or a text that was sealed
// elsewhere: a passphrase that doesn't fit is about that, not about the vault here.
func travelError(err error, detail string) error {
	var e *Error
	switch {
	case !errors.As(err, &e):
		return &Error{Kind: KindInternal, Detail: detail, Cause: err}
	case e.Kind == KindVault && e.Vault == VaultKeyWrong:
		return &Error{Kind: KindUsage, Detail: detail + ": the passphrase does not fit", Cause: err}
	}
	return e
}
