package auth

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// attempt is a connection worked out: what is asked of whom.
type attempt struct {
	name     string // "": made from who signs in
	provider Provider
	settings map[string]string
	client   Client
	scopes   []string
	grant    GrantType
	timeout  time.Duration
	hint     string // who is expected to sign in; may be empty
	another  bool   // the person is to choose who they are
}

// Connect makes a new account. Nothing is stored before the provider has given a
// grant, and the vault is made ready before a browser opens.
func (k *Keeper) Connect(ctx context.Context, c Connection, tell func(SignInStep)) (Status, error) {
	if err := k.readyToStore(ctx); err != nil {
		return Status{}, err
	}
	ctx, done, err := k.attend(ctx)
	if err != nil {
		return Status{}, err
	}
	defer done()
	a, err := k.prepare(ctx, c)
	if err != nil {
		return Status{}, signInError(ctx, err, c.Name, string(c.Provider))
	}
	answer, err := k.obtain(ctx, a, tell)
	if err != nil {
		return Status{}, signInError(ctx, err, c.Name, a.provider.Name)
	}
	s, err := k.addAccount(a, answer)
	if err == nil {
		k.noteEvent(s.ID, Event{What: EventConnected})
	}
	return s, err
}

// readyToStore is ready, and makes a vault where there is none: sealed with the
// OS keyring, because somebody with a passphrase would have unlocked it before.
func (k *Keeper) readyToStore(ctx context.Context) error {
	if err := k.ready(ctx); err != nil {
		return err
	}
	k.opening.Lock()
	defer k.opening.Unlock()
	switch {
	case k.isBarred():
		return lockedError()
	case k.vault.State() != VaultNone:
		return nil
	}
	return k.create(Secret{})
}

// prepare works out what to ask of whom.
func (k *Keeper) prepare(ctx context.Context, c Connection) (attempt, error) {
	p, err := k.providerFor(c)
	if err != nil {
		return attempt{}, err
	}
	a := attempt{name: c.Name, settings: maps.Clone(c.Settings), grant: c.Grant, timeout: c.Timeout}
	if a.timeout <= 0 {
		a.timeout = DefaultSignInTime
	}
	if c.Name != "" {
		if err := k.nameIsFree(c.Name, ""); err != nil {
			return attempt{}, err
		}
	}
	if a.grant == "" && len(p.Grants) > 0 {
		a.grant = p.Grants[0]
	}
	if !p.Supports(a.grant) {
		return attempt{}, notOffered(p, a.grant)
	}
	if local, ours := k.local[p.ID]; ours {
		if c.ClientIdentifier != "" || !c.ClientSecret.IsZero() {
			return attempt{}, &Error{Kind: KindUsage, Provider: p.Name, Detail: "its client is Tokentray's own; nothing has to be given for it"}
		}
		address, client, err := local.Serve(ctx, a.settings[localAddress])
		if err != nil {
			return attempt{}, &Error{Kind: KindInternal, Provider: p.Name, Detail: "the practice provider does not start", Cause: err}
		}
		a.settings, a.client = map[string]string{localAddress: address}, client
	}
	if a.provider, err = p.With(a.settings); err != nil {
		return attempt{}, err
	}
	if c, err = k.withSealedSecret(a, c); err != nil {
		return attempt{}, err
	}
	if a.client, err = k.clientFor(a, c); err != nil {
		return attempt{}, err
	}
	a.scopes = scopesFor(a.provider, a.grant, c.Scopes)
	if a.provider, err = k.wire.Discover(ctx, a.provider); err != nil {
		return attempt{}, wireError(err, c.Name, p.Name)
	}
	if a.grant == DeviceCode && a.provider.Endpoints.Device == "" {
		return attempt{}, notOffered(p, a.grant) // its discovery names no place for it
	}
	return a, nil
}

func (k *Keeper) providerFor(c Connection) (Provider, error) {
	if c.ProviderFile != nil {
		p, err := k.catalogue.Read(c.ProviderFileName, c.ProviderFile)
		if err != nil {
			return Provider{}, &Error{Kind: KindUsage, Detail: err.Error(), Cause: err}
		}
		return p, nil
	}
	p, known := k.catalogue.Provider(c.Provider)
	if !known {
		e := &Error{Kind: KindUnknownProvider, Provider: string(c.Provider)}
		for _, p := range k.catalogue.Providers() {
			e.Candidates = append(e.Candidates, string(p.ID))
		}
		return Provider{}, e
	}
	return p, nil
}

// notOffered is about a grant that can't be used at p; the others can.
func notOffered(p Provider, g GrantType) error {
	e := &Error{Kind: KindUsage, Provider: p.Name, Detail: p.Name + " does not offer the grant " + string(g)}
	for _, other := range p.Grants {
		if other != g {
			e.Candidates = append(e.Candidates, string(other))
		}
	}
	return e
}

// scopesFor is what is asked for.
func scopesFor(p Provider, g GrantType, asked []string) []string {
	switch {
	case asked != nil:
		return slices.Clone(asked)
	case g == ClientCredentials && p.ClientCredentialsScope != "":
		return []string{p.ClientCredentialsScope}
	case g == ClientCredentials:
		return nil
	}
	return slices.Clone(p.Scopes.Default)
}

func (k *Keeper) nameIsFree(name string, except AccountID) error {
	if err := checkName(name); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return nameTaken(k.accounts, name, except)
}

// obtain asks the provider for the first grant, or for one that replaces a lost one.
func (k *Keeper) obtain(ctx context.Context, a attempt, tell func(SignInStep)) (Answer, error) {
	if a.grant == ClientCredentials {
		return k.wire.ClientCredentials(ctx, a.provider, a.client, a.scopes)
	}
	ask := SignIn{
		Account: a.name, Provider: a.provider, Client: a.client, Scopes: a.scopes,
		LoginHint: a.hint, Another: a.another, Deadline: k.clock.Wall().Add(a.timeout),
	}
	if a.grant == DeviceCode {
		return k.wire.Device(ctx, ask, tell)
	}
	return k.wire.SignIn(ctx, ask, tell)
}

// addAccount stores what a sign-in brought, and only then publishes it.
func (k *Keeper) addAccount(a attempt, answer Answer) (Status, error) {
	now := k.clock.Wall()
	g := Renewed(Grant{SignedInAt: now}, answer, a.provider, a.scopes)
	k.naming.Lock() // one new name and ID at a time
	defer k.naming.Unlock()
	k.mu.Lock()
	name := a.name
	if name == "" || nameTaken(k.accounts, name, "") != nil {
		base, who := strings.TrimSuffix(a.provider.Name, " provider"), answer.Identity.Who()
		if name != "" { // taken while the person was at the browser
			base, who = name, ""
		}
		name = freeName(k.accounts, base, who)
	}
	id := AccountID(newID(func(id string) bool { return idTaken(k.accounts, id) }))
	k.mu.Unlock()
	account := Account{
		ID: id, Name: name, Provider: a.provider, Settings: a.settings, Client: a.client.ID,
		Grant: a.grant, Scopes: a.scopes, Identity: answer.Identity, Created: now,
	}
	if err := k.add(account, a.client, g); err != nil {
		k.revokeLate(account, a.client, g)
		return Status{}, vaultError(err, k.vault.State(), name)
	}
	k.mu.Lock()
	for _, other := range k.accounts {
		if other.client.ID == a.client.ID {
			other.client = a.client
		}
	}
	h := k.take(account, a.client, g)
	status := h.status(now, k.clock.Mono())
	k.mu.Unlock()
	k.log.Info("connected", "account", id, "provider", a.provider.ID)
	k.changed()
	return status, nil
}
