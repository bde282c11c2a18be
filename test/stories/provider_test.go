package stories_test

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tokentray/tokentray/assets"
	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/test/canary"
)

// provider is an authorization server that speaks a dialect, in this process.
type provider struct {
	story   *story
	options practice.Options
	address string // http://127.0.0.1:PORT
	secret  string // file
	file    string // a provider file for it; "" where the built-in one serves

	server *practice.Server // replaced by newSecret
	http   *http.Server     // nil while it is down
	now    atomic.Pointer[http.Handler]
}

const clientID = "story-client"

func startProvider(ts *testscript.TestScript, _ bool, args []string) {
	s := of(ts)
	s.providers++
	p := &provider{story: s, secret: filepath.Join(s.dir, fmt.Sprintf("secret-%d", s.providers))}
	p.options.StateFile = filepath.Join(s.dir, fmt.Sprintf("provider-%d", s.providers))
	for _, d := range practice.Dialects() {
		if d.String() == args[0] {
			p.options.Dialect = d
		}
	}
	if p.options.Dialect.String() != args[0] {
		ts.Fatalf("there is no dialect %s", args[0])
	}
	port := freePort(ts)
	redirect := "http://127.0.0.1:" + port + "/callback"
	if p.options.Dialect == practice.Fortellis {
		redirect = "http://localhost:" + port + "/"
	}
	for _, word := range args[1:] {
		name, value, _ := strings.Cut(word, "=")
		if name == "redirect" {
			redirect = value
			continue
		}
		p.choose(ts, name, value)
	}
	p.options.Clients = []practice.Client{{ID: clientID, Name: "Tokentray", RedirectAddresses: []string{redirect}}}
	p.register(ts, canary.Word+"secret/"+strconv.Itoa(s.providers)+"+%&= ~")
	p.listen(ts, "127.0.0.1:0")
	s.t.Cleanup(p.close)
	s.provider = p
	for name, value := range map[string]string{
		"ADDRESS": p.address, "CLIENT": clientID, "SECRET": p.secret, "REDIRECT": redirect, "PORT": port,
	} {
		ts.Setenv(name, value)
	}
	ts.Check(p.writeFile())
	ts.Setenv("FILE", p.file)
}

// choose reads one KEY=VALUE of the command provider.
func (p *provider) choose(ts *testscript.TestScript, name, value string) {
	o := &p.options
	lives := map[string]*time.Duration{"access": &o.AccessLife, "refresh": &o.RefreshLife, "code": &o.CodeLife, "grace": &o.Grace}
	echoes := map[string]practice.Echo{
		"both": practice.EchoBoth, "state": practice.EchoState, "value": practice.EchoValue, "neither": practice.EchoNeither,
	}
	var err error
	switch life := lives[name]; {
	case life != nil:
		*life, err = time.ParseDuration(value)
	case name == "echo":
		o.Echo = echoes[value]
	case name == "rotation" && value == "replaces":
		o.Rotation = practice.RotationReplaces
	case name == "rotation" && value == "stays":
		o.Rotation = practice.RotationStays
	default:
		err = fmt.Errorf("%s=%s says nothing", name, value)
	}
	ts.Check(err)
}

// register gives the client a secret, and starts the server anew with it: what
// was granted stays.
func (p *provider) register(ts *testscript.TestScript, secret string) {
	p.options.Clients[0].Secret = auth.NewSecret(secret)
	server, err := practice.New(p.options)
	ts.Check(err)
	if p.server != nil {
		p.server.Close()
	}
	handler := p.story.secrets.watch(server.Handler())
	p.server = server
	p.now.Store(&handler)
	ts.Check(os.WriteFile(p.secret, []byte(secret+"\n"), 0o600))
}

func (p *provider) listen(ts *testscript.TestScript, address string) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp4", address)
	ts.Check(err)
	p.address = "http://" + listener.Addr().String()
	p.http = &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*p.now.Load()).ServeHTTP(w, r) }),
		ReadHeaderTimeout: patience,
	}
	server := p.http
	go func() { _ = server.Serve(listener) }() // ends with Close
}

func (p *provider) close() {
	if p.http != nil {
		_ = p.http.Close() // connections are cut; that is what is meant
		p.http = nil
	}
	p.server.Close()
}

func providerDown(ts *testscript.TestScript, _ bool, _ []string) {
	p := of(ts).at(ts)
	ts.Check(p.http.Close())
	p.http = nil
}

func providerUp(ts *testscript.TestScript, _ bool, _ []string) {
	p := of(ts).at(ts)
	p.listen(ts, strings.TrimPrefix(p.address, "http://"))
}

func revokeAll(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(of(ts).at(ts).server.RevokeAll())
}

func newSecret(ts *testscript.TestScript, _ bool, _ []string) {
	of(ts).at(ts).register(ts, canary.Word+"another-secret")
}

// at is the provider that a script speaks of.
func (s *story) at(ts *testscript.TestScript) *provider {
	if s.provider == nil {
		ts.Fatalf("there is no provider yet")
	}
	return s.provider
}

var (
	fortellisValue = regexp.MustCompile(`https://identity[\w.-]*/oauth2/\w+`)
	standardFile   = `format = 1
id = "story"
name = "Story Login"

[endpoints]
issuer = "ADDRESS"

[client]
authentication = "basic"
secret = "required"

[grants]
supported = ["authorization_code", "client_credentials"]

[redirect]
rule = "exact"
address = "http://127.0.0.1:17845/callback"

[scopes]
default = ["openid", "profile", "email", "offline_access"]
refresh = "offline_access"

[rotation]
refresh_token = "single-use"
`
)

// writeFile makes the provider file: Fortellis' built-in one with this server in
// place of its environments, or one with an issuer. Adaptix and FortesMilestones
// ask for the address.
func (p *provider) writeFile() error {
	text := standardFile
	switch p.options.Dialect {
	case practice.Adaptix, practice.FortesMilestones:
		return nil
	case practice.Fortellis:
		built, err := fs.ReadFile(assets.Providers, "fortellis.toml")
		if err != nil {
			return err
		}
		text = fortellisValue.ReplaceAllString(string(built), "ADDRESS/oauth2/aus1p1ixy7YL8cMq02p7")
	case practice.Standard:
	}
	p.file = filepath.Join(p.story.dir, fmt.Sprintf("provider-%d.toml", p.story.providers))
	return os.WriteFile(p.file, []byte(strings.ReplaceAll(text, "ADDRESS", p.address)), 0o600)
}

// firstPort is below where systems take ports for outgoing connections from, so
// that none of those is in the way; runs at the same time begin at different ones.
var firstPort = 20000 + os.Getpid()%500*20

// ports counts those that were given out.
var ports atomic.Int32

// freePort is a port that no other story gets, and nobody listens at now.
func freePort(ts *testscript.TestScript) string {
	for range 100 {
		port := strconv.Itoa(firstPort + int(ports.Add(1)))
		if l, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			ts.Check(l.Close())
			return port
		}
	}
	ts.Fatalf("no port is free")
	return ""
}

// takePort is somebody else, who listens at $PORT until the story ends.
func takePort(ts *testscript.TestScript, _ bool, args []string) {
	port := ts.Getenv("PORT")
	if len(args) > 0 {
		port = args[0]
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+port)
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() }) // the story is over
}
