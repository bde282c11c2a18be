// Package practice is an authorization server of our own on the loopback
// address: so that anyone can try Tokentray in a minute without an account
// anywhere, and so that tests have real HTTP.
//
// The model in one breath: a browser brings an ask (an authorization request) to
// the Server; a person signs in with any name, and allows or denies it. What was
// allowed becomes a code, the code becomes a family (a grant with its current
// refresh token, the ones before it that still have grace, and the access tokens
// made from it). The book keeps codes and families, and writes the families to a
// file, as SHA-256 hashes, before an answer leaves. A dialect says how a
// provider reads requests and words answers: Standard is OpenID Connect, the
// others answer as Adaptix, Fortellis and FortesMilestones document it. For
// tests, Script makes any answer fail and Ledger tells what was presented how often.
//
// It is no place for real secrets: every name and every password is accepted.
package practice
