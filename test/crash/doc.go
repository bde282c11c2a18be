// Package crash kills the agent, again and again, at every step of a refresh, and
// counts what is left: the real program, a real keyring, a real vault, and an
// authorization server that rotates and keeps a ledger.
package crash
