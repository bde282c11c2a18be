package stories_test

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tokentray/tokentray/auth/practice"
)

// scriptFault reads: fault PLACE KIND [TIMES]. KIND is a status, drop (the
// connection ends without an answer), lost (the same, but what was asked is
// done), stall (nothing happens for as long as anybody may wait), portal (a network
// login answers), throttle, quote and quote-page (an error, or a page, that quotes
// what was sent), or a delay such as 3s.
func scriptFault(ts *testscript.TestScript, _ bool, args []string) {
	places := map[string]practice.Place{
		"token": practice.AtToken, "revocation": practice.AtRevocation, "discovery": practice.AtDiscovery, "keys": practice.AtKeys,
	}
	at, known := places[args[0]]
	if !known {
		ts.Fatalf("no fault strikes at %s", args[0])
	}
	f := faultCalled(ts, args[1])
	f.At = at
	if len(args) > 2 {
		f.Times = number(ts, args[2])
	}
	of(ts).at(ts).server.Script(f)
}

// stalled is longer than what a refresh gets.
const stalled = 2 * time.Minute

func faultCalled(ts *testscript.TestScript, kind string) practice.Fault {
	switch kind {
	case "drop":
		return practice.Fault{Drop: true}
	case "lost":
		return practice.Fault{Drop: true, Processed: true}
	case "stall":
		return practice.Fault{Delay: stalled, Drop: true}
	case "portal":
		return practice.CaptivePortal()
	case "quote":
		return practice.Fault{Status: http.StatusBadRequest, Quote: true, Header: map[string]string{"Content-Type": "application/json"}}
	case "quote-page":
		return practice.Fault{Status: http.StatusBadGateway, Body: "<!DOCTYPE html><pre>", Quote: true, Header: map[string]string{"Content-Type": "text/html"}}
	case "throttle":
		return practice.Fault{Status: http.StatusTooManyRequests, Body: "slow down", Header: map[string]string{"Retry-After": "60"}}
	}
	if status, err := strconv.Atoi(kind); err == nil {
		return practice.Fault{Status: status, Body: "<p>not now</p>"}
	}
	delay, err := time.ParseDuration(kind)
	ts.Check(err)
	return practice.Fault{Delay: delay}
}

// entry is a number of the ledger: requests; codes and refreshes, how many
// different ones were presented; repeated, how many of those came again; issued
// and every error code, how many requests came to that; revoked, of families.
func (p *provider) entry(name string) int {
	l := p.server.Ledger()
	switch name {
	case "requests":
		return l.TokenRequests
	case "codes":
		return len(l.Codes)
	case "refreshes":
		return len(l.RefreshTokens)
	case "repeated":
		n := 0
		for _, times := range l.RefreshTokens {
			n += min(times-1, 1)
		}
		return n
	case "revoked":
		return l.FamiliesRevoked()
	}
	return l.Outcomes[name]
}

func checkLedger(ts *testscript.TestScript, _ bool, args []string) {
	for ; len(args) > 1; args = args[2:] {
		if got, want := of(ts).at(ts).entry(args[0]), number(ts, args[1]); got != want {
			ts.Fatalf("ledger: %s is %d, want %d", args[0], got, want)
		}
	}
}

func awaitLedger(ts *testscript.TestScript, _ bool, args []string) {
	want := number(ts, args[1])
	eventually(ts, "ledger: "+strings.Join(args, " "), func() bool { return of(ts).at(ts).entry(args[0]) >= want })
}
