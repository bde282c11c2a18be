package copyas_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/copyas"
)

var now = time.Date(2026, 11, 22, 13, 13, 59, 0, time.UTC)

func material() copyas.Material {
	return copyas.Material{
		Token: auth.Token{
			AccessToken: auth.NewSecret("canary-eyJhbG.x_y-z~+/=="), Type: "Bearer",
			ExpiresAt: time.Date(2026, 11, 22, 15, 2, 11, 4e8, time.FixedZone("CET", 3600)),
			Scopes:    []string{"openid", "offline_access"},
		},
		Account: "Fortellis · Service desk",
		API: auth.API{
			URL: "https://api.example.com/v1/me?limit=1", Headers: map[string]string{
				"Subscription-Id": "<your subscription's ID>", "Accept": "application/json",
			},
			TokenIn: []string{"header", "query", "body"},
		},
		Now: now,
	}
}

func TestEveryForm(t *testing.T) {
	const token = "canary-eyJhbG.x_y-z~+/=="
	want := map[copyas.Form]string{
		copyas.Raw:    token,
		copyas.Bearer: "Bearer " + token,
		copyas.Header: "Authorization: Bearer " + token,
		copyas.Curl: `curl --header 'Authorization: Bearer ` + token + `' --header 'Accept: application/json'` +
			` --header 'Subscription-Id: <your subscription'\''s ID>' 'https://api.example.com/v1/me?limit=1'`,
		copyas.CurlQuery: `curl --get --data-urlencode 'access_token=` + token + `' --header 'Accept: application/json'` +
			` --header 'Subscription-Id: <your subscription'\''s ID>' 'https://api.example.com/v1/me?limit=1'`,
		copyas.CurlBody: `curl --request POST --data-urlencode 'access_token=` + token + `' --header 'Accept: application/json'` +
			` --header 'Subscription-Id: <your subscription'\''s ID>' "$URL"`,
		copyas.HTTPie: `http GET 'https://api.example.com/v1/me?limit=1' 'Authorization:Bearer ` + token + `'` +
			` 'Accept:application/json' 'Subscription-Id:<your subscription'\''s ID>'`,
		copyas.PowerShell: `Invoke-RestMethod -Method GET -Uri 'https://api.example.com/v1/me?limit=1' -Headers @{ ` +
			`'Authorization' = 'Bearer ` + token + `'; 'Accept' = 'application/json'; 'Subscription-Id' = '<your subscription''s ID>' }`,
		copyas.Env: `ACCESS_TOKEN='` + token + `'`,
		copyas.JSON: `{"access_token":"` + token + `","token_type":"Bearer","expires_at":"2026-11-22T14:02:11Z",` +
			`"expires_in":2892,"scope":"openid offline_access"}`,
		copyas.Postman: `{"name":"Fortellis · Service desk","values":[{"key":"access_token","value":"` + token +
			`","type":"secret","enabled":true}],"_postman_variable_scope":"environment"}`,
	}
	for _, f := range copyas.Forms() {
		got, err := copyas.Write(f, material())
		if err != nil || got.Reveal() != want[f] {
			t.Errorf("Write(%s) = %s, %v, want %s", f, got.Reveal(), err, want[f])
		}
	}
}

func TestJSONOfATokenWhoseEndNobodyKnows(t *testing.T) {
	m := copyas.Material{Token: auth.Token{AccessToken: auth.NewSecret("canary-1"), Type: "Bearer"}, Now: now}
	got, err := copyas.Write(copyas.JSON, m)
	want := `{"access_token":"canary-1","token_type":"Bearer","expires_at":null,"expires_in":null,"scope":""}`
	if err != nil || got.Reveal() != want {
		t.Errorf("Write = %s, %v, want %s", got.Reveal(), err, want)
	}
	m.Token.ExpiresAt = now.Add(-time.Hour)
	got, _ = copyas.Write(copyas.JSON, m)
	var d struct {
		ExpiresIn int64 `json:"expires_in"`
	}
	if err := json.Unmarshal([]byte(got.Reveal()), &d); err != nil || d.ExpiresIn != 0 {
		t.Errorf("expires_in = %d, %v, want 0", d.ExpiresIn, err)
	}
}

func TestWithoutAnAddressNoneIsInvented(t *testing.T) {
	m := material()
	for _, odd := range []string{"", "{address}/api", "file:///etc/passwd", "-o/tmp/x", "https://x\nevil"} {
		m.API = auth.API{URL: odd}
		for f, want := range map[copyas.Form]string{
			copyas.Curl:       `curl --header 'Authorization: Bearer canary-eyJhbG.x_y-z~+/==' "$URL"`,
			copyas.HTTPie:     `http GET "$URL" 'Authorization:Bearer canary-eyJhbG.x_y-z~+/=='`,
			copyas.PowerShell: `Invoke-RestMethod -Method GET -Uri $URL -Headers @{ 'Authorization' = 'Bearer canary-eyJhbG.x_y-z~+/==' }`,
		} {
			got, err := copyas.Write(f, m)
			if err != nil || got.Reveal() != want {
				t.Errorf("Write(%s) with address %q = %s, %v, want %s", f, odd, got.Reveal(), err, want)
			}
		}
	}
}

