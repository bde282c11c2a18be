package practice_test

import (
	"context"
	"net"
	"path/filepath"
	"testing"

	"github.com/tokentray/tokentray/auth/practice"
)

func TestHostServesOnTheAddressKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "practice")
	host := practice.NewHost(dir)
	first, client, err := host.Serve(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if client.Identifier != "tokentray-practice" || client.RedirectAddress != "http://127.0.0.1/callback" || !client.Secret.IsZero() {
		t.Errorf("got client %+v", client)
	}
	if again, _, err := host.Serve(t.Context(), "127.0.0.1:1"); err != nil || again != first {
		t.Errorf("served twice: got %s, %v, want %s", again, err, first)
	}
	host.Close()
	host.Close()
	if _, _, err := host.Serve(t.Context(), first); err == nil {
		t.Error("a closed host serves")
	}

	host = practice.NewHost(dir)
	defer host.Close()
	if again, _, err := host.Serve(t.Context(), first); err != nil || again != first {
		t.Errorf("on the address kept: got %s, %v, want %s", again, err, first)
	}
	taken := practice.NewHost(t.TempDir())
	defer taken.Close()
	if other, _, err := taken.Serve(t.Context(), first); err != nil || other == first || other == "" {
		t.Errorf("on an address that is taken: got %s, %v", other, err)
	}
}

func TestHostRefusesOtherComputers(t *testing.T) {
	host := practice.NewHost(t.TempDir())
	defer host.Close()
	ended, end := context.WithCancel(t.Context())
	end()
	if _, _, err := host.Serve(ended, ""); err == nil {
		t.Error("it serves though nobody waits any more")
	}
	actual, _, err := host.Serve(t.Context(), "192.0.2.1:80")
	if err != nil {
		t.Fatal(err)
	}
	if at, err := net.ResolveTCPAddr("tcp", actual[len("http://"):]); err != nil || !at.IP.IsLoopback() {
		t.Errorf("got %s", actual)
	}
}
