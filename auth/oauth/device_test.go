package oauth_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/oauth"
)

// instant is a clock on which waiting takes no time.
type instant struct {
	mu   sync.Mutex
	wall time.Time
	mono time.Duration
}

func (c *instant) Wall() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wall
}

func (c *instant) Mono() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mono
}

func (c *instant) After(d time.Duration) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall, c.mono = c.wall.Add(d), c.mono+d
	poke := make(chan time.Time, 1)
	poke <- c.wall
	return poke, func() {}
}

const deviceToken = "canary-device-code"

// device is a provider with the device authorization grant, and a Wire on an instant clock.
type device struct {
	*provider
	wire  *oauth.Wire
	clock *instant
	asked post            // at the device authorization endpoint
	waits []time.Duration // before each poll
	told  []auth.SignInStep
}

// newDevice gives answer at the device authorization endpoint, and each poll the
// next of polls, the last one again and again.
func newDevice(t *testing.T, answer http.HandlerFunc, polls ...http.HandlerFunc) *device {
	t.Helper()
	d := &device{clock: &instant{wall: time.Now().UTC().Round(0)}}
	var last time.Duration
	d.provider = newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		d.waits = append(d.waits, d.clock.Mono()-last)
		last = d.clock.Mono()
		polls[min(len(d.waits), len(polls))-1](w, r)
	})
	d.mux.HandleFunc("POST /device", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm() // what can't be read is missed below
		d.asked = post{header: r.Header, form: r.PostForm}
		answer(w, r)
	})
	d.wire = oauth.New(oauth.Options{UserAgent: "Tokentray/test", Clock: d.clock})
	t.Cleanup(func() { _ = d.wire.Close() }) // it has nothing to report
	return d
}

// givesCode is a usual answer with change; nil takes a field away.
func givesCode(change map[string]any) http.HandlerFunc {
	fields := map[string]any{
		"device_code": deviceToken, "user_code": "WDJB-MJHT", "expires_in": 1800,
		"verification_uri": "https://login.example/device", "verification_uri_complete": "https://login.example/device?user_code=WDJB-MJHT",
	}
	maps.Copy(fields, change)
	maps.DeleteFunc(fields, func(_ string, v any) bool { return v == nil })
	body, _ := json.Marshal(fields)
	return says(200, "application/json", string(body))
}

// refuses answers a poll and repeats what was sent.
func refuses(status int, code string) http.HandlerFunc {
	return says(status, "application/json", fmt.Sprintf(`{"error":%q,"error_description":%q}`, code, "about "+deviceToken))
}

// signIn runs one attempt.
func (d *device) signIn(t *testing.T, change ...func(*auth.SignIn)) (auth.Answer, error) {
	t.Helper()
	p := d.definition()
	p.Endpoints.Authorize, p.Endpoints.Device = "", d.URL+"/device"
	ask := asking(p)
	ask.Deadline = d.clock.Wall().Add(time.Hour)
	for _, f := range change {
		f(&ask)
	}
	answer, err := d.wire.Device(t.Context(), ask, func(s auth.SignInStep) { d.told = append(d.told, s) })
	return answer, checkedError(t, err)
}

func TestADeviceCodeIsToldAndPolledForAtTheProvidersPace(t *testing.T) {
	tooMany := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "90")
		says(429, "text/plain", "later")(w, r)
	}
	d := newDevice(t, givesCode(nil),
		refuses(400, "authorization_pending"), refuses(200, "authorization_pending"), refuses(400, "slow_down"),
		says(503, "text/html", "<html>"), func(w http.ResponseWriter, _ *http.Request) { hangUp(w, quietly) },
		says(200, "text/html", "<html>a network's sign-in"), tooMany, refuses(428, "authorization_pending"),
		says(200, "application/json", usualTokens))
	began := d.clock.Wall()
	answer, err := d.signIn(t, func(ask *auth.SignIn) {
		ask.Scopes = []string{"read", "write"}
		ask.Provider.Parameters.Authorize = map[string]string{"prompt": "consent", "response_type": "code", "grant_type": "authorization_code"}
		ask.Provider.Parameters.Token = map[string]string{"audience": "desk", "device_code": "theirs", "scope": "theirs"}
	})
	if err != nil || answer.AccessToken.Reveal() != accessToken || answer.RefreshToken.Reveal() != rotatedToken {
		t.Fatalf("answer %+v, err %v", answer, err)
	}
	// Five seconds where nothing is said, five more for good after slow_down, and
	// the double after each failure, or what the provider asks for.
	s := time.Second
	if want := []time.Duration{5 * s, 5 * s, 5 * s, 10 * s, 20 * s, 40 * s, 60 * s, 90 * s, 10 * s}; !slices.Equal(d.waits, want) {
		t.Errorf("waited %v, want %v", d.waits, want)
	}
	want := auth.SignInStep{
		Address: "https://login.example/device?user_code=WDJB-MJHT", PlainAddress: "https://login.example/device",
		UserCode: "WDJB-MJHT", Until: began.Add(30 * time.Minute),
	}
	if len(d.told) != 1 || d.told[0] != want {
		t.Errorf("told %+v, want %+v", d.told, want)
	}
	wantForm := url.Values{"client_id": {"northwind-desk"}, "client_secret": {secret}, "scope": {"read write"}, "prompt": {"consent"}}
	if got := d.asked.form.Encode(); got != wantForm.Encode() {
		t.Errorf("asked for a code with %s, want %s", got, wantForm.Encode())
	}
	wantForm = url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {deviceToken}, "audience": {"desk"},
		"client_id": {"northwind-desk"}, "client_secret": {secret},
	}
	for _, p := range d.ledger() {
		if got := p.form.Encode(); got != wantForm.Encode() {
			t.Errorf("polled with %s, want %s", got, wantForm.Encode())
		}
	}
}

