package auth

import (
	"context"
	"time"
)

// Desk is the one small interface by which the window, the tray and the command
// line reach the Keeper: straight, or over the agent's socket. Errors are *Error.
// No method returns a refresh token or a client secret.
type Desk interface {
	// Snapshot is how everything stands. Where the vault can't be used the error is
	// of KindVault and says why, and the Snapshot says what is known all the same.
	Snapshot(ctx context.Context) (Snapshot, error)
	// Watch returns a channel of capacity one that is poked after every change;
	// whoever is poked pulls a Snapshot. It is closed when ctx ends or the agent goes.
	Watch(ctx context.Context) (<-chan struct{}, error)
	// Find resolves a name as a person writes it: ID, exact name, name ignoring
	// case, unique prefix ignoring case. Errors: KindUnknownAccount, KindAmbiguousName.
	Find(ctx context.Context, name string) (AccountID, error)
	// Show tells everything about one account but its secrets.
	Show(ctx context.Context, id AccountID) (Details, error)
	// Providers lists the catalogue.
	Providers(ctx context.Context) ([]Provider, error)

	// Token returns a token that is good for at least want.Validity, or for most of
	// its life where that is less; a paused account's is the one that is stored. It
	// never opens a browser. Where a refresh fails while the stored token is still
	// valid, and want.Force is not set, that token comes back with Trouble set. What
	// the last refresh failed with is told again until the next one is due, for a
	// minute at most.
	Token(ctx context.Context, id AccountID, want Want) (Token, error)
	// Connect makes a new account; tell is called when a person is needed.
	Connect(ctx context.Context, c Connection, tell func(SignInStep)) (Status, error)
	// Reconnect signs in again and keeps the account's settings. Where somebody
	// else signed in than before nothing is replaced (KindOtherPerson), and for ten
	// minutes Replace can.
	Reconnect(ctx context.Context, id AccountID, how Reconnection, tell func(SignInStep)) (Status, error)
	// Replace puts the sign-in that Reconnect held back in the place of the old one.
	Replace(ctx context.Context, id AccountID) (Status, error)
	// Paste finishes a sign-in with the address that the browser ended at, where it
	// can't reach this machine. Errors: KindUsage; the attempt goes on waiting then.
	Paste(ctx context.Context, attempt string, address Secret) error
	// Discover resolves the OpenID Connect provider that has this issuer.
	Discover(ctx context.Context, issuer string) (Provider, error)
	// Refresh asks the provider for a new token now, whatever is stored. Errors are those of Token.
	Refresh(ctx context.Context, id AccountID) error
	// Edit changes the client's details, for every account that shares it, and
	// the scopes of this account.
	Edit(ctx context.Context, id AccountID, change Change) error
	// Rename gives the account another name. Errors: KindNameTaken, KindUsage.
	Rename(ctx context.Context, id AccountID, name string) error
	// Pause has the account, or where id is "" every account, left alone until
	// until; zero: until it is resumed.
	Pause(ctx context.Context, id AccountID, until time.Time) error
	// Resume ends a pause; "": every one.
	Resume(ctx context.Context, id AccountID) error
	// Snooze has nobody told about the account until until.
	Snooze(ctx context.Context, id AccountID, until time.Time) error
	// Forget removes an account here and tries to have the provider forget it too.
	Forget(ctx context.Context, id AccountID) (Forgotten, error)

	// Unlock opens the vault with a passphrase; where there is no vault yet it
	// makes one that is sealed with it.
	Unlock(ctx context.Context, passphrase Secret) error
	// Lock forgets the vault's key and every token in memory until Unlock; with
	// a zero passphrase Unlock asks the OS keyring, where the key is there.
	Lock(ctx context.Context) error
	// Seal changes what opens the vault; see Vault.
	Seal(ctx context.Context, by SealedBy, passphrase Secret) error
	// PutRecovery sets, or with zero takes away, the recovery passphrase.
	PutRecovery(ctx context.Context, passphrase Secret) error
	// Care says what can be known and done about the vault.
	Care(ctx context.Context) (Care, error)
	// Mend carries out a person's choice for the vault.
	Mend(ctx context.Context, m Mending) (Mended, error)

	// Export makes a file to take elsewhere.
	Export(ctx context.Context, e Export) ([]byte, error)
	// Import takes up what Export made, here or elsewhere; a connection file goes
	// among the providers. Of KindVault with VaultKeyWrong, which is about the file
	// then: it is sealed, and the passphrase isn't there or doesn't fit.
	Import(ctx context.Context, file []byte, passphrase Secret) (Imported, error)

	// Preferences are the person's wishes.
	Preferences(ctx context.Context) (Preferences, error)
	// Prefer replaces them. Errors: KindUsage, with what doesn't fit.
	Prefer(ctx context.Context, p Preferences) error
}

// Reconnection is how a person signs in again.
type Reconnection struct {
	Timeout time.Duration // 0: DefaultSignInTime
	Another bool          // the provider is asked to let the person choose who they are
}

// Want is what a caller of Token asks for.
type Want struct {
	// Validity is what the token must be good for at least. Negative: what is
	// usual, min(60 s, 20 % of the token's life).
	Validity time.Duration
	// Force asks the provider for a new one whatever is stored; a failure is an error
	// then. A provider that named a time is not asked before it, nor is a grant that
	// is in doubt presented again: that is for a person, and Refresh.
	Force bool
}

// Usual is the Want of a caller that asked for nothing in particular.
var Usual = Want{Validity: -1}

// Connection is what a person gave to connect an account.
type Connection struct {
	Provider         ProviderID
	ProviderFile     []byte // a provider file's text, instead of Provider
	ProviderFileName string // for its error messages
	FilePassphrase   Secret // opens the client secret that is sealed in a connection file
	Name             string // "" makes one
	Client           string // the name or client_id of a known Client; "" for ClientIdentifier, or the only one known
	ClientIdentifier string
	ClientSecret     Secret
	RedirectAddress  string
	Settings         map[string]string
	Scopes           []string      // nil: the provider's default
	Grant            GrantType     // "": the provider's first
	Timeout          time.Duration // of the sign-in; 0: DefaultSignInTime
}

// DefaultSignInTime is how long a sign-in may take unasked.
const DefaultSignInTime = 5 * time.Minute

// Change is what Edit replaces; a nil field stays as it is.
type Change struct {
	ClientIdentifier *string
	ClientSecret     *Secret
	RedirectAddress  *string
	Scopes           *[]string
}

// Forgotten says what became of the provider's side when an account was removed here.
type Forgotten struct {
	Name       string
	Revocation Revocation
	Said       Said
}

// Revocation is the provider's side of Forget: a closed set.
type Revocation string

// The results of asking the provider to forget a grant (RFC 7009).
const (
	Revoked              Revocation = "revoked"
	RevocationNotOffered Revocation = "not_offered" // the provider has no way to be told
	RevocationFailed     Revocation = "failed"
	NothingToRevoke      Revocation = "nothing" // there was no token to revoke
)
