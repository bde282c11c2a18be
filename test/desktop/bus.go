package desktop

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// Bus is a private session bus with a home of its own. Nothing is started on it
// by asking for its name.
type Bus struct {
	Address string
	Home    string // HOME; short enough for sockets below it
	Runtime string // XDG_RUNTIME_DIR

	daemon *exec.Cmd
}

// patience bounds each wait: what is waited for takes some 50 ms on an idle machine.
const patience = 20 * time.Second

const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// StartBus starts a session bus that ends with t.
func StartBus(t testing.TB) Bus {
	t.Helper()
	home, err := os.MkdirTemp("", "desktop")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(home); err != nil {
			t.Error(err)
		}
	})
	bus := Bus{Home: home, Runtime: filepath.Join(home, "run")}
	if err := os.Mkdir(bus.Runtime, 0o700); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(home, "bus.conf")
	text := strings.Replace(busConfig, "SOCKET", filepath.Join(bus.Runtime, "bus"), 1)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	bus.start(t)
	return bus
}

// start starts the daemon and learns its address.
func (b *Bus) start(t testing.TB) {
	t.Helper()
	b.daemon = exec.Command("dbus-daemon", "--config-file="+filepath.Join(b.Home, "bus.conf"), "--print-address", "--nofork", "--nopidfile")
	b.daemon.Env = b.environment()
	out, err := b.daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, b.daemon)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("dbus-daemon gave no address: %v", err)
	}
	b.Address = strings.TrimSpace(line)
}

// Stop ends the bus as a crash would.
func (b *Bus) Stop(t testing.TB) {
	t.Helper()
	if err := b.daemon.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = b.daemon.Wait() // it was killed
}

// Again starts a bus that was stopped, at the same socket.
func (b *Bus) Again(t testing.TB) { b.start(t) }

// start starts c and ends it with t.
func start(t testing.TB, c *exec.Cmd) {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatalf("starting %s: %v", c.Path, err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill() // it may have ended with its bus
		_ = c.Wait()
	})
}

// environment is what a process of this desktop gets, without the bus's address.
func (b Bus) environment() []string {
	return []string{
		"HOME=" + b.Home, "XDG_RUNTIME_DIR=" + b.Runtime, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8",
		"XDG_DATA_HOME=" + filepath.Join(b.Home, "data"), "XDG_CONFIG_HOME=" + filepath.Join(b.Home, "config"),
		"XDG_CACHE_HOME=" + filepath.Join(b.Home, "cache"), "DISPLAY=", "WAYLAND_DISPLAY=",
	}
}

// Env is the whole environment for a child process on this desktop.
func (b Bus) Env() []string {
	return append(b.environment(), "DBUS_SESSION_BUS_ADDRESS="+b.Address)
}

// Dial returns a connection of its own to the bus, closed with t.
func (b Bus) Dial(t testing.TB) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(b.Address)
	if err != nil {
		t.Fatalf("connecting to %s: %v", b.Address, err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // the bus may have gone before it
	return conn
}

// await looks again and again until there is what is looked for.
func await(t testing.TB, what string, there func() bool) {
	t.Helper()
	limit, retry := time.NewTimer(patience), time.NewTicker(10*time.Millisecond)
	defer limit.Stop()
	defer retry.Stop()
	for !there() {
		select {
		case <-retry.C:
		case <-limit.C:
			t.Fatalf("%s: not there after %s", what, patience)
		}
	}
}
