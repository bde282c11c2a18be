package cli_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/cli"
)

func TestTokenIsAloneOnStdout(t *testing.T) {
	for form, want := range map[string]string{
		"raw":    "canary-token\n",
		"bearer": "Bearer canary-token\n",
		"header": "Authorization: Bearer canary-token\n",
		"curl":   "curl --header 'Authorization: Bearer canary-token' 'https://crm.example.com/api/contacts?limit=1'\n",
		"httpie": "http GET 'https://crm.example.com/api/contacts?limit=1' 'Authorization:Bearer canary-token'\n",
		"powershell": "Invoke-RestMethod -Method GET -Uri 'https://crm.example.com/api/contacts?limit=1'" +
			" -Headers @{ 'Authorization' = 'Bearer canary-token' }\n",
		"env": "ACCESS_TOKEN=canary-token\n",
		"json": `{"access_token":"canary-token","token_type":"Bearer","expires_at":"2026-11-22T14:02:11Z","expires_in":2892,"scope":""}` +
			"\n",
		"postman": `{"name":"Adaptix · Northwind","values":[{"key":"access_token","value":"canary-token","type":"secret","enabled":true}],` +
			`"_postman_variable_scope":"environment"}` + "\n",
	} {
		got := run(t, world(office(), "token", "k7q2", "--as", form))
		is(t, form, got, ran{0, want, ""})
	}
	is(t, "unasked", run(t, world(office(), "token", "Adaptix · Northwind")), ran{0, "canary-token\n", ""})
}

func TestTokenAsksForWhatWasWanted(t *testing.T) {
	for _, row := range []struct {
		args []string
		want auth.Want
	}{
		{nil, auth.Usual},
		{[]string{"--min-validity", "90s"}, auth.Want{Validity: 90 * time.Second}},
		{[]string{"--min-validity=0s", "--force"}, auth.Want{Force: true}},
	} {
		var got auth.Want
		d := office()
		d.token = func(_ context.Context, _ auth.AccountID, w auth.Want) (auth.Token, error) {
			got = w
			return goodToken(), nil
		}
		is(t, strings.Join(row.args, " "), run(t, world(d, append([]string{"token", "k7q2"}, row.args...)...)).code, 0)
		is(t, strings.Join(row.args, " "), got, row.want)
	}
}

func TestATokenWithTroubleIsPrintedWithAWarning(t *testing.T) {
	d := office()
	d.token = func(context.Context, auth.AccountID, auth.Want) (auth.Token, error) {
		token := goodToken()
		token.Trouble = &auth.Error{Kind: auth.KindUnreachable, Provider: "Adaptix", Account: "Adaptix · Northwind"}
		return token, nil
	}
	got := run(t, world(d, "token", "k7q2"))
	is(t, "token", got, ran{
		0, "canary-token\n",
		"This token is good for another 48:12, but it was to be refreshed and that didn’t work. " +
			"Adaptix can’t be reached right now, or has trouble of its own.\n" +
			"Tokentray goes on trying by itself; check your connection if this lasts.\n",
	})
}

func TestATokenThatCouldSmuggleALineIsRefused(t *testing.T) {
	d := office()
	d.token = func(context.Context, auth.AccountID, auth.Want) (auth.Token, error) {
		return auth.Token{AccessToken: auth.NewSecret("canary-a\r\nX-Evil: 1")}, nil
	}
	for _, form := range []string{"raw", "header", "json"} {
		got := run(t, world(d, "token", "k7q2", "--as", form))
		if got.code != 1 || got.out != "" || strings.Contains(got.err, "canary-") {
			t.Errorf("--as %s of an odd token = %+v, want it refused with 1", form, got)
		}
	}
}

// hangs is a provider that never answers; a token is stored that may be good still.
func hangs(stored auth.Token, err error) desk {
	d := office()
	d.token = func(ctx context.Context, _ auth.AccountID, w auth.Want) (auth.Token, error) {
		if w == (auth.Want{}) {
			return stored, err
		}
		<-ctx.Done()
		return auth.Token{}, &auth.Error{Kind: auth.KindCancelled, Cause: ctx.Err()}
	}
	return d
}

func TestTokenEndsInTime(t *testing.T) {
	for _, row := range []struct {
		what   string
		args   []string
		desk   desk
		within time.Duration
		want   ran
	}{
		{
			"a stored token is good", nil, hangs(goodToken(), nil), 10 * time.Second,
			ran{0, "canary-token\n", "This token is good for another 48:12, but it was to be refreshed and that didn’t work. " +
				"The provider can’t be reached right now, or has trouble of its own (no answer yet).\n" +
				"Tokentray goes on trying by itself; check your connection if this lasts.\n"},
		},
		{
			"no stored token is good", nil, hangs(auth.Token{}, &auth.Error{Kind: auth.KindUnreachable, Provider: "Adaptix"}), 10 * time.Second,
			ran{5, "", "Adaptix can’t be reached right now, or has trouble of its own.\n" +
				"Tokentray goes on trying by itself; check your connection if this lasts.\n"},
		},
		{
			"a new one was insisted on",
			[]string{"--force"},
			hangs(goodToken(), nil), 30 * time.Second,
			ran{5, "", "There was no token for “k7q2” within 30 s: the provider takes too long to answer.\n" +
				"Try again in a moment; tokentray list shows how the account stands.\n"},
		},
	} {
		t.Run(row.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				got := run(t, world(row.desk, append([]string{"token", "k7q2"}, row.args...)...))
				is(t, "token", got, row.want)
				if took := time.Since(began); took > row.within {
					t.Errorf("took %v, want at most %v", took, row.within)
				}
			})
		})
	}
}

func TestAnAgentThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world(nil, "list")
		w.Dial = func(ctx context.Context, _ cli.Start) (auth.Front, func() error, error) {
			<-ctx.Done()
			return nil, nil, &auth.Error{Kind: auth.KindCancelled, Cause: ctx.Err()}
		}
		got := run(t, w)
		is(t, "exit code", got.code, 1)
		contains(t, "stderr", got.err, "Tokentray’s agent gave no answer within 30 s.")
	})
}

func TestRefresh(t *testing.T) {
	d := office()
	d.details.ExpiresAt = now.Add(48*time.Minute + 12*time.Second)
	d.refresh = func(id auth.AccountID) error {
		if id != "k7q2" {
			return errors.New("another account")
		}
		return nil
	}
	is(t, "refresh", run(t, world(d, "refresh", "k7q2")), ran{0, "", "“Adaptix · Northwind” has a new token, good for 48:12.\n"})
	for kind, code := range map[auth.Kind]int{auth.KindSignInNeeded: 4, auth.KindUnreachable: 5, auth.KindMisconfigured: 7} {
		d.refresh = func(auth.AccountID) error { return &auth.Error{Kind: kind} }
		is(t, string(kind), run(t, world(d, "refresh", "k7q2")).code, code)
	}
}
