package agent_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/agent"
)

// raw is a caller, or an agent, that sends what it likes.
type raw struct {
	net.Conn
	t testing.TB
}

// rawDial connects without a greeting.
func rawDial(t testing.TB, socket string) raw {
	t.Helper()
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return raw{conn, t}
}

// greeted is rawDial with a greeting.
func greeted(t testing.TB, socket string, protocol int) raw {
	t.Helper()
	r := rawDial(t, socket)
	r.send(map[string]any{"tokentray": protocol, "version": version})
	if got := r.receive(); got["version"] != version {
		t.Fatalf("got greeting %v, want version %s", got, version)
	}
	return r
}

// frame is v as it goes over the socket.
func frame(t testing.TB, v any) []byte {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)
}

func (r raw) send(v any) {
	r.t.Helper()
	if _, err := r.Write(frame(r.t, v)); err != nil {
		r.t.Fatal(err)
	}
}

func (r raw) receive() map[string]any {
	r.t.Helper()
	v, err := r.tryReceive()
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

func (r raw) tryReceive() (map[string]any, error) {
	var header [4]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return nil, err
	}
	body := make([]byte, binary.BigEndian.Uint32(header[:]))
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	var v map[string]any
	return v, json.Unmarshal(body, &v)
}

// wantHungUp checks that the agent closes the connection, whatever it says before.
func (r raw) wantHungUp() {
	r.t.Helper()
	_, err := io.Copy(io.Discard, r)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		r.t.Fatal("the agent kept the connection open, want it closed")
	}
}

// beStranger is a process of another user that tries to reach the agent: by hand,
// then with a Client.
func beStranger(addr agent.Address) int {
	conn, err := net.Dial("unix", addr.Socket)
	if err != nil {
		fmt.Println("no connection:", err)
		return 1
	}
	_, _ = io.WriteString(conn, "\x00\x00\x00\x0f{\"tokentray\":1}") // the agent may have hung up already
	if answer, _ := io.ReadAll(conn); len(answer) == 0 {
		fmt.Println("the agent hung up")
	} else {
		fmt.Printf("the agent answered %q\n", answer)
	}
	if _, err := agent.Dial(context.Background(), addr, version); errors.Is(err, agent.ErrForeign) {
		fmt.Println("the client refused")
	} else {
		fmt.Println("the client got", err)
	}
	return 0
}

// beImpostor is a process of another user that poses as the agent: it listens, says
// so, and answers whoever comes with a greeting.
func beImpostor(addr agent.Address) int {
	l, err := net.Listen("unix", addr.Socket)
	if err != nil {
		fmt.Println("it doesn't listen:", err)
		return 1
	}
	fmt.Println("listening")
	for {
		conn, err := l.Accept()
		if err != nil {
			return 1
		}
		body := fmt.Sprintf(`{"tokentray":%d,"version":"1.2.3"}`, agent.Protocol)
		_, _ = conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)) // it may have hung up already
	}
}
