package agent_test

import (
	"context"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
)

// tokens is a desk that has a token for every name.
func tokens() desk {
	d := echo()
	token := auth.Token{
		AccessToken: auth.NewSecret("canary-access-token"), Type: "Bearer",
		IssuedAt: time.Unix(1_800_000_000, 0).UTC(), ExpiresAt: time.Unix(1_800_003_600, 0).UTC(),
	}
	d.token = func(context.Context, auth.AccountID, auth.Want) (auth.Token, error) { return token, nil }
	return d
}

// BenchmarkToken is one round trip by a connection that stands.
func BenchmarkToken(b *testing.B) {
	c := dial(b, serve(b, tokens()).addr)
	for b.Loop() {
		if _, err := c.Token(b.Context(), "k7q2", auth.Usual); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDialFindToken is everything that `tokentray token NAME` does here.
func BenchmarkDialFindToken(b *testing.B) {
	addr := serve(b, tokens()).addr
	for b.Loop() {
		c, err := agent.Dial(b.Context(), addr, version)
		if err != nil {
			b.Fatal(err)
		}
		id, err := c.Find(b.Context(), "work")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Token(b.Context(), id, auth.Usual); err != nil {
			b.Fatal(err)
		}
		_ = c.Close()
	}
}
