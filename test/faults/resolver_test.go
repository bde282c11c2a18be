package faults_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// names is what every test here has its names from, so that those that need no
// name of their own may run beside those that do.
var names = &resolver{zones: map[string]zone{}, questions: map[string]int{}}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	stop, err := names.serve()
	if err != nil {
		fmt.Fprintln(os.Stderr, "no resolver:", err)
		return 1
	}
	defer stop()
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: names.dial}
	return m.Run()
}

// zone answers one question for a name, as it would be packed; false: never.
type zone func(q dnsmessage.Question, network string) (dnsmessage.Message, bool)

// resolves is a name that is found, in both families.
func resolves(addresses ...netip.Addr) zone {
	return func(q dnsmessage.Question, _ string) (dnsmessage.Message, bool) {
		var m dnsmessage.Message
		header := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}
		for _, a := range addresses {
			switch {
			case a.Is4() && q.Type == dnsmessage.TypeA:
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: a.As4()}})
			case a.Is6() && q.Type == dnsmessage.TypeAAAA:
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
			}
		}
		return m, true
	}
}

// fails is a name with which something is wrong.
func fails(code dnsmessage.RCode) zone {
	return func(dnsmessage.Question, string) (dnsmessage.Message, bool) {
		return dnsmessage.Message{Header: dnsmessage.Header{RCode: code}}, true
	}
}

// silent is a name that no answer comes for.
func silent(dnsmessage.Question, string) (dnsmessage.Message, bool) {
	return dnsmessage.Message{}, false
}

// truncated is a name whose answer is too long for UDP, and never comes over TCP.
func truncated(_ dnsmessage.Question, network string) (dnsmessage.Message, bool) {
	return dnsmessage.Message{Header: dnsmessage.Header{Truncated: true}}, network == "udp"
}

// resolver is a name server on loopback (RFC 1035 §4.2, over UDP and TCP). What is
// no name of its own doesn't exist.
type resolver struct {
	udp net.PacketConn
	tcp net.Listener

	mu        sync.Mutex
	zones     map[string]zone
	questions map[string]int
}

// serve begins to answer; stop ends that.
func (r *resolver) serve() (stop func(), err error) {
	if r.udp, err = net.ListenPacket("udp4", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	if r.tcp, err = net.Listen("tcp4", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	var serving sync.WaitGroup
	serving.Go(r.datagrams)
	serving.Go(r.streams)
	return func() {
		_ = r.udp.Close() // nothing is lost with it
		r.tcp.Close()
		serving.Wait()
	}, nil
}

// dial leads every question here, whichever server the system names.
func (r *resolver) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	address := r.udp.LocalAddr()
	if strings.HasPrefix(network, "tcp") {
		address = r.tcp.Addr()
	}
	return (&net.Dialer{}).DialContext(ctx, network, address.String())
}

func (r *resolver) datagrams() {
	for buffer := make([]byte, 4096); ; {
		n, from, err := r.udp.ReadFrom(buffer)
		if err != nil {
			return // closed
		}
		if answer, some := r.answer(buffer[:n], "udp"); some {
			_, _ = r.udp.WriteTo(answer, from) // who doesn't get it asks again
		}
	}
}

// streams takes one question of each connection, and hangs up where none is answered.
func (r *resolver) streams() {
	for {
		c, err := r.tcp.Accept()
		if err != nil {
			return // closed
		}
		r.stream(c)
	}
}

func (r *resolver) stream(c net.Conn) {
	defer c.Close()
	var length uint16
	if binary.Read(c, binary.BigEndian, &length) != nil {
		return
	}
	question := make([]byte, length)
	if _, err := io.ReadFull(c, question); err != nil {
		return
	}
	if answer, some := r.answer(question, "tcp"); some {
		_, _ = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)) // as above
	}
}

// answer is what the zone of the name says, packed.
func (r *resolver) answer(question []byte, network string) (packed []byte, some bool) {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil, false
	}
	q := m.Questions[0]
	answer, some := r.zone(strings.TrimSuffix(q.Name.String(), "."))(q, network)
	if !some {
		return nil, false
	}
	answer.ID, answer.Response, answer.RecursionAvailable, answer.Questions = m.ID, true, true, m.Questions
	packed, err := answer.Pack()
	return packed, err == nil
}

// zone is how a question for name is answered, which is counted.
func (r *resolver) zone(name string) zone {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.questions[name]++
	if z := r.zones[name]; z != nil {
		return z
	}
	return fails(dnsmessage.RCodeNameError)
}

// set has name answered so from now on.
func (r *resolver) set(name string, z zone) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.zones[name] = z
}

// asked is how often name was asked for.
func (r *resolver) asked(name string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.questions[name]
}
