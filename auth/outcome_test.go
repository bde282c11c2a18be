package auth_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// signal is an answer, or that none came, and what is known of it.
type signal struct {
	what  string
	reply auth.Reply
	rules auth.ErrorRules // of the provider's file
}

// code is a refusal in the form of RFC 6749 §5.2.
func code(status int, code string) signal {
	return signal{what: fmt.Sprint(status, " ", code), reply: auth.Reply{Status: status, Sent: true, Said: auth.Said{Status: status, Code: code}}}
}

// bare is a status with nothing to be read beside it.
func bare(status int) signal {
	return signal{what: fmt.Sprint(status), reply: auth.Reply{Status: status, Sent: true, Said: auth.Said{Status: status}}}
}

// page is HTML, whoever wrote it.
func page(status int) signal {
	s := bare(status)
	s.what, s.reply.HTML = s.what+" with a page", true
	return s
}

// The table of docs/reliability.md, "What an answer means", each row once. The first
// one, an answer with tokens, is no Outcome: TestAnAnswerWithTokensIsKept.
func TestJudgeEveryRowOfTheTable(t *testing.T) {
	adaptix := auth.ErrorRules{Shape: auth.ErrorsArray, SignIn: []string{"invalid_grant"}}
	seen := map[auth.Outcome]bool{}
	for _, row := range []struct {
		want    auth.Outcome
		signals []signal
	}{
		{auth.OutcomeNeedsSignIn, []signal{
			code(400, "invalid_grant"), code(401, "invalid_grant"), code(403, "invalid_grant"), code(404, "invalid_grant"), code(422, "invalid_grant"),
			code(400, "interaction_required"), code(400, "consent_required"), code(400, "login_required"),
			code(200, "invalid_grant"), // GitHub and Slack refuse with 200
			{"a code of the provider's own", code(400, "bad_refresh_token").reply, auth.ErrorRules{SignIn: []string{"bad_refresh_token"}}},
		}},
		{auth.OutcomeMisconfigured, []signal{
			code(400, "invalid_client"), code(401, "invalid_client"), code(400, "unauthorized_client"), code(400, "unsupported_grant_type"),
			code(400, "invalid_scope"), code(400, "invalid_request"), code(400, "redirect_uri_mismatch"), code(400, "invalid_target"),
			{"invalid_client where the file names sign-ins", code(400, "invalid_client").reply, adaptix},
			{"access_denied to a client", code(403, "access_denied").reply, adaptix}, // a person's own ends a sign-in, in auth/oauth
		}}, // and what is missing for an hour: TestWhatLastsIsASettingsProblem
		{auth.OutcomeThrottled, []signal{
			bare(429), page(429), code(429, "invalid_grant"), code(400, "slow_down"),
			{"503 with Retry-After", auth.Reply{Status: 503, Sent: true, RetryAfter: time.Second}, auth.ErrorRules{}},
			{"too many requests in words", auth.Reply{Status: 400, Said: auth.Said{Code: "Access Denied", Description: "You have made Too Many Requests."}}, auth.ErrorRules{}},
			{"Microsoft's loop of requests", auth.Reply{Status: 400, Said: auth.Said{Code: "invalid_grant", Description: "AADSTS50196: it loops"}}, auth.ErrorRules{}},
		}},
		{auth.OutcomeTransient, []signal{
			{"nothing left: no such name, refused, no route, a time-out", auth.Reply{}, auth.ErrorRules{}},
			bare(408), bare(425), bare(500), bare(502), bare(503), bare(504), page(502), page(503),
			code(400, "temporarily_unavailable"), code(400, "server_error"), code(500, "invalid_grant"),
			bare(404), page(404), bare(405), bare(410), // a deployment under way, for an hour
		}},
		{auth.OutcomeAmbiguous, []signal{
			{"nothing came after the request had left: reset, cut off, a time-out", auth.Reply{Sent: true}, auth.ErrorRules{}},
			{"a success that can't be read", bare(200).reply, auth.ErrorRules{}},
			bare(204),
		}},
		{auth.OutcomeIntercepted, []signal{
			{"another's certificate", auth.Reply{Untrusted: true}, auth.ErrorRules{}},
			bare(301), bare(302), bare(303), page(307), bare(308), bare(407), bare(511), page(511), page(200), page(403),
		}},
		{auth.OutcomeUnknown, []signal{bare(400), bare(401), bare(403), page(400), code(400, "moon_phase"), code(403, "moon_phase")}},
	} {
		if seen[row.want] {
			t.Errorf("%s stands in the table twice", row.want)
		}
		seen[row.want] = true
		for _, s := range row.signals {
			t.Run(string(row.want)+"/"+s.what, func(t *testing.T) {
				if got := auth.Judge(s.rules, s.reply); got != row.want {
					t.Errorf("Judge = %v, want %v", got, row.want)
				}
			})
		}
	}
	for _, o := range auth.Outcomes() {
		if !seen[o] {
			t.Errorf("%s has no row in the table", o)
		}
	}
}

func TestAnAnswerWithTokensIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		token, err := d.Token(context.Background(), id, auth.Want{Force: true})
		if err != nil || token.AccessToken.Reveal() != "canary-a2" {
			t.Errorf("got %v, want the new token", err)
		}
		if g, err := d.vault.Grant(id); err != nil || g.Generation != 2 || g.RefreshToken.Reveal() != "canary-r2" || d.status(t, id).State != auth.StateFresh {
			t.Errorf("the vault holds generation %d (%v), want what came", g.Generation, err)
		}
	})
}

