package auth

// Porter packs what leaves this machine and unpacks what comes here. storage has
// the real one: files that the age program opens, too.
type Porter interface {
	// Pack seals everything in kept with the passphrase.
	Pack(kept Contents, passphrase Secret) ([]byte, error)
	// Unpack opens what Pack made. A wrong passphrase is an *Error of KindVault with VaultKeyWrong,
	// a file that isn't one of ours an *Error of KindUsage.
	Unpack(file []byte, passphrase Secret) (Contents, error)
	// SealSecret seals a client secret for a connection file, as one text.
	SealSecret(secret, passphrase Secret) (string, error)
	// OpenSecret opens what SealSecret made; its errors are those of Unpack.
	OpenSecret(sealed string, passphrase Secret) (Secret, error)
}

// Export is what a person wants to take elsewhere.
type Export struct {
	What     ExportKind
	Accounts []AccountID // nil: all; one for a connection file
	// Passphrase seals the accounts, or the client secret in a connection file;
	// zero leaves the client secret out of a connection file.
	Passphrase Secret
}

// ExportKind is what an export holds: a closed set.
type ExportKind string

// The kinds of export.
const (
	ExportConnection ExportKind = "connection" // how to connect: no account, no token
	ExportAccounts   ExportKind = "accounts"   // accounts with their secrets, sealed
)

// Imported is what an import brought.
type Imported struct {
	Provider ProviderID // that can be connected to from now on; "" where accounts came
	Accounts []Status
	Known    []string // names of accounts that were here already; they stay as they are
	// Rotating are the names of accounts whose provider gives a new refresh token each
	// time: two machines that use one such sign-in end each other's.
	Rotating []string
}
