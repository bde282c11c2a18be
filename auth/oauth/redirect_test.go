package oauth_test

import (
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
)

// quiet is a loopback address on which nobody else listens, so that a test can say
// which of the usual ports are taken.
const quiet = "127.41.7.1"

// take occupies ports on quiet, as another program would.
func take(t *testing.T, ports ...string) {
	t.Helper()
	for _, port := range ports {
		l, err := net.Listen("tcp", net.JoinHostPort(quiet, port))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
	}
}

// portOf is the port of the redirect address that u sends.
func portOf(u *underway) string {
	to, err := url.Parse(u.sent.Get("redirect_uri"))
	if err != nil {
		u.t.Fatal(err)
	}
	return to.Port()
}

func TestWithAnyPortAPersonsPortIsKept(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	for _, registered := range []string{"http://127.0.0.1/callback", "http://127.0.0.1:17845/callback"} {
		ask := asking(p.definition())
		ask.Provider.Redirect.Address = registered
		ask.Client.RedirectAddress = "http://127.0.0.1:" + freePort(t) + "/mine/"
		u := begin(t, newWire(t), ask)
		if got := u.sent.Get("redirect_uri"); got != ask.Client.RedirectAddress {
			t.Errorf("redirect_uri = %q, want the person's, %q", got, ask.Client.RedirectAddress)
		}
		page(t, u.callback(u.state()+"&code="+code))
		if _, err := u.finish(); err != nil {
			t.Error(err)
		}
	}
}

func TestWithAnyPortAPersonsPortThatIsTakenIsNamed(t *testing.T) {
	take(t, "17845")
	p := newProvider(t, says(200, "application/json", usualTokens))
	ask := asking(p.definition())
	ask.Client.RedirectAddress = "http://" + quiet + ":17845/callback"
	f := refused(t, newWire(t), ask, auth.KindPortTaken)
	if !strings.Contains(f.Detail, "17845") || !strings.Contains(f.Detail, "takes any port") {
		t.Errorf("detail = %q, want the port and that any other will do", f.Detail)
	}
}

func TestWithAnyPortTheDeputiesOfATakenPortAreTried(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	d := p.definition()
	d.Redirect.Address = "http://" + quiet + ":17845/callback"
	begins := func() string {
		ask := asking(d)
		ask.Client.RedirectAddress = d.Redirect.Address // as the Keeper notes it
		u := begin(t, newWire(t), ask)
		u.cancel()
		_, err := u.finish()
		if f := failure(t, err); f.Kind != auth.KindCancelled {
			t.Errorf("kind = %q, want cancelled", f.Kind)
		}
		return portOf(u)
	}
	for _, want := range []string{"17845", "17846", "17847"} {
		if got := begins(); got != want {
			t.Errorf("port = %s, want %s", got, want)
		}
		take(t, want)
	}
	if got := begins(); got == "" || strings.HasPrefix(got, "1784") {
		t.Errorf("port = %s, want a free one", got)
	}
}

func TestWithoutAPortAnyPortTakesAFreeOne(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	for _, address := range []string{"http://127.0.0.1/callback", "http://[::1]/callback", "http://localhost/callback", "http://localhost"} {
		ask := asking(p.definition())
		ask.Client.RedirectAddress = address
		u := begin(t, newWire(t), ask)
		before, after, _ := strings.Cut(u.sent.Get("redirect_uri"), ":"+portOf(u))
		if portOf(u) == "" || before+after != address {
			t.Errorf("redirect_uri = %q, want %q with a port", u.sent.Get("redirect_uri"), address)
		}
		page(t, u.callback(u.state()+"&code="+code))
		if _, err := u.finish(); err != nil {
			t.Error(err)
		}
	}
}

func TestWhereThePortIsRegisteredNoOtherIsTried(t *testing.T) {
	take(t, "17845", "17847")
	p := newProvider(t, says(200, "application/json", usualTokens))
	for _, rule := range []auth.RedirectMatch{auth.MatchExact, auth.MatchPrefix, auth.MatchContains} {
		for _, row := range []struct{ port, register string }{{"17845", ":17846/callback"}, {"17847", ":17845/callback"}} {
			d := p.definition()
			d.Redirect = auth.RedirectRules{Match: rule, Address: "http://" + quiet + ":" + row.port + "/callback"}
			f := refused(t, newWire(t), asking(d), auth.KindPortTaken)
			for _, want := range []string{row.port, "taken by another program", "http://" + quiet + row.register} {
				if !strings.Contains(f.Detail, want) {
					t.Errorf("%s: detail = %q, want %q in it", rule, f.Detail, want)
				}
			}
		}
	}
}

func TestEveryRuleTakesWhatIsRegisteredToTheLetter(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	for _, rule := range []auth.RedirectMatch{auth.MatchExact, auth.MatchPrefix, auth.MatchContains, auth.MatchAnyPort} {
		for _, host := range []string{"127.0.0.1", "[::1]", "localhost", "LocalHost"} {
			for _, path := range []string{"", "/", "/Deep/er%2Fpath/", "/callback?fixed=a%20b"} {
				ask := asking(p.definition())
				ask.Provider.Redirect.Match = rule
				ask.Client.RedirectAddress = "http://" + host + ":" + freePort(t) + path
				u := begin(t, newWire(t), ask)
				want := strings.Replace(ask.Client.RedirectAddress, "LocalHost", "localhost", 1)
				if got := u.sent.Get("redirect_uri"); got != want {
					t.Errorf("%s: redirect_uri = %q, want %q", rule, got, want)
				}
				page(t, u.callback(u.state()+"&code="+code))
				if _, err := u.finish(); err != nil {
					t.Error(err)
				}
				posts := p.ledger()
				if got := posts[len(posts)-1].form.Get("redirect_uri"); got != want {
					t.Errorf("%s: redirect_uri at the token endpoint = %q, want %q", rule, got, want)
				}
			}
		}
	}
}

func TestAskingForAnotherPersonIsOpenIDsAffair(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	for what, row := range map[string]struct {
		scopes       []string
		file         string // the prompt that the provider's file asks for
		another      bool
		prompt, hint string
	}{
		"usual":                 {[]string{"openid"}, "", false, "", "you@example.com"},
		"another":               {[]string{"openid"}, "", true, "select_account", ""},
		"beside the file's":     {[]string{"openid"}, "consent", true, "consent select_account", ""},
		"already in the file":   {[]string{"openid"}, "select_account", true, "select_account", ""},
		"none can't show a way": {[]string{"openid"}, "none", true, "select_account", ""},
		"not OpenID":            {[]string{"read"}, "", true, "", ""},
		"not OpenID, a file's":  {[]string{"read"}, "login", true, "login", ""},
	} {
		ask := asking(p.definition())
		ask.Provider.Endpoints.JWKS = p.URL + "/keys"
		if row.file != "" {
			ask.Provider.Parameters.Authorize = map[string]string{"prompt": row.file}
		}
		ask.Scopes, ask.Another, ask.LoginHint = row.scopes, row.another, "you@example.com"
		u := begin(t, newWire(t), ask)
		if prompt, hint := u.sent.Get("prompt"), u.sent.Get("login_hint"); prompt != row.prompt || hint != row.hint {
			t.Errorf("%s: prompt = %q, login_hint = %q, want %q, %q", what, prompt, hint, row.prompt, row.hint)
		}
	}
}
