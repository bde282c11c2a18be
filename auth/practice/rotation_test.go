package practice_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/practice"
)

func TestReuseRevokesTheFamily(t *testing.T) {
	w := open(t, practice.Options{})
	bystander := w.signedIn().get("refresh_token")
	first := w.signedIn().get("refresh_token")
	token := first
	for range 3 {
		token = w.refresh(token).get("refresh_token")
	}
	last := w.refresh(token)
	if got := w.refresh(first).get("error"); got != "invalid_grant" { // three generations old
		t.Errorf("a used token: got %q", got)
	}
	if got := w.refresh(last.get("refresh_token")).get("error"); got != "invalid_grant" {
		t.Errorf("the newest of its family: got %q", got)
	}
	if got := w.api(last.get("access_token")).status; got != http.StatusUnauthorized {
		t.Errorf("the newest access token: got %d", got)
	}
	if got := w.refresh(bystander).status; got != http.StatusOK {
		t.Errorf("another family: got %d", got)
	}
	l := w.server.Ledger()
	if l.Revoked[practice.ReasonRefreshTokenReused] != 1 || l.FamiliesRevoked() != 1 {
		t.Errorf("got %v, want one family revoked for reuse", l.Revoked)
	}
}

func TestGraceTakesALostAnswerBack(t *testing.T) {
	w := open(t, practice.Options{Grace: 30 * time.Second})
	first := w.signedIn().get("refresh_token")
	lost := w.refresh(first).get("refresh_token")
	w.clock.advance(29 * time.Second)
	again := w.refresh(first)
	if again.status != http.StatusOK {
		t.Fatalf("within grace: got %d %s", again.status, again.body)
	}
	if got := w.refresh(lost); got.status != http.StatusOK {
		t.Errorf("the answer that was not lost after all, within its grace: got %d %s", got.status, got.body)
	}
	w.clock.advance(2 * time.Second)
	if got := w.refresh(first).get("error"); got != "invalid_grant" {
		t.Errorf("after grace: got %q", got)
	}
	if got := w.server.Ledger().FamiliesRevoked(); got != 1 {
		t.Errorf("got %d families revoked, want 1", got)
	}
}

func TestACodeWorksOnceForAMinute(t *testing.T) {
	w := open(t, practice.Options{})
	code := w.code()
	w.clock.advance(time.Minute)
	tokens := w.exchange(code)
	if tokens.status != http.StatusOK {
		t.Fatalf("within a minute: got %d %s", tokens.status, tokens.body)
	}
	w.expect(w.exchange(code), 400, `{"error":"invalid_grant","error_description":"the code is unknown or was used"}`)
	if got := w.refresh(tokens.get("refresh_token")).get("error"); got != "invalid_grant" {
		t.Errorf("a code presented twice revokes what it gave: got %q", got)
	}
	if got := w.server.Ledger().Revoked[practice.ReasonCodeReused]; got != 1 {
		t.Errorf("got %d families revoked, want 1", got)
	}
	late := w.code()
	w.clock.advance(time.Minute + time.Millisecond)
	w.expect(w.exchange(late), 400, `{"error":"invalid_grant","error_description":"the code has expired"}`)
}

func TestOneOfManyWins(t *testing.T) {
	w := open(t, practice.Options{})
	code := w.code()
	form, _ := w.tokenForm("authorization_code", "code", code)
	var group sync.WaitGroup
	statuses := make(chan int, 8)
	for range cap(statuses) {
		group.Go(func() {
			got, err := w.send(http.MethodPost, w.path(1), form, nil)
			if err != nil {
				t.Errorf("exchange: %v", err)
			}
			statuses <- got.status
		})
	}
	group.Wait()
	close(statuses)
	won := 0
	for s := range statuses {
		if s == http.StatusOK {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d of 8 exchanges of one code won, want 1", won)
	}
	l := w.server.Ledger()
	if got := l.Codes[practice.FingerprintOf(code)]; got != 8 {
		t.Errorf("the ledger says %d presentations, want 8", got)
	}
	if l.Outcomes["issued"] != 1 || l.Outcomes["invalid_grant"] != 7 || l.TokenRequests != 8 {
		t.Errorf("got %+v", l)
	}
}

func TestTokensExpireAndStayAsChosen(t *testing.T) {
	w := open(t, practice.Options{AccessLife: 2 * time.Second, RefreshLife: time.Minute, Rotation: practice.RotationStays})
	tokens := w.signedIn()
	refreshed := w.refresh(tokens.get("refresh_token"))
	if refreshed.status != http.StatusOK || refreshed.get("refresh_token") != "" {
		t.Errorf("a token that stays is left out: got %d %s", refreshed.status, refreshed.body)
	}
	w.clock.advance(2 * time.Second)
	if got := w.api(tokens.get("access_token")).get("error"); got != "invalid_token" {
		t.Errorf("after its life: got %q", got)
	}
	w.clock.advance(time.Minute)
	w.expect(w.refresh(tokens.get("refresh_token")), 400, `{"error":"invalid_grant","error_description":"the refresh token has expired"}`)
}

func TestRevokeAllEndsEveryGrant(t *testing.T) {
	w := open(t, practice.Options{Grace: time.Minute})
	first := w.signedIn().get("refresh_token")
	second := w.refresh(first).get("refresh_token")
	if err := w.server.RevokeAll(); err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{first, second} {
		if got := w.refresh(token).get("error"); got != "invalid_grant" {
			t.Errorf("got %q, want invalid_grant", got)
		}
	}
}

func TestNewRefusesWhatMakesNoSense(t *testing.T) {
	some := []practice.Client{confidential}
	for name, o := range map[string]practice.Options{
		"no clients":              {},
		"a client without an ID":  {Clients: []practice.Client{{}}},
		"no such dialect":         {Dialect: 99, Clients: some},
		"public, not standard":    {Dialect: practice.Adaptix, Clients: []practice.Client{public}},
		"rotation, not a choice":  {Dialect: practice.Adaptix, Clients: some, Rotation: practice.RotationStays},
		"grace without rotation":  {Dialect: practice.Fortellis, Clients: some, Grace: time.Second},
		"an access token of none": {Clients: some, AccessLife: time.Millisecond},
		"no such algorithm":       {Clients: some, Signing: "none"},
	} {
		if _, err := practice.New(o); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}
