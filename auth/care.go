package auth

import "time"

// SealedBy is what opens a vault: a closed set. It never changes by itself.
type SealedBy string

// The ways in which a vault is sealed.
const (
	SealedByKeyring    SealedBy = "keyring"    // a key in the OS keyring
	SealedByPassphrase SealedBy = "passphrase" // a key derived from what a person knows
)

// MinPassphrase is how many characters a passphrase has at least that seals a
// vault: below that no key derivation makes up for what can be guessed.
const MinPassphrase = 8

// VaultWarning is what is not as it should be about the place where a vault is
// kept: a closed set. None keeps the vault from being used.
type VaultWarning string

// The warnings about a vault's place.
const (
	WarnNetworkFileSystem VaultWarning = "network_file_system" // whose locks and flushes can't be relied on
	WarnSyncedFolder      VaultWarning = "synced_folder"       // where another machine may replace the file
	WarnOwner             VaultWarning = "owner"               // the file or its folder is another user's
	WarnModeRepaired      VaultWarning = "mode_repaired"       // others could read it; now they can't
)

// VaultWarnings lists every VaultWarning, for tables and the tests that walk them.
func VaultWarnings() []VaultWarning {
	return []VaultWarning{WarnNetworkFileSystem, WarnSyncedFolder, WarnOwner, WarnModeRepaired}
}

// Backup is a copy of the vault that was unsealed whole when it was made.
type Backup struct {
	Name     string // of its file
	At       time.Time
	Accounts int
}

// Care is what a person may want to know about the vault, and can do for it.
type Care struct {
	State    VaultState
	SealedBy SealedBy // "": there is none, or it can't be told
	Recovery bool     // a recovery passphrase opens it, too
	Warnings []VaultWarning
	Backups  []Backup // newest first
	// Salvageable of Kept accounts can still be unsealed; both 0 while the vault
	// is not damaged, or its key is not at hand.
	Salvageable, Kept int
}

// Remedy is what can be done for a vault that can't be used: a closed set.
type Remedy string

// The remedies. Each moves the file that is there aside and never deletes it.
const (
	RemedyRestore   Remedy = "restore"    // a backup takes its place
	RemedySalvage   Remedy = "salvage"    // what can still be unsealed is kept
	RemedyStartOver Remedy = "start_over" // there is no vault then
)

// Mending is a person's choice of a Remedy.
type Mending struct {
	Remedy     Remedy
	Backup     string // the Name of the one to restore; "": the newest
	Passphrase Secret // where the vault is sealed with one
}

// Mended is what a Remedy did.
type Mended struct {
	Accounts []AccountID // that are there now; those of a backup are in doubt
	Lost     int         // that the damaged file named and that are not there any more
	SetAside string      // the name of the file that was moved aside, in the vault's folder
}
