package auth_test

import (
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// A refresh comes after now and before the end, whatever the life, the kind of
// rotation, the margin that somebody chose and the jitter; jitter makes it earlier
// by half the margin at most.
func TestRefreshFallsInsideEveryLife(t *testing.T) {
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	kills := auth.Rotation{KillsOldAccessToken: true}
	providers := []auth.Provider{
		{},
		{Rotation: kills},
		{Timing: auth.Timing{Margin: time.Second}},
		{Timing: auth.Timing{Margin: 20 * time.Minute}, Rotation: kills},
		{Timing: auth.Timing{Margin: 1 << 62}},
	}
	for life := 2 * time.Second; life <= 365*24*time.Hour; life = life*5/4 + 1 {
		for _, p := range providers {
			for _, jitter := range []float64{0, 0.5, 0.999999} {
				g := auth.Grant{RefreshToken: auth.NewSecret("canary-r"), IssuedAt: start, ExpiresAt: start.Add(life)}
				at := auth.RefreshAt(g, p, auth.AuthorizationCode, jitter)
				margin := auth.Margin(life, p)
				if !at.After(start) || !at.Before(g.ExpiresAt) {
					t.Fatalf("life %v: refresh after %v", life, at.Sub(start))
				}
				if early := g.ExpiresAt.Sub(at); early < margin || early > margin+margin/2 {
					t.Fatalf("life %v: %v before the end, margin %v", life, early, margin)
				}
			}
		}
	}
}

func TestMarginIsShortWhereARefreshKills(t *testing.T) {
	for _, row := range []struct {
		life  time.Duration
		kills auth.Rotation
		want  time.Duration
	}{
		{time.Hour, auth.Rotation{}, 5 * time.Minute},
		{time.Hour, auth.Rotation{KillsOldAccessToken: true}, time.Minute},
		{90 * time.Second, auth.Rotation{}, 18 * time.Second},
		{90 * time.Second, auth.Rotation{KillsOldAccessToken: true}, 18 * time.Second},
	} {
		if got := auth.Margin(row.life, auth.Provider{Rotation: row.kills}); got != row.want {
			t.Errorf("Margin(%v, %+v) = %v, want %v", row.life, row.kills, got, row.want)
		}
	}
}

// Where the refresh token lapses unused, it is used halfway, also when the access
// token would last longer or states no end.
func TestKeepAliveComesHalfwayThroughTheRefreshTokensLife(t *testing.T) {
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	g := auth.Grant{RefreshToken: auth.NewSecret("canary-r"), IssuedAt: start, RefreshExpiresAt: start.Add(14 * 24 * time.Hour)}
	seldom := auth.Provider{Timing: auth.Timing{Interval: 60 * 24 * time.Hour}}
	if got, want := auth.RefreshAt(g, seldom, auth.AuthorizationCode, 0.7), start.Add(7*24*time.Hour); !got.Equal(want) {
		t.Errorf("no expiry stated: %v, want %v", got, want)
	}
	g.ExpiresAt = start.Add(30 * 24 * time.Hour)
	if got, want := auth.RefreshAt(g, auth.Provider{}, auth.AuthorizationCode, 0.7), start.Add(7*24*time.Hour); !got.Equal(want) {
		t.Errorf("access token outlives it: %v, want %v", got, want)
	}
}

// What lapses whatever is done, as a session with an end does, is not used more and
// more often towards that end.
func TestKeepAliveDoesNotHastenTowardsAnEndThatStays(t *testing.T) {
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	end := start.Add(10 * time.Hour)
	p := auth.Provider{Lifetimes: auth.Lifetimes{Access: 24 * time.Hour}}
	g := auth.Grant{RefreshToken: auth.NewSecret("canary-r"), IssuedAt: start, ExpiresAt: start.Add(24 * time.Hour), RefreshExpiresAt: end}
	for n := 0; ; n++ {
		at := auth.RefreshAt(g, p, auth.AuthorizationCode, 0)
		if !at.After(g.IssuedAt) {
			t.Fatalf("due %v after it was refreshed", at.Sub(g.IssuedAt))
		}
		if n > 12 {
			t.Fatal("more than a dozen refreshes in ten hours")
		}
		g.IssuedAt, g.ExpiresAt = at, at.Add(24*time.Hour)
		if at.After(end) {
			return
		}
	}
}

func TestATokenWithoutAnEndIsReplacedOnAnInterval(t *testing.T) {
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	g := auth.Grant{RefreshToken: auth.NewSecret("canary-r"), IssuedAt: start}
	for _, row := range []struct {
		what string
		p    auth.Provider
		want time.Duration
	}{
		{"as its file says", auth.Provider{Timing: auth.Timing{Interval: 8 * time.Hour}, Lifetimes: auth.Lifetimes{Access: time.Hour}}, 8 * time.Hour},
		{"inside the documented life", auth.Provider{Lifetimes: auth.Lifetimes{Access: 2 * time.Hour}}, 115 * time.Minute},
		{"usual", auth.Provider{}, 45 * time.Minute},
		{"later where it ends the old one", auth.Provider{Rotation: auth.Rotation{KillsOldAccessToken: true}}, 3 * time.Hour},
	} {
		latest := auth.RefreshAt(g, row.p, auth.AuthorizationCode, 0).Sub(start)
		earliest := auth.RefreshAt(g, row.p, auth.AuthorizationCode, 0.999999).Sub(start)
		if latest != row.want || earliest < row.want*9/10 || earliest >= latest {
			t.Errorf("%s: between %v and %v, want %v and at most a tenth earlier", row.what, earliest, latest, row.want)
		}
	}
}

func TestNothingToRefreshWithIsNeverDue(t *testing.T) {
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	g := auth.Grant{IssuedAt: start, ExpiresAt: start.Add(time.Hour)}
	if got := auth.RefreshAt(g, auth.Provider{}, auth.AuthorizationCode, 0); !got.IsZero() {
		t.Errorf("RefreshAt = %v, want never", got)
	}
	if got := auth.RefreshAt(g, auth.Provider{}, auth.ClientCredentials, 0); got.IsZero() {
		t.Error("client credentials need no refresh token and must be due")
	}
}

func TestBackoffGrowsAndIsBounded(t *testing.T) {
	for n := 1; n < 80; n++ {
		low, high := auth.Backoff(n, 0), auth.Backoff(n, 0.999999)
		if low < time.Second || high > 15*time.Minute {
			t.Errorf("failure %d: %v to %v", n, low, high)
		}
		if n > 1 && high < auth.Backoff(n-1, 0.999999) {
			t.Errorf("failure %d waits less than the one before", n)
		}
	}
}

func TestRenewedKeepsWhatTheAnswerLeavesOut(t *testing.T) {
	asked := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	old := auth.Grant{
		Generation: 7, RefreshToken: auth.NewSecret("canary-r7"), PreviousRefreshToken: auth.NewSecret("canary-r6"),
		AccessToken: auth.NewSecret("canary-a7"), IssuedAt: asked.Add(-time.Hour), ExpiresAt: asked,
		RefreshExpiresAt: asked.Add(24 * time.Hour), SignedInAt: asked.Add(-240 * time.Hour),
		Attempt: auth.Attempt{Presentations: 1}, Refusal: auth.Refusal{At: asked},
	}
	adaptix := auth.Provider{Lifetimes: auth.Lifetimes{Access: time.Hour, Refresh: 14 * 24 * time.Hour, RefreshCountsFrom: auth.CountsFromIssue}}

	t.Run("no refresh token: the old one stays, its life too", func(t *testing.T) {
		g := auth.Renewed(old, auth.Answer{AccessToken: auth.NewSecret("canary-a8"), AskedAt: asked, ExpiresIn: time.Minute}, adaptix, []string{"openid"})
		if !g.RefreshToken.Equal(old.RefreshToken) || !g.PreviousRefreshToken.IsZero() {
			t.Error("the refresh token did not stay, or the one before it, which isn't needed any more, did")
		}
		if !g.RefreshExpiresAt.Equal(old.RefreshExpiresAt) {
			t.Errorf("refresh token lapses %v, want %v", g.RefreshExpiresAt, old.RefreshExpiresAt)
		}
		if g.Generation != 8 || !g.ExpiresAt.Equal(asked.Add(time.Minute)) || len(g.Scopes) != 1 || !g.SignedInAt.Equal(old.SignedInAt) {
			t.Errorf("got %+v", g)
		}
		if g.Attempt.Open() || g.Refusal.Standing() {
			t.Error("the attempt or the refusal stayed")
		}
	})
	t.Run("a new refresh token: the one before is kept, the life counts anew", func(t *testing.T) {
		g := auth.Renewed(old, auth.Answer{AccessToken: auth.NewSecret("canary-a8"), RefreshToken: auth.NewSecret("canary-r8"), AskedAt: asked}, adaptix, nil)
		if !g.PreviousRefreshToken.Equal(old.RefreshToken) || g.RefreshToken.Reveal() != "canary-r8" {
			t.Error("the refresh tokens are not in their places")
		}
		if want := asked.Add(14 * 24 * time.Hour); !g.RefreshExpiresAt.Equal(want) {
			t.Errorf("refresh token lapses %v, want %v", g.RefreshExpiresAt, want)
		}
		if want := asked.Add(time.Hour); !g.ExpiresAt.Equal(want) {
			t.Errorf("no lifetime stated: expires %v, want the documented %v", g.ExpiresAt, want)
		}
	})
	t.Run("salvaged: the new refresh token with the old access token", func(t *testing.T) {
		g := auth.Renewed(old, auth.Answer{RefreshToken: auth.NewSecret("canary-r8"), AskedAt: asked, Salvaged: true}, adaptix, nil)
		if g.RefreshToken.Reveal() != "canary-r8" || !g.AccessToken.Equal(old.AccessToken) || !g.ExpiresAt.Equal(old.ExpiresAt) || !g.Unverified {
			t.Errorf("got generation %d, unverified %v", g.Generation, g.Unverified)
		}
	})
}
