package auth

import "time"

// State is how an account stands: a closed set.
type State string

// The states of an account.
const (
	StateFresh         State = "fresh"
	StateRefreshing    State = "refreshing"
	StateRetrying      State = "retrying"       // can't be reached, throttled, intercepted; the token may still be good
	StateExpiring      State = "expiring"       // nothing to refresh with; counts down to a sign-in
	StateUnknownExpiry State = "unknown_expiry" // the provider states none
	StateInDoubt       State = "in_doubt"       // a refresh was interrupted; being settled
	StateNeedsSignIn   State = "needs_sign_in"
	StateMisconfigured State = "misconfigured" // the provider rejects the client, not the person
	StatePaused        State = "paused"
)

// States lists every State, for tables and the tests that walk them.
func States() []State {
	return []State{
		StateFresh, StateRefreshing, StateRetrying, StateExpiring, StateUnknownExpiry,
		StateInDoubt, StateNeedsSignIn, StateMisconfigured, StatePaused,
	}
}

// Status is a row of a Snapshot: everything the window, the tray and `list`
// show, and no secret.
type Status struct {
	ID           AccountID
	Name         string
	Provider     ProviderID
	ProviderName string
	Colour       string
	State        State
	Since        time.Time // when State began; refreshes that changed nothing don't count
	Cause        *Error    // why, where State is not a good one; nil otherwise
	SigningIn    bool      // a person is at it right now
	ExpiresAt    time.Time // of the access token; zero: unknown
	IssuedAt     time.Time
	RefreshAt    time.Time // when it refreshes by itself, now where it is at it; zero: it doesn't
	Tried        time.Time // when it was last tried in vain, or another one for it; zero: not since it last worked
	PausedUntil  time.Time // where State is StatePaused; zero: until somebody resumes it
	SignInBy     time.Time // when only a person can help any more; zero: unknown
	Identity     Identity
	Scopes       []string // granted
	Grant        GrantType
}

// GivenUp reports whether a refresh was interrupted so often that nothing is tried by
// itself any more: a person tries it once more, or signs in again.
func (s Status) GivenUp() bool { return s.State == StateInDoubt && s.RefreshAt.IsZero() }

// Snapshot is how everything stood at one moment. It is a copy.
type Snapshot struct {
	At       time.Time
	Awake    time.Time // since when the accounts are looked after: the vault was opened, or the machine woke
	Accounts []Status  // by name, ignoring case
	Vault    VaultState
	SealedBy SealedBy       // what opens the vault; "" while there is none
	Warnings []VaultWarning // about the vault's place
	Offline  bool           // no network is there, as far as the system tells
	// Unsaved is how many new grants could not be written to the vault yet: they live
	// in memory alone, so that quitting loses them.
	Unsaved int
}

// Details is what `show` tells beyond the Status, and no secret.
type Details struct {
	Status
	AskedScopes     []string
	ClientName      string
	ClientID        string // the provider's client_id, which is no secret (RFC 6749 §2.2)
	RedirectAddress string
	Settings        map[string]string
	SignedInAt      time.Time
	Generation      Generation
	API             API
	Tokens          []Inspection // of those that are JWTs
	History         []Event      // oldest first
}

// VaultState is how the vault stands: a closed set. Only VaultNone may create a key.
type VaultState string

// The states of the vault.
const (
	VaultUnlocked           VaultState = "unlocked"
	VaultNone               VaultState = "none"                // there is none yet
	VaultLocked             VaultState = "locked"              // it wants its passphrase
	VaultKeyringLocked      VaultState = "keyring_locked"      // the OS keyring wants to be unlocked
	VaultKeyringUnavailable VaultState = "keyring_unavailable" // no OS keyring answers
	VaultKeyMissing         VaultState = "key_missing"         // the keyring has no key for this vault
	VaultKeyWrong           VaultState = "key_wrong"           // the key, or the passphrase, doesn't fit
	VaultDamaged            VaultState = "damaged"             // the file is not a whole vault; it is left as it is
	VaultReadOnly           VaultState = "read_only"           // it can be read but not written, so nothing new could be kept
	VaultTooNew             VaultState = "too_new"             // a newer Tokentray wrote it
	VaultInUse              VaultState = "in_use"              // another program holds it
)

// VaultStates lists every VaultState, for tables and the tests that walk them.
func VaultStates() []VaultState {
	return []VaultState{
		VaultUnlocked, VaultNone, VaultLocked, VaultKeyringLocked, VaultKeyringUnavailable,
		VaultKeyMissing, VaultKeyWrong, VaultDamaged, VaultReadOnly, VaultTooNew, VaultInUse,
	}
}
