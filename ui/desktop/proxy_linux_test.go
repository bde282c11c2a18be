package desktop

import (
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"

	fixture "github.com/tokentray/tokentray/test/desktop"
)

// portal names proxies like the desktop's own.
type portal struct {
	mu    sync.Mutex
	named []string
	fails *dbus.Error
	asked []string
}

// Lookup is called over the bus.
func (p *portal) Lookup(address string) ([]string, *dbus.Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, address)
	return p.named, p.fails
}

func (p *portal) answer(named []string, fails *dbus.Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.named, p.fails = named, fails
}

func startPortal(t *testing.T, bus fixture.Bus, p *portal) {
	t.Helper()
	conn := bus.Dial(t)
	if err := conn.Export(p, portalPath, "org.freedesktop.portal.ProxyResolver"); err != nil {
		t.Fatal(err)
	}
	if reply, err := conn.RequestName(portalName, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("being the portal: %v, %v", reply, err)
	}
}

func TestTheDesktopsPortalNamesTheProxy(t *testing.T) {
	bus := fixture.StartBus(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", bus.Address)
	address := &url.URL{Scheme: "https", Host: "login.northwind.example", Path: "/"}
	if u, err := SystemProxy(t.Context(), address); u != nil || err == nil {
		t.Errorf("without a portal: got %v and error %v, want an error", u, err)
	}
	p := &portal{}
	startPortal(t, bus, p)
	for _, row := range []struct {
		named []string
		want  string
	}{
		{[]string{"direct://"}, ""},
		{nil, ""},
		{[]string{"http://proxy.example.com:8080"}, "http://proxy.example.com:8080"},
		{[]string{"http://proxy.example.com:8080", "direct://"}, "http://proxy.example.com:8080"},
		{[]string{"direct://", "http://proxy.example.com:8080"}, ""},
		{[]string{"socks://proxy.example.com:1080"}, "socks5://proxy.example.com:1080"},
		{[]string{"socks4://old.example.com:1080", "://", "http://", "https://proxy.example.com"}, "https://proxy.example.com"},
	} {
		p.answer(row.named, nil)
		var got string
		u, err := SystemProxy(t.Context(), address)
		if u != nil {
			got = u.String()
		}
		if got != row.want || err != nil {
			t.Errorf("%q: got %q and error %v, want %q", row.named, got, err, row.want)
		}
	}
	p.mu.Lock()
	if p.asked[0] != address.String() {
		t.Errorf("it was asked for %q, want %q", p.asked[0], address)
	}
	p.mu.Unlock()
	p.answer(nil, dbus.MakeFailedError(errors.New("the script can't be had")))
	if u, err := SystemProxy(t.Context(), address); u != nil || err == nil {
		t.Errorf("a portal that fails: got %v and error %v, want an error", u, err)
	}
}

func TestTheDoctorSaysWhoseProxyItIs(t *testing.T) {
	bus := fixture.StartBus(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", bus.Address)
	address := &url.URL{Scheme: "https", Host: "provider.example", Path: "/"}
	if got := systemsProxy(t.Context(), address); !strings.Contains(got, "portal can’t be asked") || !strings.Contains(got, "(PAC) are not supported") {
		t.Errorf("without a portal: %q", got)
	}
	p := &portal{named: []string{"direct://"}}
	startPortal(t, bus, p)
	if got := systemsProxy(t.Context(), address); !strings.Contains(got, "names none") || strings.Contains(got, "PAC") {
		t.Errorf("without a proxy: %q", got)
	}
	p.answer([]string{"http://you:canary-password@proxy.example:3128"}, nil)
	if got := systemsProxy(t.Context(), address); !strings.Contains(got, "proxy.example:3128") || strings.Contains(got, "canary-") {
		t.Errorf("with a proxy: %q", got)
	}
}
