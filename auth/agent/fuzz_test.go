package agent_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
)

// harmless is a desk that answers everything with nothing.
type harmless struct{ recorder }

func (*harmless) Find(_ context.Context, name string) (auth.AccountID, error) {
	return auth.AccountID(name), nil
}

func (*harmless) Watch(context.Context) (<-chan struct{}, error) { return ended[struct{}](), nil }

func (*harmless) Summoned(context.Context) (<-chan auth.Summons, error) {
	return ended[auth.Summons](), nil
}

// ended is a stream in which nothing comes.
func ended[T any]() <-chan T {
	done := make(chan T)
	close(done)
	return done
}

// FuzzFrame sends anything after the greeting. Whatever it is, the agent answers
// in whole frames and hangs up, and another caller is served.
func FuzzFrame(f *testing.F) {
	for _, verb := range append(verbs(), "nonsense") {
		f.Add(frame(f, map[string]any{"verb": verb, "account": "k7q2", "name": "work\r\n\x00", "file": []byte("canary")}))
	}
	f.Add(binary.BigEndian.AppendUint32(nil, 1<<30))
	f.Add([]byte("\x00\x00\x00\x02{}\x00\x00\x00\x00"))
	f.Add([]byte("\x00\x00\x00\x10{\"verb\":\"unl"))
	a := serve(f, &harmless{})
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
