package auth

import "errors"

// Vault keeps Clients, Accounts and Grants sealed and durable. Every method that
// writes returns only when what it wrote survives a power cut. It is safe for
// concurrent use. Errors are *Error of KindVault where the vault can't be used.
//
// storage has the real one; authtest.Vault is its double in memory. One contract
// suite (storage/vaulttest) runs against both.
type Vault interface {
	// State says whether the vault can be used, and why not. It never blocks.
	State() VaultState
	// Open makes the vault usable: it looks for the file and its key, and where
	// there is no vault yet it leaves it at VaultNone. With a passphrase it opens
	// a vault that is sealed with one. Opening an open vault is no error.
	Open(passphrase Secret) error
	// Create makes a new vault where State is VaultNone: sealed with the
	// passphrase, or with a key in the OS keyring where that is zero.
	Create(passphrase Secret) error
	// Contents reads everything.
	Contents() (Contents, error)

	// Add stores a new account with its first grant, and its client (new or
	// changed), in one step.
	Add(Account, Client, Grant) error
	// PutAccount replaces what is known of an account, not its grant.
	PutAccount(Account) error
	// PutClient replaces a client's details.
	PutClient(Client) error
	// Grant reads the grant of id as it is on disk now, or ErrNoGrant.
	Grant(id AccountID) (Grant, error)
	// PutGrant replaces the grant of id if the stored one still has the
	// generation was; otherwise it changes nothing and returns ErrGenerationMoved.
	PutGrant(id AccountID, was Generation, g Grant) error
	// Remove forgets an account and its grant, and its client where no other
	// account uses it. Removing what isn't there is no error.
	Remove(AccountID) error

	// Lock forgets the key until Open is called; State is VaultLocked then.
	Lock() error
	// Seal changes what opens the vault: with SealedByPassphrase, or a new one of
	// those, passphrase does. It has to be open. Nothing that is kept is lost on the way.
	Seal(by SealedBy, passphrase Secret) error
	// PutRecovery has passphrase open the vault, too, where its key can't be had
	// from the keyring; zero takes that away. It has to be open.
	PutRecovery(passphrase Secret) error
	// Care says what can be known and done about the vault. It may look through
	// the file and its backups, so it may take a while.
	Care() (Care, error)
	// Mend carries out a person's choice, where the vault can't be used, or where
	// they want a backup back. The vault is open afterwards, if it can be.
	Mend(Mending) (Mended, error)

	// PutTold replaces what people were told.
	PutTold(Told) error
	// Note appends to the history of id. It may write a little later and never
	// fails: history is worth less than the tokens beside it.
	Note(id AccountID, events ...Event)
	// History reads the history of id, oldest first, of HistoryTime at most.
	History(id AccountID) ([]Event, error)

	// Close gives the file free. Nothing but Open may be called afterwards.
	Close() error
}

// Contents is everything a vault keeps, as a copy.
type Contents struct {
	Clients  []Client
	Accounts []Account
	Grants   map[AccountID]Grant
	Told     Told
	// Unreadable are accounts whose records can't be unsealed; they are left as they are.
	Unreadable []AccountID
}

// What a Vault answers when a record is not as the caller thought.
var (
	ErrGenerationMoved = errors.New("the grant was replaced meanwhile")
	ErrNoGrant         = errors.New("no grant is kept for this account")
)
