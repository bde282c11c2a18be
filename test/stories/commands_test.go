package stories_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

type command = func(ts *testscript.TestScript, neg bool, args []string)

// commands are what scripts can do beyond testscript's own.
func commands() map[string]command {
	return map[string]command{
		"tokentray":    only(0, runTokentray),    // tokentray ARGS… [<FILE]: has to exit with 0
		"exits":        only(2, runExits),        // exits CODE ARGS… [<FILE]
		"begin":        only(1, runBegin),        // begin ARGS…: tokentray in the background
		"finish":       only(0, runFinish),       // finish [CODE]: wait for it
		"interrupt":    only(0, runInterrupt),    // interrupt it as Ctrl+C does
		"aside":        only(0, setAside),        // leave it in the background, and begin another
		"ahead":        only(0, takeBack),        // come back to the one that was set aside
		"await-words":  only(0, awaitWords),      // until it said something
		"await-log":    only(1, awaitLog),        // await-log WORDS: in what is in the background
		"await-agent":  only(0, awaitAgent),      // until it answers
		"newer":        only(1, runNewer),        // newer ARGS…: tokentray after an upgrade
		"took":         only(2, checkTook),       // took LEAST MOST: the command before
		"kill-9":       only(0, runKill),         // kill -9 of what is in the background
		"many":         only(2, runMany),         // many N ARGS…: N at once, which print the same
		"agent-stop":   only(0, stopAgent),       // agent-stop [TERM|KILL|QUIT]
		"no-secrets":   only(0, lookAround),      // in the agent and in what is in the background, as they run
		"listens":      only(1, checkListens),    // listens N: so many sockets of the agent can be connected to
		"no-core":      only(0, checkNoCore),     // the agent leaves none where it crashes
		"sealed":       only(1, checkSealed),     // sealed FILE: no secret can be read in it
		"agent-is":     only(1, agentIs),         // agent-is running|gone
		"provider":     only(1, startProvider),   // provider DIALECT [KEY=VALUE…]
		"fault":        only(2, scriptFault),     // fault PLACE KIND [TIMES]
		"office":       only(0, startOffice),     // the network of an office, and the preferences for it
		"wish":         only(1, wish),            // wish KEY=VALUE…: in the preferences file
		"down":         only(0, providerDown),    // nobody listens at its address
		"up":           only(0, providerUp),      // somebody does again
		"revoke-all":   only(0, revokeAll),       // every grant at it ends
		"new-secret":   only(0, newSecret),       // its client gets another secret; $SECRET is that
		"ledger":       only(2, checkLedger),     // ledger KEY N
		"await-ledger": only(2, awaitLedger),     // … as soon as it is so
		"opener":       only(0, makeOpener),      // opener FILE: an executable that hands over an address
		"consent":      only(1, consentCommand),  // consent USER [STATUS]: at the address that was printed or handed over
		"deny":         only(1, denyCommand),     // deny USER
		"enter-code":   only(2, enterCode),       // enter-code USER allow|deny: the code that was shown, at its address
		"sign-in":      only(2, signInCommand),   // sign-in USER ARGS…: begin, consent, finish
		"connected":    only(2, connectCommand),  // connected USER NAME [ARGS…]: an account at the provider
		"await":        only(3, awaitAccount),    // await NAME KEY VALUE: in list --json
		"json":         only(3, checkJSON),       // json FILE PATH VALUE
		"keys":         only(3, checkKeys),       // keys FILE PATH 'a b c': these, in this order
		"id":           only(1, setID),           // id NAME: $ID is the account's
		"one-line":     only(1, checkOneLine),    // one-line FILE: and nothing after it
		"take-port":    only(0, takePort),        // somebody else listens at $PORT
		"fixed-ports":  only(0, takePorts),       // 17845 to 17847 for this story alone
		"damage":       only(1, damageFile),      // damage FILE
		"lame":         only(1, lameFile),        // lame FILE: its beginning alone is damaged
		"outdate":      only(1, waitUntilExpiry), // outdate NAME: wait until its token has run out
	}
}

// only refuses what a command has no meaning for.
func only(least int, do command) command {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg {
			ts.Fatalf("this command has no !; exits CODE says how tokentray has to end")
		}
		if len(args) < least {
			ts.Fatalf("%d words are needed", least)
		}
		do(ts, neg, args)
	}
}

// number reads a word of a script.
func number(ts *testscript.TestScript, word string) int {
	n, err := strconv.Atoi(word)
	ts.Check(err)
	return n
}

// patience bounds every wait: each takes well under a second on an idle machine,
// and a full test run is not an idle machine.
const patience = 40 * time.Second

// eventually polls what happens in other processes.
func eventually(ts *testscript.TestScript, what string, holds func() bool) {
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	for deadline := time.Now().Add(patience); !holds(); <-retry.C {
		if time.Now().After(deadline) {
			ts.Fatalf("%s: not within %s", what, patience)
		}
	}
}

// damageFile writes over the middle of a file.
func damageFile(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	text, err := os.ReadFile(path)
	ts.Check(err)
	for at := range text {
		text[at] ^= 0x5a
	}
	ts.Check(os.WriteFile(path, text, 0o600))
}

// lameBytes are the first pages of a bbolt file, which lead to all the others.
const lameBytes = 2 * 4096

// lameFile writes over the beginning of a file.
func lameFile(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	text, err := os.ReadFile(path)
	ts.Check(err)
	for at := range text[:lameBytes] {
		text[at] ^= 0x5a
	}
	ts.Check(os.WriteFile(path, text, 0o600))
}

// makeOpener writes an executable that leaves its last argument where consent
// finds it, and all of its arguments, one on a line, in FILE.argv.
func makeOpener(ts *testscript.TestScript, _ bool, args []string) {
	s := of(ts)
	path := ts.MkAbs(args[0])
	script := strings.NewReplacer("SPOOL", filepath.Join(s.dir, "handed"), "ARGV", path+".argv").Replace(`#!/bin/sh
PATH=/usr/bin:/bin
printf '%s\n' "$@" >'ARGV'
for address; do :; done
printf '%s\n' "$address" >'SPOOL'/part.$$ && mv 'SPOOL'/part.$$ "$(printf '%s/%s' 'SPOOL' "$(date +%s%N)")"
`)
	ts.Check(os.WriteFile(path, []byte(script), 0o700)) //nolint:gosec // an executable has to be executable
}
