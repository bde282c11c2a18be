package faults_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/copyas"
)

// absent takes a field out of an answer.
type absent struct{}

// with changes fields of the real answer.
func with(change map[string]any) answer {
	return rewrites(func(body string) (string, string) { return "application/json", changed(body, change) })
}

func changed(body string, change map[string]any) string {
	var fields map[string]any
	if err := json.Unmarshal([]byte(body), &fields); err != nil {
		return err.Error() // the test fails of it
	}
	for name, v := range change {
		if fields[name] = v; v == (absent{}) {
			delete(fields, name)
		}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return err.Error() // as above
	}
	return string(text)
}

func TestFault20AnAnswerWithoutARefreshTokenKeepsTheOldOne(t *testing.T) {
	t.Parallel()
	for what, value := range map[string]any{"none": absent{}, "empty": "", "null": nil} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			id := w.connect("work")
			before := w.grant(id)
			w.front.next(with(map[string]any{"refresh_token": value}))
			token, err := w.refresh(id)
			must(t, err)
			after := w.grant(id)
			if !after.RefreshToken.Equal(before.RefreshToken) || !after.AccessToken.Equal(token.AccessToken) || after.Generation != 2 {
				t.Errorf("generation %d: the old refresh token stays: %t; the new access token is kept: %t",
					after.Generation, after.RefreshToken.Equal(before.RefreshToken), after.AccessToken.Equal(token.AccessToken))
			}
			w.front.wantLedger(t, []int{1}, []int{1})
		})
	}
}

func TestFault22TokensAreReadHoweverTheyAreLabelled(t *testing.T) {
	t.Parallel()
	form := func(body string) string {
		var fields map[string]any
		if err := json.Unmarshal([]byte(body), &fields); err != nil {
			return err.Error() // the test fails of it
		}
		q := url.Values{"expires_in": {"3600"}}
		for _, name := range []string{"access_token", "refresh_token", "token_type"} {
			q.Set(name, fields[name].(string))
		}
		return q.Encode()
	}
	odd := map[string]any{"x": map[string]any{"refresh_token": []any{nil, 1e300}, "access_token": true}, "scope": map[string]any{}, "expires_in": []int{}}
	for what, change := range map[string]func(string) (string, string){
		"text/plain":     func(b string) (string, string) { return "text/plain", b },
		"text/html":      func(b string) (string, string) { return "text/html", b },
		"no type":        func(b string) (string, string) { return "", b },
		"a charset":      func(b string) (string, string) { return "application/json;charset=ISO-8859-1", b },
		"a form":         func(b string) (string, string) { return "application/x-www-form-urlencoded", form(b) },
		"a form as JSON": func(b string) (string, string) { return "application/json", form(b) },
		"a BOM":          func(b string) (string, string) { return "application/json", "\ufeff" + b },
		"unknown fields": func(b string) (string, string) {
			return "application/json", changed(b, map[string]any{"x": 1, "é": "\u0000"})
		},
		"nested junk": func(b string) (string, string) { return "application/json", changed(b, odd) },
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			id := w.connect("work")
			before := w.grant(id)
			w.front.next(rewrites(change))
			if _, err := w.refresh(id); err != nil {
				t.Fatal(err)
			}
			if after := w.grant(id); after.RefreshToken.Equal(before.RefreshToken) || after.Generation != 2 || after.Attempt.Open() {
				t.Errorf("the vault holds generation %d with the old refresh token", after.Generation)
			}
			if _, err := w.refresh(id); err != nil { // it was the right one
				t.Error(err)
			}
			w.front.wantLedger(t, []int{1}, []int{1, 1})
		})
	}
}

func TestFault35ATokenThatIsNoLineIsGivenToNobody(t *testing.T) {
	t.Parallel()
	for what, token := range map[string]string{"CR": "canary\rx", "LF": "canary\nX-Header: y", "NUL": "canary\x00"} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			id := w.connect("work")
			before := w.grant(id)
			w.front.next(with(map[string]any{"access_token": token}))
			if _, err := w.refresh(id); err == nil {
				t.Error("it was taken for a token")
			}
			if after := w.grant(id); after.RefreshToken.Equal(before.RefreshToken) || !after.AccessToken.Equal(before.AccessToken) {
				t.Error("the new refresh token was not saved beside the old access token")
			}
			if _, err := w.refresh(id); err != nil {
				t.Error(err)
			}
			w.front.wantLedger(t, []int{1}, []int{1, 1})
			for _, form := range copyas.Forms() { // and if it had come from anywhere else
				if _, err := copyas.Write(form, copyas.Material{Token: auth.Token{AccessToken: auth.NewSecret(token)}}); !errors.Is(err, copyas.ErrOddToken) {
					t.Errorf("written as %s: %v", form, err)
				}
			}
		})
	}
	for what, token := range map[string]string{"quotes": `canary-"'` + "`$(x)", "64 KiB": "canary-" + strings.Repeat("x", 64<<10)} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			id := w.connect("work")
			w.front.next(with(map[string]any{"access_token": token}))
			got, err := w.refresh(id)
			if err != nil || got.AccessToken.Reveal() != token || w.grant(id).AccessToken.Len() != len(token) {
				t.Errorf("got %d bytes, %v, want %d", got.AccessToken.Len(), err, len(token))
			}
			if text, err := copyas.Write(copyas.Raw, copyas.Material{Token: got}); err != nil || text.Reveal() != token {
				t.Errorf("it can't be copied: %v", err)
			}
			w.front.wantLedger(t, []int{1}, []int{1})
		})
	}
}

func TestFault37ANarrowerScopeIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.connect("work")
	before := w.grant(id)
	w.front.next(with(map[string]any{"scope": "openid"}))
	token, err := w.refresh(id)
	must(t, err)
	if s := w.status(id); len(s.Scopes) != 1 || s.Scopes[0] != "openid" || len(token.Scopes) != 1 {
		t.Errorf("shown %q, told %q, want openid alone", s.Scopes, token.Scopes)
	}
	if w.grant(id).RefreshToken.Equal(before.RefreshToken) {
		t.Error("the new refresh token was not saved")
	}
	w.front.wantLedger(t, []int{1}, []int{1})
}

func TestFault38ATokenThatIsNoBearerTokenIsNotCopiedAsOne(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"mac", "DPoP"} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t)
			id := w.connect("work")
			before := w.grant(id)
			w.front.next(with(map[string]any{"token_type": kind}))
			token, err := w.refresh(id)
			if err != nil || token.Type != kind {
				t.Fatalf("got type %q, %v, want %s", token.Type, err, kind)
			}
			if w.grant(id).RefreshToken.Equal(before.RefreshToken) {
				t.Error("the new refresh token was not saved")
			}
			for _, form := range copyas.Forms() {
				if _, err := copyas.Write(form, copyas.Material{Token: token}); (err == nil) != (form == copyas.JSON) {
					t.Errorf("written as %s: %v", form, err)
				}
			}
			w.front.wantLedger(t, []int{1}, []int{1})
		})
	}
}
