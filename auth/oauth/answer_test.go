package oauth_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

func TestOddAnswersKeepTheirTokens(t *testing.T) {
	const a, r = `"access_token":"` + accessToken + `"`, `"refresh_token":"` + rotatedToken + `"`
	for what, answer := range map[string][2]string{
		"text/plain":         {"text/plain", `{` + a + `,` + r + `}`},
		"no type":            {"", `{` + a + `,` + r + `}`},
		"text/html":          {"text/html", `{` + a + `,` + r + `}`},
		"charset":            {"application/json;charset=UTF-8", `{` + a + `,` + r + `}`},
		"a form":             {"application/x-www-form-urlencoded", "access_token=" + accessToken + "&refresh_token=" + rotatedToken},
		"a form, unlabelled": {"", "access_token=" + accessToken + "&refresh_token=" + rotatedToken},
		"BOM":                {"application/json", "\xef\xbb\xbf{" + a + "," + r + "}"},
		"junk":               {"application/json", `{"x":{"y":[1,{"access_token":1}]},` + a + `,"z":null,` + r + `,"created_at":1}`},
		"an array":           {"application/json", `[{` + a + `,` + r + `}]`},
		"something after":    {"application/json", `{` + a + `,` + r + `} trailing`},
		"camel case":         {"application/json", `{"accessToken":"` + accessToken + `","refreshToken":"` + rotatedToken + `"}`},
		"error: false":       {"application/json", `{"error":false,` + a + `,` + r + `}`},
		"nested":             {"application/json", `{"ok":true,"authed_user":{"id":"U1",` + a + `,` + r + `}}`},
		"odd expiry":         {"application/json", `{` + a + `,` + r + `,"expires_in":true,"scope":7,"token_type":9}`},
	} {
		t.Run(what, func(t *testing.T) {
			answer, err := refresh(t, newProvider(t, says(200, answer[0], answer[1])))
			if err != nil {
				t.Fatal(err)
			}
			if answer.AccessToken.Reveal() != accessToken || answer.RefreshToken.Reveal() != rotatedToken || answer.Salvaged {
				t.Errorf("tokens %q, %q", answer.AccessToken.Reveal(), answer.RefreshToken.Reveal())
			}
		})
	}
}

func TestNoRefreshTokenMeansTheOldOneStays(t *testing.T) {
	for _, more := range []string{``, `,"refresh_token":""`, `,"refresh_token":null`, `,"refresh_token":false`} {
		answer, err := refresh(t, newProvider(t, says(200, "application/json", `{"access_token":"canary-a"`+more+`}`)))
		if err != nil || !answer.RefreshToken.IsZero() || answer.AccessToken.IsZero() {
			t.Errorf("%s: refresh token %v, err %v, want none", more, answer.RefreshToken.Len(), err)
		}
	}
}

func TestLifetimesHoweverTheyAreWritten(t *testing.T) {
	date := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	jwt := func(claims string) string {
		return "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".canary"
	}
	for _, row := range []struct {
		fields string
		want   time.Duration
	}{
		{`"expires_in":3600`, time.Hour},
		{`"expires_in":"3600"`, time.Hour},
		{`"expires_in":3600.0`, time.Hour},
		{`"expires_in":3.6e3`, time.Hour},
		{`"expires_in":" 3600 "`, time.Hour},
		{`"expires_in":0`, 0},
		{`"expires_in":-5`, 0},
		{`"expires_in":""`, 0},
		{`"expires_in":"abc"`, 0},
		{`"expires_in":"NaN"`, 0},
		{`"expires_in":true`, 0},
		{`"expires_in":null`, 0},
		{`"expires_in":99999999999999999999`, 10 * 365 * 24 * time.Hour},
		{`"expires_in":1e400`, 0},
		{`"expires_at":"2026-11-22T10:00:00Z"`, time.Hour},
		{fmt.Sprintf(`"expires_at":%d`, date.Unix()+60), time.Minute},
		{fmt.Sprintf(`"expires_at":%d`, date.UnixMilli()+60000), time.Minute},
		{`"expires_at":1`, 0},
		{`"expires_in":60,"expires_at":1`, time.Minute},
		{`"access_token":"` + jwt(`{"iat":1000,"exp":1300}`) + `"`, 5 * time.Minute},
		{fmt.Sprintf(`"access_token":"%s"`, jwt(fmt.Sprintf(`{"exp":%d}`, date.Unix()+90))), 90 * time.Second},
		{`"access_token":"a.b.c"`, 0},
		{`"accesstoken":"x"`, 0},
	} {
		body := `{"access_token":"canary-a",` + row.fields + `}`
		answer, err := refresh(t, newProvider(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", date.Format(http.TimeFormat))
			says(200, "application/json", body)(w, r)
		}))
		if err != nil || answer.ExpiresIn != row.want {
			t.Errorf("%s: %v, err %v, want %v", row.fields, answer.ExpiresIn, err, row.want)
		}
		if !answer.ServerDate.Equal(date) || time.Since(answer.AskedAt) > time.Minute || answer.AskedAt.Location() != time.UTC {
			t.Errorf("server date %v, asked at %v", answer.ServerDate, answer.AskedAt)
		}
	}
	for _, name := range []string{"refresh_token_expires_in", "refresh_expires_in", "x_refresh_token_expires_in"} {
		answer, err := refresh(t, newProvider(t, says(200, "application/json", `{"access_token":"canary-a","`+name+`":"86400"}`)))
		if err != nil || answer.RefreshExpiresIn != 24*time.Hour {
			t.Errorf("%s: %v, err %v, want a day", name, answer.RefreshExpiresIn, err)
		}
	}
}

