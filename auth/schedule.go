package auth

import "time"

// How close to its end an access token is replaced.
const (
	// maxMargin is the most that a refresh comes early: enough for a provider
	// that is away for a moment, little enough not to waste a token's life.
	maxMargin = 5 * time.Minute
	// maxMarginWhenItKills is maxMargin where a refresh ends the old access
	// token at once: whoever copied it should have had the use of it.
	maxMarginWhenItKills = time.Minute
	// usualValidity is what a token is good for at least when nobody asked.
	usualValidity = time.Minute
	// marginShare divides a life: the margin is at most a fifth of it, so that
	// 0 < refresh < expiry holds for every life.
	marginShare = 5
)

// Margin is how long before expiry a token of that lifetime is replaced.
func Margin(lifetime time.Duration, r Rotation) time.Duration {
	limit := maxMargin
	if r.KillsOldAccessToken {
		limit = maxMarginWhenItKills
	}
	return min(limit, lifetime/marginShare)
}

// UsualValidity is what a token of that lifetime is good for at least when the
// caller asked for nothing in particular; so a short-lived one is not replaced
// at every call.
func UsualValidity(lifetime time.Duration) time.Duration {
	return min(usualValidity, lifetime/marginShare)
}

// RefreshAt is when g is replaced by itself; zero: never. jitter in [0, 1) makes
// it earlier by at most half the margin, never later, so that accounts that were
// made together don't come back together.
func RefreshAt(g Grant, p Provider, kind GrantType, jitter float64) time.Time {
	if !canRefresh(g, kind) {
		return time.Time{}
	}
	var at time.Time
	if life := g.Lifetime(); life > 0 {
		m := Margin(life, p.Rotation)
		at = g.ExpiresAt.Add(-m - time.Duration(jitter*float64(m)/2))
	}
	if alive := keepAliveAt(g); !alive.IsZero() && (at.IsZero() || alive.Before(at)) {
		at = alive
	}
	return at
}

// keepAliveAt is halfway through the known life of the refresh token; zero where
// that is unknown. It matters where access tokens state no expiry or outlive it.
func keepAliveAt(g Grant) time.Time {
	if g.RefreshToken.IsZero() || g.RefreshExpiresAt.IsZero() {
		return time.Time{}
	}
	return g.IssuedAt.Add(g.RefreshExpiresAt.Sub(g.IssuedAt) / 2)
}

// canRefresh reports whether a new token can be had without a person.
func canRefresh(g Grant, kind GrantType) bool {
	return kind == ClientCredentials || !g.RefreshToken.IsZero()
}

// Renewed is the grant after answer: the next generation. Its times count from
// when the request was sent, not from when the answer came. Where the answer
// states no lifetime the provider's documented one counts; where it brings no
// refresh token the old one stays (RFC 6749 §6).
func Renewed(old Grant, answer Answer, p Provider, asked []string) Grant {
	g := Grant{
		Generation:   old.Generation + 1,
		RefreshToken: answer.RefreshToken,
		AccessToken:  answer.AccessToken,
		IDToken:      answer.IDToken,
		TokenType:    answer.TokenType,
		Scopes:       answer.Scopes,
		IssuedAt:     answer.AskedAt,
		SignedInAt:   old.SignedInAt,
		Unverified:   answer.Salvaged,
	}
	if g.Scopes == nil {
		g.Scopes = asked
	}
	if g.IDToken.IsZero() {
		g.IDToken = old.IDToken
	}
	life := answer.ExpiresIn
	if life == 0 {
		life = p.Lifetimes.Access
	}
	if life > 0 {
		g.ExpiresAt = answer.AskedAt.Add(life)
	}
	if answer.Salvaged {
		// The old access token may still serve; the new one was lost.
		g.AccessToken, g.TokenType, g.IssuedAt, g.ExpiresAt = old.AccessToken, old.TokenType, old.IssuedAt, old.ExpiresAt
	}
	fresh := !g.RefreshToken.IsZero() && !g.RefreshToken.Equal(old.RefreshToken)
	switch {
	case g.RefreshToken.IsZero():
		g.RefreshToken, g.PreviousRefreshToken = old.RefreshToken, old.PreviousRefreshToken
	case fresh:
		g.PreviousRefreshToken = old.RefreshToken
	}
	g.RefreshExpiresAt = refreshExpiry(old, answer, p, fresh)
	return g
}

// refreshExpiry is when the refresh token of a renewed grant lapses; zero where nobody says.
func refreshExpiry(old Grant, answer Answer, p Provider, fresh bool) time.Time {
	switch {
	case answer.RefreshExpiresIn > 0:
		return answer.AskedAt.Add(answer.RefreshExpiresIn)
	case answer.RefreshToken.IsZero() && old.RefreshToken.IsZero(), p.Lifetimes.Refresh == 0:
		return time.Time{}
	case fresh, p.Lifetimes.RefreshCountsFrom == CountsFromUse:
		return answer.AskedAt.Add(p.Lifetimes.Refresh)
	}
	return old.RefreshExpiresAt
}

// Waits after failures.
const (
	firstBackoff = 2 * time.Second
	maxBackoff   = 15 * time.Minute
	minBackoff   = time.Second
	// unknownBackoff caps the wait after an error that nobody knows.
	unknownBackoff = time.Hour
	// settingsRetry is how often a provider that rejects the client is asked again.
	settingsRetry = time.Hour
	// doubtSoon and doubtLate bound the waits after an answer that was lost,
	// chosen to fall inside the grace of providers that have one.
	doubtSoon = 2 * time.Second
	doubtLate = 20 * time.Second
	// longFailing is how long 404, 405 and 410 are taken for a deployment under way.
	longFailing = time.Hour
)

// Backoff is how long to wait after the n-th failure in a row (from 1), with full
// jitter: r in [0, 1) of 2 s, 4 s, … at most 15 min, at least 1 s.
func Backoff(n int, r float64) time.Duration {
	limit := maxBackoff
	if n < 10 { // 2 s << 9 is past maxBackoff
		limit = min(maxBackoff, firstBackoff<<max(0, n-1))
	}
	return max(minBackoff, time.Duration(r*float64(limit)))
}
