package desktop_test

import (
	"errors"
	"net"
	"path/filepath"
	"testing"
	"time"

	fixture "github.com/tokentray/tokentray/test/desktop"
	"github.com/tokentray/tokentray/ui/desktop"
)

func TestABusIsOneThatAnswers(t *testing.T) {
	bus := fixture.StartBus(t)
	conn, err := desktop.Bus(t.Context(), bus.Address)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	if err := conn.BusObject().Call("org.freedesktop.DBus.ListNames", 0).Store(&names); err != nil {
		t.Errorf("the connection is of no use: %v", err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}

	t.Setenv("DBUS_SESSION_BUS_ADDRESS", bus.Address)
	if conn, err = desktop.Bus(t.Context(), ""); err != nil {
		t.Fatalf("the one in the environment: %v", err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
}

func TestNoBusIsToldWithinASecond(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "deaf")
	deaf, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	for what, address := range map[string]string{
		"nobody listens": "unix:path=/nonexistent/bus", "it never answers": "unix:path=" + socket, "no address": "nonsense",
	} {
		began := time.Now()
		conn, err := desktop.Bus(t.Context(), address)
		if !errors.Is(err, desktop.ErrNoBus) || conn != nil {
			t.Errorf("%s: got %v, want no bus", what, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: told after %s, want about a second", what, took)
		}
	}
}
