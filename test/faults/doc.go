// Package faults proves what Tokentray does when things go wrong between it and a
// provider: one test for each row of the table in docs/reliability.md, over real
// sockets, with the real wire, the real Keeper and a vault on disk, against a
// server that keeps a ledger of every code and refresh token that it was shown.
package faults
