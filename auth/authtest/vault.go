package authtest

import (
	"maps"
	"slices"
	"sync"

	"github.com/tokentray/tokentray/auth"
)

// Vault is an auth.Vault in memory, held to the same contract as the one on disk
// (storage/vaulttest). What it keeps lives as long as it does.
type Vault struct {
	mu         sync.Mutex
	state      auth.VaultState
	exists     bool
	passphrase auth.Secret     // zero: sealed by the keyring
	recovery   auth.Secret     // zero: none
	barred     auth.VaultState // what Open finds; "": nothing in the way
	broken     error           // what every write ends with
	late       bool            // and it was carried out all the same
	clients    map[auth.ClientID]auth.Client
	accounts   map[auth.AccountID]auth.Account
	grants     map[auth.AccountID]auth.Grant
	told       auth.Told
	history    map[auth.AccountID][]auth.Event
	backups    []backup
}

var _ auth.Vault = (*Vault)(nil)

// NewVault returns a vault that doesn't exist yet and hasn't been opened.
func NewVault() *Vault {
	return &Vault{
		state:   auth.VaultLocked,
		clients: map[auth.ClientID]auth.Client{}, accounts: map[auth.AccountID]auth.Account{}, grants: map[auth.AccountID]auth.Grant{},
		history: map[auth.AccountID][]auth.Event{},
	}
}

// Bar has the next Opens end at state, as a locked keyring would; "" lets them
// succeed again. What is open stays open.
func (v *Vault) Bar(state auth.VaultState) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.barred = state
}

// Break has every write fail with err and change nothing, as a full disk would;
// nil mends it.
func (v *Vault) Break(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.broken, v.late = err, false
}

// BreakLate has every write be carried out and fail with err all the same, as where
// the last page was written and the flush failed; Break(nil) mends it.
func (v *Vault) BreakLate(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.broken, v.late = err, true
}

// State is auth.Vault's.
func (v *Vault) State() auth.VaultState {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.state
}

// Open is auth.Vault's.
func (v *Vault) Open(passphrase auth.Secret) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.open(passphrase)
}

// open is Open with mu held.
func (v *Vault) open(passphrase auth.Secret) error {
	switch {
	case v.state == auth.VaultUnlocked:
		return nil
	case v.barred != "" && v.recovers(passphrase):
		if v.barred == auth.VaultKeyMissing { // it is kept again then
			v.barred = ""
		}
		v.state = auth.VaultUnlocked
		return nil
	case v.barred != "":
		v.state = v.barred
		if !v.recovery.IsZero() && !passphrase.IsZero() {
			return wrong()
		}
	case !v.exists:
		v.state = auth.VaultNone
		return nil
	case v.passphrase.IsZero() || v.passphrase.Equal(passphrase):
		v.state = auth.VaultUnlocked
		return nil
	case passphrase.IsZero():
		v.state = auth.VaultLocked
	default:
		v.state = auth.VaultKeyWrong
	}
	return v.closed()
}

func (v *Vault) closed() error { return &auth.Error{Kind: auth.KindVault, Vault: v.state} }

// Create is auth.Vault's.
func (v *Vault) Create(passphrase auth.Secret) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state != auth.VaultNone {
		return v.closed()
	}
	if !passphrase.IsZero() && tooShort(passphrase) {
		return errShort()
	}
	v.exists, v.passphrase, v.state = true, passphrase, auth.VaultUnlocked
	return nil
}

// Close is auth.Vault's.
func (v *Vault) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.state = auth.VaultLocked
	return nil
}

// Contents is auth.Vault's.
func (v *Vault) Contents() (auth.Contents, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state != auth.VaultUnlocked {
		return auth.Contents{}, v.closed()
	}
	return v.copied(), nil
}

// copied is a copy of everything. Called with mu held.
func (v *Vault) copied() auth.Contents {
	contents := auth.Contents{Grants: map[auth.AccountID]auth.Grant{}, Told: maps.Clone(v.told)}
	for _, id := range slices.Sorted(maps.Keys(v.clients)) {
		contents.Clients = append(contents.Clients, v.clients[id])
	}
	for _, id := range slices.Sorted(maps.Keys(v.accounts)) {
		contents.Accounts = append(contents.Accounts, copyAccount(v.accounts[id]))
		contents.Grants[id] = copyGrant(v.grants[id])
	}
	return contents
}

// Grant is auth.Vault's.
func (v *Vault) Grant(id auth.AccountID) (auth.Grant, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	g, kept := v.grants[id]
	switch {
	case v.state != auth.VaultUnlocked:
		return auth.Grant{}, v.closed()
	case !kept:
		return auth.Grant{}, auth.ErrNoGrant
	}
	return copyGrant(g), nil
}

// write runs change, which returns an error or does all that it does.
func (v *Vault) write(change func() error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state != auth.VaultUnlocked {
		return v.closed()
	}
	if v.broken == nil || v.late {
		if err := change(); err != nil || v.broken == nil {
			return err
		}
	}
	return &auth.Error{Kind: auth.KindVault, Vault: v.state, Detail: "the vault can't be written", Cause: v.broken}
}

// Add is auth.Vault's.
func (v *Vault) Add(a auth.Account, c auth.Client, g auth.Grant) error {
	return v.write(func() error {
		if _, kept := v.accounts[a.ID]; kept || a.Client != c.ID {
			return &auth.Error{Kind: auth.KindUsage, Detail: "the account is kept already, or its client is another"}
		}
		v.accounts[a.ID], v.clients[c.ID], v.grants[a.ID] = copyAccount(a), c, copyGrant(g)
		return nil
	})
}

// PutAccount is auth.Vault's.
func (v *Vault) PutAccount(a auth.Account) error {
	return v.write(func() error {
		if _, kept := v.accounts[a.ID]; !kept {
			return &auth.Error{Kind: auth.KindUnknownAccount, Account: a.Name}
		}
		if _, kept := v.clients[a.Client]; !kept {
			return &auth.Error{Kind: auth.KindUsage, Detail: "the account's client is not kept"}
		}
		v.accounts[a.ID] = copyAccount(a)
		return nil
	})
}

// PutClient is auth.Vault's.
func (v *Vault) PutClient(c auth.Client) error {
	return v.write(func() error {
		if _, kept := v.clients[c.ID]; !kept {
			return &auth.Error{Kind: auth.KindUsage, Detail: "the client is not kept"}
		}
		v.clients[c.ID] = c
		return nil
	})
}

// PutGrant is auth.Vault's.
func (v *Vault) PutGrant(id auth.AccountID, was auth.Generation, g auth.Grant) error {
	return v.write(func() error {
		stored, kept := v.grants[id]
		switch {
		case !kept:
			return auth.ErrNoGrant
		case stored.Generation != was:
			return auth.ErrGenerationMoved
		}
		v.grants[id] = copyGrant(g)
		return nil
	})
}

// Remove is auth.Vault's.
func (v *Vault) Remove(id auth.AccountID) error {
	return v.write(func() error {
		client := v.accounts[id].Client
		delete(v.accounts, id)
		delete(v.grants, id)
		delete(v.history, id)
		for _, other := range v.accounts {
			if other.Client == client {
				return nil
			}
		}
		delete(v.clients, client)
		return nil
	})
}

func copyAccount(a auth.Account) auth.Account {
	a.Provider, a.Settings, a.Scopes = a.Provider.Clone(), maps.Clone(a.Settings), slices.Clone(a.Scopes)
	return a
}

func copyGrant(g auth.Grant) auth.Grant {
	g.Scopes = slices.Clone(g.Scopes)
	return g
}