func TestScopesAndTokenTypesAreReportedAsGranted(t *testing.T) {
	for _, row := range []struct {
		fields string
		scopes []string
		kind   string
	}{
		{`"scope":"read write","token_type":"bearer"`, []string{"read", "write"}, "bearer"},
		{`"scope":"read,write","token_type":"Bearer"`, []string{"read", "write"}, "Bearer"},
		{`"scope":["read","write"],"token_type":"mac"`, []string{"read", "write"}, "mac"},
		{`"scope":null,"token_type":"DPoP"`, nil, "DPoP"},
		{`"scope":"","token_type":null`, nil, ""},
		{`"scope":"read"`, []string{"read"}, ""},
	} {
		answer, err := refresh(t, newProvider(t, says(200, "application/json", `{"access_token":"canary-a","refresh_token":"canary-r",`+row.fields+`}`)))
		if err != nil || !slices.Equal(answer.Scopes, row.scopes) || answer.TokenType != row.kind || answer.RefreshToken.IsZero() {
			t.Errorf("%s: scopes %q, type %q, err %v, want %q, %q", row.fields, answer.Scopes, answer.TokenType, err, row.scopes, row.kind)
		}
	}
}

func TestAWholeRefreshTokenIsSavedFromADamagedAnswer(t *testing.T) {
	for what, row := range map[string]struct{ body, want string }{
		"cut behind it":         {`{"refresh_token": "canary\u002dr","access_token":"canary-`, "canary-r"},
		"no access token":       {`{"refresh_token":"canary-r"}`, "canary-r"},
		"CR in it":              {`{"access_token":"canary\r\nX: y","refresh_token":"canary-r"}`, "canary-r"},
		"NUL in it":             {`{"access_token":"canary\u0000","refresh_token":"canary-r"}`, "canary-r"},
		"the same one twice":    {`{"refresh_token":"canary-r","x":{"refresh_token":"canary-r"}`, "canary-r"},
		"two different ones":    {`{"refresh_token":"canary-r","x":{"refresh_token":"canary-s"}`, ""},
		"cut in it":             {`{"access_token":"canary-a","refresh_token":"canary-`, ""},
		"an escape cut":         {`{"refresh_token":"canary\"`, ""},
		"an empty one":          {`{"refresh_token":"","access`, ""},
		"a page that quotes it": {`<p>"refresh_token":"canary-r"</p>`, ""},
	} {
		answer, err := refresh(t, newProvider(t, says(200, "application/json", row.body)))
		if row.want == "" {
			if err == nil {
				t.Errorf("%s: an answer, want a failure", what)
			}
			continue
		}
		if err != nil || !answer.Salvaged || answer.RefreshToken.Reveal() != row.want || !answer.AccessToken.IsZero() {
			t.Errorf("%s: %q, salvaged %v, err %v, want %q", what, answer.RefreshToken.Reveal(), answer.Salvaged, err, row.want)
		}
	}
	// A body that breaks off on the wire is no different.
	p := newProvider(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "500")
		write(w, `{"refresh_token":"canary-r","access_tok`)
	})
	if answer, err := refresh(t, p); err != nil || !answer.Salvaged {
		t.Errorf("cut on the wire: salvaged %v, err %v", answer.Salvaged, err)
	}
}

func TestALongTokenWorks(t *testing.T) {
	long := "canary-" + strings.Repeat("x", 64<<10)
	answer, err := refresh(t, newProvider(t, says(200, "application/json", `{"access_token":"`+long+`\"'","refresh_token":"`+long+`"}`)))
	if err != nil || answer.AccessToken.Reveal() != long+`"'` || answer.RefreshToken.Len() != len(long) {
		t.Errorf("lengths %d, %d, err %v", answer.AccessToken.Len(), answer.RefreshToken.Len(), err)
	}
}

