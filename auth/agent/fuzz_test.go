package agent_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
)

// harmless is a desk that answers everything with nothing.
func harmless() desk {
	d := echo()
	d.snapshot = func(context.Context) (auth.Snapshot, error) { return auth.Snapshot{}, nil }
	d.watch = func(context.Context) (<-chan struct{}, error) {
		done := make(chan struct{})
		close(done)
		return done, nil
	}
	d.show = func(context.Context, auth.AccountID) (auth.Details, error) { return auth.Details{}, nil }
	d.providers = func(context.Context) ([]auth.Provider, error) { return nil, nil }
	d.token = func(context.Context, auth.AccountID, auth.Want) (auth.Token, error) { return auth.Token{}, nil }
	d.connect = func(context.Context, auth.Connection, func(auth.SignInStep)) (auth.Status, error) {
		return auth.Status{}, nil
	}
	d.reconnect = func(context.Context, auth.AccountID, time.Duration, func(auth.SignInStep)) (auth.Status, error) {
		return auth.Status{}, nil
	}
	d.edit = func(context.Context, auth.AccountID, auth.Change) error { return nil }
	d.forget = func(context.Context, auth.AccountID) (auth.Forgotten, error) { return auth.Forgotten{}, nil }
	d.unlock = func(context.Context, auth.Secret) error { return nil }
	return d
}

// FuzzFrame sends anything after the greeting. Whatever it is, the agent answers
// in whole frames and hangs up, and another caller is served.
func FuzzFrame(f *testing.F) {
	for _, verb := range []string{"snapshot", "watch", "find", "show", "providers", "token", "connect", "reconnect", "edit", "forget", "unlock", "stop", "nonsense"} {
		f.Add(frame(f, map[string]any{"verb": verb, "account": "k7q2", "name": "work\r\n\x00"}))
	}
	f.Add(binary.BigEndian.AppendUint32(nil, 1<<30))
	f.Add([]byte("\x00\x00\x00\x02{}\x00\x00\x00\x00"))
	f.Add([]byte("\x00\x00\x00\x10{\"verb\":\"unl"))
	a := serve(f, harmless())
	go func() { // ends with the process; stop must not block
		for {
			<-a.stops
		}
	}()
	kept := dial(f, a.addr)
	f.Fuzz(func(t *testing.T, sent []byte) {
		r := greeted(t, a.addr.Socket, agent.Protocol)
		_, _ = r.Write(sent) // it may hang up in the middle
		if half, ok := r.Conn.(*net.UnixConn); ok {
			_ = half.CloseWrite() // it may have hung up already
		}
		for {
			_, err := r.tryReceive()
			if errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatal("got a part of a frame, want whole ones")
			}
			if err != nil {
				break
			}
		}
		_ = r.Close()
		if got, err := kept.Find(context.Background(), "work"); got != "work" || err != nil {
			t.Fatalf("another caller: got %q and error %v, want work", got, err)
		}
	})
}