// What passes by itself mostly does. What lasts is somebody's to look at: an
// endpoint that is missing for an hour, and what nobody knows for a day.
func TestWhatLastsIsASettingsProblem(t *testing.T) {
	for _, row := range []struct {
		signal
		after time.Duration
	}{
		{bare(404), time.Hour},
		{page(404), time.Hour},
		{bare(405), time.Hour},
		{bare(410), time.Hour},
		{bare(400), 24 * time.Hour},
		{code(400, "moon_phase"), 24 * time.Hour},
		{bare(503), 0},
		{bare(408), 0},
		{page(403), 0},
		{bare(429), 0}, // these never are
	} {
		t.Run(row.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, authtest.NewVault(), time.Hour)
				id := d.connect(t, "work")
				answers(d, row.reply)
				if _, err := d.Token(context.Background(), id, auth.Want{Force: true}); err == nil {
					t.Fatal("a failure brought a token")
				}
				lasted := row.after
				if lasted == 0 {
					lasted = 48 * time.Hour
				}
				time.Sleep(lasted - time.Minute)
				synctest.Wait()
				if s := d.status(t, id); s.State != auth.StateRetrying {
					t.Errorf("%v later: state %s, want retrying", lasted-time.Minute, s.State)
				}
				time.Sleep(2 * time.Minute)
				synctest.Wait()
				want := auth.StateMisconfigured
				if row.after == 0 {
					want = auth.StateRetrying
				}
				if s := d.status(t, id); s.State != want {
					t.Errorf("%v later: state %s, want %s", lasted+time.Minute, s.State, want)
				}
				if g, err := d.vault.Grant(id); err != nil || g.RefreshToken.Reveal() != "canary-r1" || g.Refusal.Standing() {
					t.Errorf("the refresh token did not stay: generation %d, %v", g.Generation, err)
				}
			})
		})
	}
}

// What lasts is counted from when it began: what went wrong before it in another way,
// or in between, is another matter.
func TestAnOutageIsNotCountedAsAMissingEndpoint(t *testing.T) {
	down, offline, missing, unknown := bare(503).reply, auth.Reply{}, bare(404).reply, code(400, "moon_phase").reply
	for _, row := range []struct {
		what   string
		before auth.Reply
		after  auth.Reply
		lasted time.Duration
	}{
		{"a gateway fails, then the endpoint is missing", down, missing, 3 * time.Hour},
		{"nobody is reached, then the endpoint is missing", offline, missing, 3 * time.Hour},
		{"the endpoint is missing, then an error that nobody knows", missing, unknown, 26 * time.Hour},
		{"nobody is reached, then an error that nobody knows", offline, unknown, 26 * time.Hour},
	} {
		t.Run(row.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) { p.Random = func() float64 { return 0.999 } })
				id := d.connect(t, "work")
				answers(d, row.before)
				time.Sleep(row.lasted)
				var came time.Time
				d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
					if !came.IsZero() {
						return d.give.answer(), nil
					}
					came = time.Now()
					return auth.Answer{}, judged(row.after)
				})
				_ = d.Refresh(context.Background(), id) // it fails
				synctest.Wait()
				if s := d.status(t, id); s.State != auth.StateRetrying {
					t.Errorf("after one: state %s, want retrying", s.State)
				}
				time.Sleep(18 * time.Minute)
				synctest.Wait()
				if s := d.status(t, id); s.State != auth.StateFresh {
					t.Errorf("%v after one answer of that kind: state %s, want fresh, since it works", time.Since(came), s.State)
				}
			})
		})
	}
}

// While a deployment fails in turns it is one that is under way.
func TestWhatComesAndGoesDoesNotLast(t *testing.T) {
	for _, row := range []struct {
		what string
		turn []auth.Reply
	}{
		{"missing and failing", []auth.Reply{bare(503).reply, bare(404).reply}},
		{"missing and unknown", []auth.Reply{bare(404).reply, bare(400).reply}},
	} {
		t.Run(row.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, authtest.NewVault(), time.Hour)
				id := d.connect(t, "work")
				n := 0
				d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
					n++
					return auth.Answer{}, judged(row.turn[n%len(row.turn)])
				})
				time.Sleep(time.Hour)
				for range 48 * 60 {
					time.Sleep(time.Minute)
					synctest.Wait()
					if s := d.status(t, id); s.State != auth.StateRetrying {
						t.Fatalf("state %s after %d failures in turns, want retrying", s.State, n)
					}
				}
				if n < 48*60/20 || n > 48*60/5 {
					t.Errorf("asked %d times in two days, want about every eight minutes", n)
				}
			})
		})
	}
}

// answers has every refresh come to r from now on.
func answers(d *desk, r auth.Reply) {
	d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return auth.Answer{}, judged(r) })
}

func judged(r auth.Reply) error {
	return &auth.Failure{Outcome: auth.Judge(auth.ErrorRules{}, r), Said: r.Said, RetryAfter: r.RetryAfter}
}

// Nothing that a provider answers is a person's affair but what the first row says.
func TestOnlyARefusalOfTheGrantAsksForASignIn(t *testing.T) {
	var asking []int
	for status := 100; status < 600; status++ {
		for _, s := range []signal{bare(status), page(status), code(status, "moon_phase")} {
			if auth.Judge(s.rules, s.reply) == auth.OutcomeNeedsSignIn {
				asking = append(asking, status)
			}
		}
	}
	if len(asking) != 0 {
		t.Errorf("a sign-in for %v, want for no status alone", asking)
	}
}