func TestClientCredentialsAsksForTheClientsOwnToken(t *testing.T) {
	p := newProvider(t, says(200, "application/json", `{"access_token":"`+accessToken+`","expires_in":60}`))
	d := p.definition()
	d.Parameters.Token = map[string]string{"audience": "api", "grant_type": "x"}
	answer, err := newWire(t).ClientCredentials(context.Background(), d, client(), []string{"anonymous"})
	if err != nil || answer.AccessToken.Reveal() != accessToken || answer.ExpiresIn != time.Minute {
		t.Fatalf("answer %+v, err %v", answer, err)
	}
	form := p.ledger()[0].form
	if form.Get("grant_type") != "client_credentials" || form.Get("scope") != "anonymous" || form.Get("audience") != "api" {
		t.Errorf("sent %v", form)
	}
	d.Scopes.Send = false
	if _, err := newWire(t).ClientCredentials(context.Background(), d, client(), nil); err != nil || p.ledger()[1].form.Has("scope") {
		t.Errorf("err %v, sent %v", err, p.ledger()[1].form)
	}
}

func TestRevokeSendsTheRefreshTokenFirst(t *testing.T) {
	p := newProvider(t, says(200, "", ""))
	w := newWire(t)
	d := p.definition()
	if err := w.Revoke(context.Background(), d, client(), grant()); !errors.Is(err, auth.ErrNoRevocation) {
		t.Errorf("err = %v, want ErrNoRevocation", err)
	}
	d.Endpoints.Revoke = p.URL + "/token"
	for _, row := range []struct {
		grant       auth.Grant
		token, hint string
	}{
		{auth.Grant{RefreshToken: auth.NewSecret(refreshToken), AccessToken: auth.NewSecret(accessToken)}, refreshToken, "refresh_token"},
		{auth.Grant{AccessToken: auth.NewSecret(accessToken)}, accessToken, "access_token"},
	} {
		if err := w.Revoke(context.Background(), d, client(), row.grant); err != nil {
			t.Fatal(err)
		}
		posts := p.ledger()
		form := posts[len(posts)-1].form
		if form.Get("token") != row.token || form.Get("token_type_hint") != row.hint || form.Get("client_secret") != secret {
			t.Errorf("sent %v", form)
		}
	}
	if err := w.Revoke(context.Background(), d, client(), auth.Grant{}); err != nil || len(p.ledger()) != 2 {
		t.Errorf("nothing to revoke: err %v after %d requests", err, len(p.ledger()))
	}
	q := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "7")
		says(503, "application/json", `{"error":"unsupported_token_type"}`)(w, r)
	})
	d.Endpoints.Revoke = q.URL + "/token"
	err := w.Revoke(context.Background(), d, client(), grant())
	if f := failure(t, err); f.RetryAfter != 7*time.Second || f.Said.Code != "unsupported_token_type" {
		t.Errorf("failure %+v", f)
	}
}

func TestARevocationIsBelievedOnlyWhereItWasCarriedOut(t *testing.T) {
	for what, row := range map[string]struct {
		status     int
		kind, body string
		want       auth.Outcome // "": revoked
	}{
		"an empty success":     {200, "", "", ""},
		"no content":           {204, "", "", ""},
		"words":                {200, "text/plain", "OK", ""},
		"an object":            {200, "application/json", `{}`, ""},
		"an error with 200":    {200, "application/json", `{"error":"invalid_client"}`, auth.OutcomeMisconfigured},
		"a page with 200":      {200, "text/html", "<html>sign in to the network</html>", auth.OutcomeIntercepted},
		"a redirect":           {302, "", "", auth.OutcomeIntercepted},
		"a client it rejects":  {401, "application/json", `{"error":"invalid_client"}`, auth.OutcomeMisconfigured},
		"not there any more":   {404, "", "", auth.OutcomeTransient},
		"too often":            {429, "", "", auth.OutcomeThrottled},
		"a token it can't end": {400, "application/json", `{"error":"unsupported_token_type"}`, auth.OutcomeUnknown},
	} {
		p := newProvider(t, says(row.status, row.kind, row.body))
		d := p.definition()
		d.Endpoints.Revoke = p.URL + "/token"
		err := newWire(t).Revoke(context.Background(), d, client(), grant())
		if row.want == "" {
			if err != nil {
				t.Errorf("%s: %v, want it revoked", what, err)
			}
			continue
		}
		if f := failure(t, err); f.Outcome != row.want {
			t.Errorf("%s: %q, want %q", what, f.Outcome, row.want)
		}
		if got := len(p.ledger()); got != 1 {
			t.Errorf("%s: %d requests, want 1", what, got)
		}
	}
}
