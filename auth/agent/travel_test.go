package agent_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
)

// largest is the largest file that travels.
const largest = 16 << 20

func TestLargeFilesTravelAndLargerOnesAreRefused(t *testing.T) {
	file := make([]byte, largest+1)
	_, _ = rand.Read(file) // it never returns an error
	size := largest
	c := dial(t, serve(t, desk{
		export: func(auth.Export) ([]byte, error) { return file[:size], nil },
		imports: func(got []byte) (auth.Imported, error) {
			if !bytes.Equal(got, file[:largest]) {
				return auth.Imported{}, errors.New("another file arrived")
			}
			return auth.Imported{Provider: "adaptix"}, nil
		},
	}).addr)
	got, err := c.Export(t.Context(), auth.Export{})
	if err != nil || !bytes.Equal(got, file[:largest]) {
		t.Errorf("Export: got %d bytes and error %v, want the file", len(got), err)
	}
	imported, err := c.Import(t.Context(), file[:largest], auth.Secret{})
	if err != nil || imported.Provider != "adaptix" {
		t.Errorf("Import: got %+v and error %v, want adaptix", imported, err)
	}
	size++
	if _, err = c.Export(t.Context(), auth.Export{}); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("Export of more: got error %v, want one of kind usage", err)
	}
	if _, err = c.Import(t.Context(), file, auth.Secret{}); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("Import of more: got error %v, want one of kind usage", err)
	}
}

// Somebody who begins many large requests and never ends them holds up others'
// large ones for a few seconds each, and nobody's small ones.
func TestALargeRequestThatNeverEndsIsDropped(t *testing.T) {
	t.Parallel() // it waits for a deadline
	d := echo()
	d.imports = func([]byte) (auth.Imported, error) { return auth.Imported{}, nil }
	a := serve(t, d)
	slow := greeted(t, a.addr.Socket, agent.Protocol)
	if _, err := slow.Write(append(binary.BigEndian.AppendUint32(nil, 20<<20), '{')); err != nil {
		t.Fatal(err)
	}
	if !answers(t, a.addr) {
		t.Error("the agent does not answer beside it")
	}
	if _, err := dial(t, a.addr).Import(t.Context(), make([]byte, largest), auth.Secret{}); err != nil {
		t.Errorf("an import beside it: got error %v, want none", err)
	}
	slow.wantHungUp()
}

// The address is pasted by another connection while the first one waits, and the
// first one's end cancels the attempt.
func TestAnAddressIsPastedWhileTheSignInWaits(t *testing.T) {
	pasted := make(chan string, 1)
	d := echo()
	d.connect = func(ctx context.Context, _ auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
		tell(auth.SignInStep{Address: "https://provider.example/authorize", Attempt: "a1"})
		select {
		case address := <-pasted:
			return auth.Status{Name: address}, nil
		case <-ctx.Done():
			return auth.Status{}, ctx.Err()
		}
	}
	d.paste = func(attempt string, address auth.Secret) error {
		if attempt != "a1" {
			return &auth.Error{Kind: auth.KindUsage, Detail: "no such sign-in waits"}
		}
		pasted <- address.Reveal()
		return nil
	}
	c := dial(t, serve(t, d).addr)
	wrong := make(chan error, 1)
	status, err := c.Connect(t.Context(), auth.Connection{}, func(s auth.SignInStep) {
		wrong <- c.Paste(t.Context(), "a2", auth.NewSecret("http://127.0.0.1/?code=canary"))
		if err := c.Paste(t.Context(), s.Attempt, auth.NewSecret("canary-address")); err != nil {
			t.Errorf("Paste: got error %v, want none", err)
		}
	})
	if err != nil || status.Name != "canary-address" {
		t.Errorf("got %q and error %v, want what was pasted", status.Name, err)
	}
	if err := receive(t, "the wrong paste", wrong); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("another attempt: got error %v, want one of kind usage", err)
	}
}
