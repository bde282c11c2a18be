// Package faults proves what Tokentray does when things go wrong between it and a
// provider, its disk, its keyring and its clock: over real sockets, with the real
// wire, the real Keeper and a vault on disk, against a server that keeps a ledger of
// every code and refresh token that it was shown. The table in docs/reliability.md
// has a row for each fault; where a row is proven elsewhere it says where.
package faults
