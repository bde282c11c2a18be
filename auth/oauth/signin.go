package oauth

import (
	"context"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// maxNap bounds one wait: timers stand still while the machine sleeps, and the
// deadline is wall time.
const maxNap = 30 * time.Second

// SignIn runs one attempt with the authorization code grant. The callback listens
// before tell is called; a port that is taken is a *auth.Failure of KindPortTaken
// and nothing has been told then. Once a code has come it is redeemed exactly once,
// also when the deadline passes meanwhile.
func (w *Wire) SignIn(ctx context.Context, ask auth.SignIn, tell func(auth.SignInStep)) (auth.Answer, error) {
	ask, err := w.prepare(ctx, ask, ask.Provider.Endpoints.Authorize)
	if err != nil {
		return auth.Answer{}, err
	}
	a, err := newAttempt(ask)
	if err != nil {
		return auth.Answer{}, misconfigured("sign in: "+err.Error(), err)
	}
	d, err := w.doors.wait(a)
	if err != nil {
		return auth.Answer{}, err
	}
	defer d.leave(a)
	address, err := a.address()
	if err != nil {
		return auth.Answer{}, misconfigured("sign in: "+err.Error(), err)
	}
	tell(auth.SignInStep{Address: address, Waiting: a.redirect.shown(), Until: ask.Deadline, Attempt: a.name})
	e, err := w.await(ctx, a, d)
	if err != nil {
		return auth.Answer{}, err
	}
	return w.redeem(ctx, a, e)
}

// prepare fills in what ask leaves open and refuses what can't work, before
// anybody is sent to a browser. first is the endpoint that the attempt begins at.
func (w *Wire) prepare(ctx context.Context, ask auth.SignIn, first string) (auth.SignIn, error) {
	if ask.Deadline.IsZero() {
		ask.Deadline = w.clock.Wall().Add(auth.DefaultSignInTime)
	}
	if ask.Scopes == nil {
		ask.Scopes = ask.Provider.Scopes.Default
	}
	e := ask.Provider.Endpoints
	if first == "" || e.Token == "" || (e.JWKS == "" && asksForIDToken(ask)) {
		p, err := w.Discover(ctx, ask.Provider)
		if err != nil {
			return ask, err
		}
		ask.Provider = p
	}
	if ask.Client.Identifier == "" {
		return ask, misconfigured("sign in: the client ID is missing", nil)
	}
	if err := auth.CheckAddress(ask.Provider.Endpoints.Token); err != nil {
		return ask, misconfigured("sign in: the token endpoint has to be "+err.Error(), err)
	}
	return ask, nil
}

// await waits for a callback, for the deadline, or for the caller to give up.
func (w *Wire) await(ctx context.Context, a *attempt, d *door) (ending, error) {
	var gaveUp *auth.Failure
	for gaveUp == nil {
		left := a.ask.Deadline.Sub(w.clock.Wall())
		if left <= 0 {
			gaveUp = timedOut(nil)
			break
		}
		poke, stop := w.clock.After(min(left, maxNap))
		select {
		case e := <-a.ended:
			stop()
			return e.result()
		case <-ctx.Done():
			gaveUp = givenUp(ctx)
		case <-poke:
		}
		stop()
	}
	d.leave(a)
	select {
	case e := <-a.ended: // it came while we were leaving; the page says that it was accepted
		return e.result()
	default:
		return ending{}, gaveUp
	}
}

// result is e, or the failure in it.
func (e ending) result() (ending, error) {
	if e.failure != nil {
		return ending{}, e.failure
	}
	return e, nil
}

// givenUp is the failure of a caller whose context ended.
func givenUp(ctx context.Context) *auth.Failure {
	if ctx.Err() == context.DeadlineExceeded {
		return timedOut(ctx.Err())
	}
	return &auth.Failure{Kind: auth.KindCancelled, Detail: "sign in: given up", Cause: ctx.Err()}
}

// timedOut is the failure of an attempt that nobody finished.
func timedOut(cause error) *auth.Failure {
	return &auth.Failure{Kind: auth.KindTimedOut, Detail: "sign in: nobody finished it in time", Cause: cause}
}

// redeem exchanges the code (RFC 6749 §4.1.3). It is sent once, whatever happens:
// a code presented twice may cost the tokens of the first time (§4.1.2).
func (w *Wire) redeem(ctx context.Context, a *attempt, e ending) (auth.Answer, error) {
	p := a.ask.Provider
	if e.issuer != "" && p.Issuer == "" {
		if err := w.sameServer(ctx, p, e.issuer); err != nil {
			return auth.Answer{}, err
		}
	}
	fields := extras(p.Parameters.Token)
	delete(fields, "scope") // what was consented to is what the code is for
	fields["grant_type"] = string(auth.AuthorizationCode)
	fields["code"] = e.code.Reveal()
	fields["redirect_uri"] = a.redirectAddress()
	if !a.verifier.IsZero() {
		fields["code_verifier"] = a.verifier.Reveal()
	}
	const doing = "exchange the code"
	q := question{doing: doing, address: p.Endpoints.Token, fields: fields, hidden: a.hidden()}
	answer, err := w.tokens(ctx, p, a.ask.Client, q)
	switch {
	case err != nil && ctx.Err() != nil:
		return auth.Answer{}, givenUp(ctx)
	case err != nil:
		return auth.Answer{}, err
	}
	return w.accept(ctx, a, doing, answer)
}

// accept checks what a finished sign-in brought and says who signed in.
func (w *Wire) accept(ctx context.Context, a *attempt, doing string, answer auth.Answer) (_ auth.Answer, err error) {
	p := a.ask.Provider
	if answer.Salvaged {
		return auth.Answer{}, damaged(doing)
	}
	if asksForIDToken(a.ask) && checkable(p) {
		if answer.Identity, err = w.identify(ctx, a, answer); err != nil {
			return auth.Answer{}, err
		}
	} else {
		answer.IDToken = auth.Secret{} // what nobody can check isn't kept
	}
	answer.Identity = w.introduce(ctx, p, answer)
	return answer, nil
}

// sameServer looks up an issuer that a callback named although none is configured
// (RFC 9207 §2.4): its token endpoint has to be the one we are about to use.
func (w *Wire) sameServer(ctx context.Context, p auth.Provider, issuer string) error {
	found, err := w.Discover(ctx, auth.Provider{Issuer: issuer})
	if err != nil || found.Endpoints.Token != p.Endpoints.Token {
		return invalid("the callback came from another issuer than the one asked")
	}
	return nil
}
