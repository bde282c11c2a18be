// Package stories holds the command line's contract: stories told as scripts
// (testdata), in which the real program runs as real processes, with its agent,
// against authorization servers on this machine; and sign-ins in a real browser.
//
// Each story ends with a search for secrets in everything that may not hold any.
package stories
