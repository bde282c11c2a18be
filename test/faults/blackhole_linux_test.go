package faults_test

import (
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/sys/unix"
)

var loopback6 = netip.IPv6Loopback()

// swallow6 has connections to [::1]:port hang, as where a route leads nowhere: its
// queue of connections is full.
func swallow6(t *testing.T, port int) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	must(t, err)
	t.Cleanup(func() { must(t, unix.Close(fd)) })
	must(t, unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1))
	err = unix.Bind(fd, &unix.SockaddrInet6{Port: port, Addr: loopback6.As16()})
	if errors.Is(err, unix.EADDRNOTAVAIL) {
		t.Skip("this machine has no ::1")
	}
	must(t, err)
	must(t, unix.Listen(fd, 0))
	for range 8 {
		c, err := net.DialTimeout("tcp6", netip.AddrPortFrom(loopback6, uint16(port)).String(), time.Second)
		if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
			return
		}
		must(t, err)
		t.Cleanup(func() { must(t, c.Close()) })
	}
	t.Fatal("the queue does not fill up")
}

// A name with eight addresses of IPv6, as the large providers have, none of which
// leads anywhere, and one of IPv4: trying all in order would outlast the 10 s of a
// connection (RFC 8305 §5: the families are tried beside each other).
func TestFault65WhereIPv6LeadsNowhereIPv4IsTaken(t *testing.T) {
	t.Parallel()
	const name = "blackhole.northwind.example"
	l := listenHere(t)
	swallow6(t, l.Addr().(*net.TCPAddr).Port)
	names.set(name, resolves(here, loopback6, loopback6, loopback6, loopback6, loopback6, loopback6, loopback6, loopback6))
	found, err := net.DefaultResolver.LookupNetIP(t.Context(), "ip", name)
	must(t, err)
	if len(found) != 9 || !found[0].Is6() {
		t.Skipf("this machine would try %v first, not IPv6", found)
	}
	w := newNamedWorld(t, name, l)
	id := w.connect("work")
	if _, err := w.refresh(id); err != nil {
		t.Errorf("a refresh failed: %v", err)
	}
	w.front.wantLedger(t, []int{1}, []int{1})
}

// A resolver that leaves questions for addresses of IPv6 without an answer (RFC 4074
// §4.1) would take up all the time of a connection; what it says of IPv4 counts.
func TestFault65WhereIPv6IsNotAnsweredIPv4IsTaken(t *testing.T) {
	t.Parallel()
	const name = "halfsilent.northwind.example"
	names.set(name, func(q dnsmessage.Question, network string) (dnsmessage.Message, bool) {
		m, _ := resolves(here)(q, network)
		return m, q.Type != dnsmessage.TypeAAAA
	})
	w := newNamedWorld(t, name, listenHere(t))
	id := w.connect("work")
	if _, err := w.refresh(id); err != nil {
		t.Errorf("a refresh failed: %v", err)
	}
	w.front.wantLedger(t, []int{1}, []int{1})
}