func TestARecipeCantReplaceTheTokenNorSmuggleAnything(t *testing.T) {
	m := material()
	m.API = auth.API{
		Method: "POST; reboot", URL: "https://api.example.com/[1-2]",
		Headers: map[string]string{"authorization": "Basic x", "X\r\nY": "1", "Z": "1\n2", "@file": "x"},
	}
	got, err := copyas.Write(copyas.Curl, m)
	want := `curl --globoff --header 'Authorization: Bearer canary-eyJhbG.x_y-z~+/==' 'https://api.example.com/[1-2]'`
	if err != nil || got.Reveal() != want {
		t.Errorf("Write = %s, %v, want %s", got.Reveal(), err, want)
	}
}

func TestOddTokensAreRefusedInEveryForm(t *testing.T) {
	for _, odd := range []string{"", "canary-a\nb", "canary-a\rb", "canary-a\x00b", "canary-\x1b[2J", "canary-\x7f", "canary-\xff"} {
		for _, f := range copyas.Forms() {
			m := material()
			m.Token.AccessToken = auth.NewSecret(odd)
			got, err := copyas.Write(f, m)
			if !errors.Is(err, copyas.ErrOddToken) || !got.IsZero() {
				t.Errorf("Write(%s) of %q = %d bytes, %v, want ErrOddToken", f, odd, got.Len(), err)
			}
		}
	}
}

func TestPowerShellDoublesEveryQuoteItKnows(t *testing.T) {
	m := material()
	m.API = auth.API{}
	m.Token.AccessToken = auth.NewSecret("canary'‘’‚‛$(x)`")
	got, err := copyas.Write(copyas.PowerShell, m)
	want := "Invoke-RestMethod -Method GET -Uri $URL -Headers @{ 'Authorization' = 'Bearer canary''‘‘’’‚‚‛‛$(x)`' }"
	if err != nil || got.Reveal() != want {
		t.Errorf("Write = %s, %v, want %s", got.Reveal(), err, want)
	}
}

func TestAFormIsOfferedOnlyWhereTheTokenIsTaken(t *testing.T) {
	for _, row := range []struct {
		places      []string
		query, body bool
	}{
		{nil, false, false},
		{[]string{"header"}, false, false},
		{[]string{"header", "query"}, true, false},
		{[]string{"body", "header"}, false, true},
	} {
		m := material()
		m.API.TokenIn = row.places
		offered := copyas.FormsFor(m.API)
		for f, want := range map[copyas.Form]bool{
			copyas.CurlQuery: row.query, copyas.CurlBody: row.body, copyas.Curl: true, copyas.Raw: true, copyas.JSON: true,
		} {
			if got := slices.Contains(offered, f); got != want {
				t.Errorf("%v: %s offered: %v, want %v", row.places, f, got, want)
			}
			text, err := copyas.Write(f, m)
			if want != (err == nil) || !want && (!errors.Is(err, auth.ErrUsage) || !text.IsZero()) {
				t.Errorf("%v: Write(%s) = %d bytes, %v", row.places, f, text.Len(), err)
			}
		}
	}
}

func TestOnlyTheFormWithTheTokenInTheAddressIsRemarkedOn(t *testing.T) {
	for _, f := range copyas.Forms() {
		if got, want := f.Remark() != "", f == copyas.CurlQuery; got != want {
			t.Errorf("%s is remarked on with %q", f, f.Remark())
		}
	}
}

func TestATokenInTheBodyGoesWhereTheRecipePosts(t *testing.T) {
	m := material()
	m.API.Method, m.API.Headers = "POST", nil
	got, err := copyas.Write(copyas.CurlBody, m)
	want := `curl --request POST --data-urlencode 'access_token=canary-eyJhbG.x_y-z~+/==' 'https://api.example.com/v1/me?limit=1'`
	if err != nil || got.Reveal() != want {
		t.Errorf("Write = %s, %v, want %s", got.Reveal(), err, want)
	}
}

func TestEveryRequestCanHaveAnIDOfItsOwn(t *testing.T) {
	m := material()
	m.API.Headers = map[string]string{"Request-Id": "{request_id}"}
	m.RequestID = "42"
	if got, _ := copyas.Write(copyas.Curl, m); !strings.Contains(got.Reveal(), "'Request-Id: 42'") {
		t.Errorf("Write = %s, want the request's ID in it", got.Reveal())
	}
	m.RequestID = ""
	first, _ := copyas.Write(copyas.Curl, m)
	second, _ := copyas.Write(copyas.Curl, m)
	if first.Equal(second) || strings.Contains(first.Reveal(), "{") {
		t.Errorf("Write = %s, twice; want a new ID each time", first.Reveal())
	}
}

func TestParse(t *testing.T) {
	for _, f := range copyas.Forms() {
		if got, ok := copyas.Parse(string(f)); got != f || !ok {
			t.Errorf("Parse(%s) = %s, %v", f, got, ok)
		}
	}
	if got, ok := copyas.Parse("RAW"); ok {
		t.Errorf("Parse(RAW) = %s, want none", got)
	}
}

func TestATokenThatWantsAProofIsWrittenWithItsTypeOnly(t *testing.T) {
	m := material()
	m.Token.Type = "DPoP"
	for _, f := range copyas.Forms() {
		if _, err := copyas.Write(f, m); (f == copyas.JSON) != (err == nil) || err != nil && !errors.Is(err, copyas.ErrBound) {
			t.Errorf("Write(%s): %v", f, err)
		}
	}
}

func TestEveryFormHasALabelOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range copyas.Forms() {
		label := f.Label()
		if label == string(f) && f != copyas.JSON || seen[label] {
			t.Errorf("%s is labelled %q", f, label)
		}
		seen[label] = true
	}
}
