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
	// chosenShare is marginShare for a margin that somebody chose: with the jitter,
	// which adds half of it, a quarter of the life is left.
	chosenShare = 2
	// maxLeastMargin is the least that a refresh comes early, whatever it is put
	// off for: a request takes its time.
	maxLeastMargin = 10 * time.Second
)

// How often a token is replaced whose end nobody states.
const (
	// usualInterval is inside the hour that most access tokens live for.
	usualInterval = 45 * time.Minute
	// intervalWhenItKills is longer: a token that was copied should last for as
	// long as somebody works with it.
	intervalWhenItKills = 3 * time.Hour
	// intervalShare divides it: jitter makes it shorter by at most a tenth.
	intervalShare = 10
	// leastKeepAlive is how long a refresh token that is about to lapse is left
	// alone after it was used: where using it does not lengthen its life, half of
	// what is left would be due sooner and sooner.
	leastKeepAlive = 30 * time.Second
)

// Margin is how long before expiry a token of that lifetime is replaced at p.
func Margin(lifetime time.Duration, p Provider) time.Duration {
	switch {
	case p.Timing.Margin > 0:
		return min(p.Timing.Margin, lifetime/chosenShare)
	case p.Rotation.KillsOldAccessToken:
		return min(maxMarginWhenItKills, lifetime/marginShare)
	}
	return min(maxMargin, lifetime/marginShare)
}

// leastMargin is how long before expiry a token of that lifetime is replaced at
// the latest, also where that ends one which somebody has just got.
func leastMargin(lifetime time.Duration) time.Duration {
	return min(maxLeastMargin, lifetime/(2*marginShare))
}

// Interval is how long a token of p's that states no end is kept.
func Interval(p Provider) time.Duration {
	switch {
	case p.Timing.Interval > 0:
		return p.Timing.Interval
	case p.Lifetimes.Access > 0:
		return p.Lifetimes.Access - Margin(p.Lifetimes.Access, p)
	case p.Rotation.KillsOldAccessToken:
		return intervalWhenItKills
	}
	return usualInterval
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
	if life := g.Lifetime(); !g.ExpiresAt.IsZero() {
		m := Margin(max(0, life), p)
		at = g.ExpiresAt.Add(-m - time.Duration(jitter*float64(m)/2))
	} else {
		every := Interval(p)
		at = g.IssuedAt.Add(every - time.Duration(jitter*float64(every)/intervalShare))
	}
	if alive := keepAliveAt(g); !alive.IsZero() {
		at = sooner(at, alive)
	}
	return at
}

// keepAliveAt is halfway through the known life of the refresh token; zero where
// that is unknown or as good as over. It matters where access tokens outlive it.
func keepAliveAt(g Grant) time.Time {
	left := g.RefreshExpiresAt.Sub(g.IssuedAt)
	if g.RefreshToken.IsZero() || g.RefreshExpiresAt.IsZero() || left <= leastKeepAlive {
		return time.Time{}
	}
	return g.IssuedAt.Add(max(leastKeepAlive, left/2))
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
	if fresh {
		g.PreviousRefreshToken = old.RefreshToken
	} else {
		g.RefreshToken = old.RefreshToken // it has worked now: the one before isn't needed any more
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
