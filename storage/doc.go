// Package storage keeps Tokentray's Clients, Accounts and Grants: sealed, and on
// disk before anyone is told that they are.
//
// The model in one breath: a Vault is one bbolt file. Its header stands in clear:
// a random vault ID, the schema, and where the key comes from (the OS keyring, or
// a passphrase by Argon2id), which only Seal changes.
// Every record is one sealed blob (XChaCha20-Poly1305 under a subkey of its
// bucket), tied to its vault, bucket, ID, generation and schema, so that a record
// that was moved, swapped or replayed is refused.
//
// What a damaged file, a missing key or a full disk must never lead to: a new
// empty vault, a second key, or a token that was said to be saved and is not.
// So the file is examined before bbolt maps it (examine.go), a key is made only
// together with a new vault, and a commit that failed is looked at again and
// repeated before anyone hears that it failed (commit.go).
//
// Beside the vault stand its backups, its history and a reserve for a full disk;
// one goroutine keeps the first two up to date while the vault is open (upkeep.go).
// Where the file can't be used, a person chooses what becomes of it (mend.go):
// whatever unseals is genuine, wherever in a file it is found (sift.go, harvest.go).
package storage
