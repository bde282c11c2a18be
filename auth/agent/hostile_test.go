package agent_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
)

func TestMalformedFramesEndTheirConnectionAlone(t *testing.T) {
	a := serve(t, echo())
	header := func(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
	malformed := map[string][]byte{
		"empty":             header(0),
		"1 GiB":             append(header(1<<30), "{}"...),
		"4 GiB":             append(header(1<<32-1), "{}"...),
		"just over 24 MiB":  header(24<<20 + 1),
		"no JSON":           append(header(4), "\x00\r\n\xff"...),
		"another type":      frame(t, []string{"find"}),
		"a verb's type":     frame(t, map[string]any{"verb": 7}),
		"two values":        append(header(4), "{}{}"...),
		"deep nesting":      frame(t, deep(9000)),
		"HTTP":              []byte("POST /token HTTP/1.1\r\nHost: localhost\r\n\r\n"),
		"lines, as of old":  []byte("find work\n"),
		"a bad passphrase":  frame(t, map[string]any{"verb": "unlock", "passphrase": "canary ~ no base64"}),
		"a duration's type": frame(t, map[string]any{"verb": "reconnect", "reconnection": map[string]any{"Timeout": "5m"}}),
		"a large question":  frame(t, map[string]any{"verb": "find", "name": strings.Repeat("x", 1<<20)}),
	}
	for name, sent := range malformed {
		t.Run(name, func(t *testing.T) {
			before, after := rawDial(t, a.addr.Socket), greeted(t, a.addr.Socket, agent.Protocol)
			for _, r := range []raw{before, after} {
				_, _ = r.Write(sent) // it may hang up in the middle
				r.wantHungUp()
			}
			if !answers(t, a.addr) {
				t.Error("the agent does not answer others any more")
			}
		})
	}
}

func deep(n int) any {
	var v any = "find"
	for range n {
		v = []any{v}
	}
	return v
}

func TestAFrameThatCantBeReadIsAnsweredWithoutQuotingIt(t *testing.T) {
	r := greeted(t, serve(t, echo()).addr.Socket, agent.Protocol)
	r.send([]string{"canary"})
	got := fmt.Sprint(r.receive())
	if !strings.Contains(got, "can't read the request") || strings.Contains(got, "canary") {
		t.Errorf("got answer %s, want that the request can't be read", got)
	}
	r.wantHungUp()
}

func TestUnknownVerbsAreAnsweredAndTheConnectionGoesOn(t *testing.T) {
	r := greeted(t, serve(t, echo()).addr.Socket, agent.Protocol)
	for _, verb := range []string{"", "refresh_token", "grant", "client_secret", "contents", "unseal", "FIND"} {
		r.send(map[string]any{"verb": verb, "account": "k7q2"})
		failure, _ := r.receive()["error"].(map[string]any)
		if failure["kind"] != string(auth.KindAgent) {
			t.Errorf("verb %q: got %v, want an error of kind %s", verb, failure, auth.KindAgent)
		}
	}
	r.send(map[string]any{"verb": "find", "name": "work", "a field of tomorrow": 1})
	if got := r.receive(); got["account"] != "work" {
		t.Errorf("got %v, want work", got)
	}
}

func TestRequestsSentAheadAreAnsweredInTurn(t *testing.T) {
	r := greeted(t, serve(t, echo()).addr.Socket, agent.Protocol)
	names := []string{"one", "two\r\n\x00", "{\"verb\":\"stop\"}", "\x00\x00\x00\x02{}"}
	var all []byte
	for _, name := range names {
		all = append(all, frame(t, map[string]any{"verb": "find", "name": name})...)
	}
	if _, err := r.Write(all); err != nil {
		t.Fatal(err)
	}
	for _, want := range names {
		if got := r.receive(); got["account"] != want {
			t.Errorf("got %v, want %q", got, want)
		}
	}
}

func TestARequestMayArriveByteByByte(t *testing.T) {
	r := greeted(t, serve(t, echo()).addr.Socket, agent.Protocol)
	for _, b := range frame(t, map[string]any{"verb": "find", "name": "work"}) {
		if _, err := r.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.receive(); got["account"] != "work" {
		t.Errorf("got %v, want work", got)
	}
}

func TestHalfOpenConnectionsAreDroppedAndOthersServed(t *testing.T) {
	t.Parallel() // it waits for deadlines
	a := serve(t, echo())
	const each = 40
	var silent []raw
	for range each {
		mute, half := rawDial(t, a.addr.Socket), rawDial(t, a.addr.Socket)
		if _, err := half.Write([]byte{0, 0}); err != nil {
			t.Fatal(err)
		}
		begun := greeted(t, a.addr.Socket, agent.Protocol)
		if _, err := begun.Write([]byte{0, 15, 0, 0, '{'}); err != nil {
			t.Fatal(err)
		}
		silent = append(silent, mute, half, begun)
	}
	if !answers(t, a.addr) {
		t.Error("the agent does not answer beside them")
	}
	for _, r := range silent {
		r.wantHungUp()
	}
}

func TestAFullHouseServesTheNextWhenOneLeaves(t *testing.T) {
	a := serve(t, echo())
	var all []raw
	for range 256 {
		all = append(all, greeted(t, a.addr.Socket, agent.Protocol))
	}
	next := rawDial(t, a.addr.Socket)
	next.send(map[string]any{"tokentray": agent.Protocol, "version": version})
	if err := next.SetDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if got, err := next.tryReceive(); err == nil {
		t.Fatalf("got %v, want the 257th to wait", got)
	}
	_ = all[0].Close()
	if err := next.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if got := next.receive(); got["version"] != version {
		t.Errorf("got %v, want the greeting", got)
	}
}

func TestTenThousandQuickConnectionsStayBounded(t *testing.T) {
	a := serve(t, echo())
	before := runtime.NumGoroutine()
	const callers, each = 20, 500
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for i := range each {
				c, err := agent.Dial(context.Background(), a.addr, version)
				if err != nil {
					t.Errorf("connection %d: %v", i, err)
					return
				}
				_ = c.Close()
			}
		})
	}
	all.Wait()
	waitFor(t, "the connections' goroutines to end", func() bool { return runtime.NumGoroutine() <= before+2 })
	if !answers(t, a.addr) {
		t.Error("the agent does not answer any more")
	}
}