func TestWhatEndsADeviceSignIn(t *testing.T) {
	for _, row := range []struct {
		code    string
		kind    auth.Kind
		outcome auth.Outcome
	}{
		{"access_denied", auth.KindDenied, ""},
		{"authorization_declined", auth.KindDenied, ""},
		{"expired_token", auth.KindTimedOut, ""},
		{"invalid_grant", "", auth.OutcomeNeedsSignIn},
		{"invalid_client", "", auth.OutcomeMisconfigured},
		{"nobody_knows", "", auth.OutcomeUnknown},
	} {
		d := newDevice(t, givesCode(nil), refuses(400, "authorization_pending"), refuses(400, row.code))
		_, err := d.signIn(t)
		f := failure(t, err)
		if f.Kind != row.kind || f.Outcome != row.outcome || f.Said.Code != row.code || len(d.waits) != 2 {
			t.Errorf("%s: kind %q, outcome %q, said %q after %d polls", row.code, f.Kind, f.Outcome, f.Said.Code, len(d.waits))
		}
	}
}

func TestADeviceSignInEndsWithItsCodeOrItsDeadline(t *testing.T) {
	for _, row := range []struct {
		life     any // expires_in
		deadline time.Duration
		want     time.Duration
	}{
		{60, time.Hour, time.Minute},
		{"60", time.Hour, time.Minute},
		{1800, 90 * time.Second, 90 * time.Second},
		{nil, 90 * time.Second, 90 * time.Second},
		{-1, 90 * time.Second, 90 * time.Second},
	} {
		d := newDevice(t, givesCode(map[string]any{"expires_in": row.life}), refuses(400, "authorization_pending"))
		began := d.clock.Wall()
		_, err := d.signIn(t, func(ask *auth.SignIn) { ask.Deadline = began.Add(row.deadline) })
		if f := failure(t, err); f.Kind != auth.KindTimedOut {
			t.Errorf("%v: kind %q, want timed_out", row, f.Kind)
		}
		if got := d.clock.Wall().Sub(began); got != row.want || !d.told[0].Until.Equal(began.Add(row.want)) {
			t.Errorf("%v: ended after %v, told %v, want %v", row, got, d.told[0].Until.Sub(began), row.want)
		}
	}
}

func TestTheClientAuthenticatesForACodeAsForAToken(t *testing.T) {
	d := newDevice(t, givesCode(nil), says(200, "application/json", usualTokens))
	if _, err := d.signIn(t, func(ask *auth.SignIn) { ask.Provider.Client.Authentication = auth.AuthenticateBasic }); err != nil {
		t.Fatal(err)
	}
	basic := d.ledger()[0].header.Get("Authorization")
	if got := d.asked.header.Get("Authorization"); got != basic || got == "" || d.asked.form.Has("client_secret") {
		t.Errorf("authenticated with %q, want %q as for a token", got, basic)
	}
}

func TestADeviceSignInCanBeGivenUp(t *testing.T) {
	d := newDevice(t, givesCode(nil), nil)
	ctx, cancel := context.WithCancel(t.Context())
	w := newWire(t) // on the real clock: it waits for five seconds
	p := d.definition()
	p.Endpoints.Device = d.URL + "/device"
	_, err := w.Device(ctx, asking(p), func(auth.SignInStep) { cancel() })
	if f := failure(t, err); f.Kind != auth.KindCancelled || len(d.waits) > 0 {
		t.Errorf("kind %q after %d polls, want cancelled before the first", f.Kind, len(d.waits))
	}
}

func TestAnIDTokenOfADeviceSignInIsChecked(t *testing.T) {
	for nonce, ok := range map[string]bool{"": true, "canary-another-sign-in": false} {
		o := newOpenID(t)
		d := newDevice(t, givesCode(nil), nil)
		now, sum := d.clock.Wall().Unix(), sha256.Sum256([]byte(accessToken))
		claims := map[string]any{
			"iss": o.URL, "sub": "you-1", "aud": "northwind-desk", "iat": now, "exp": now + 600, "at_hash": b64(sum[:16]), "email": "you@example.com", "name": "You",
		}
		if nonce != "" {
			claims["nonce"] = nonce
		}
		o.token = func() string { return newSigner().sign("RS256", "r", claims) }
		answer, err := d.signIn(t, func(ask *auth.SignIn) {
			p := o.asking().Provider
			p.Endpoints.Device = ask.Provider.Endpoints.Device
			ask.Provider = p
		})
		switch {
		case ok && (err != nil || answer.Identity.Subject != "you-1" || answer.IDToken.IsZero()):
			t.Errorf("identity %+v, err %v", answer.Identity, err)
		case !ok && failure(t, err).Kind != auth.KindInvalidAnswer:
			t.Errorf("with another's nonce: err %v, want invalid_answer", err)
		}
	}
}