func TestALengthAloneTakesNoMemory(t *testing.T) {
	a := serve(t, echo())
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var all []raw
	for i := range 200 {
		r := greeted(t, a.addr.Socket, agent.Protocol)
		claimed := uint32(1 << 20)
		if i%2 == 1 {
			claimed = 24 << 20
		}
		if _, err := r.Write(append(binary.BigEndian.AppendUint32(nil, claimed), '{')); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if !answers(t, a.addr) {
		t.Error("the agent does not answer beside them")
	}
	runtime.ReadMemStats(&after)
	const most = 32 << 20 // 2.4 GiB were claimed
	if got := after.TotalAlloc - before.TotalAlloc; got > most {
		t.Errorf("got %d bytes allocated for %d claims of 1 and 24 MiB, want at most %d", got, len(all), most)
	}
}

func TestWhatDoesntFitAFrameIsRefusedByItsSender(t *testing.T) {
	d := echo()
	d.providers = func(context.Context) ([]auth.Provider, error) {
		return []auth.Provider{{Name: strings.Repeat("x", 25<<20)}}, nil
	}
	d.snapshot = func(context.Context) (auth.Snapshot, error) {
		return auth.Snapshot{At: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)}, nil
	}
	c := dial(t, serve(t, d).addr)
	_, large := c.Providers(t.Context())
	_, odd := c.Snapshot(t.Context())
	for _, err := range []error{large, odd} {
		if !errors.Is(err, &auth.Error{Kind: auth.KindInternal}) {
			t.Errorf("got error %v, want one of kind internal", err)
		}
	}
	_, err := c.Find(t.Context(), strings.Repeat("x", 2<<20))
	if !errors.Is(err, auth.ErrUsage) {
		t.Errorf("got error %v, want one of kind usage", err)
	}
	if got, err := c.Find(t.Context(), strings.Repeat("x", 1<<19)); len(got) != 1<<19 || err != nil {
		t.Errorf("got %d bytes and error %v, want what was sent", len(got), err)
	}
}
