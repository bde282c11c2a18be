package oauth

import (
	"context"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// deviceGrant is the grant_type that a device code is presented with (RFC 8628 §3.4).
const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// Device runs one attempt with the device authorization grant (RFC 8628). It asks
// for a code, tells it, and polls the token endpoint until the person has decided,
// the code has run out or the deadline has passed; never more often than the
// provider allows. A provider that can't be reached meanwhile ends nothing.
func (w *Wire) Device(ctx context.Context, ask auth.SignIn, tell func(auth.SignInStep)) (auth.Answer, error) {
	ask, err := w.prepare(ctx, ask, ask.Provider.Endpoints.Device)
	if err != nil {
		return auth.Answer{}, err
	}
	c, err := w.askForCode(ctx, ask)
	switch {
	case err != nil && ctx.Err() != nil:
		return auth.Answer{}, givenUp(ctx)
	case err != nil:
		return auth.Answer{}, err
	}
	if c.life > 0 {
		if runsOut := w.clock.Wall().Add(c.life); runsOut.Before(ask.Deadline) {
			ask.Deadline = runsOut
		}
	}
	tell(auth.SignInStep{Address: c.complete, PlainAddress: c.plain, UserCode: c.user, Until: ask.Deadline})
	return w.poll(ctx, ask, c)
}

// askForCode is the device authorization request (RFC 8628 §3.1). It stands where
// the authorization request does in other grants, so a provider's extra parameters
// for that one go with it.
func (w *Wire) askForCode(ctx context.Context, ask auth.SignIn) (deviceCode, error) {
	p := ask.Provider
	fields := extras(p.Parameters.Authorize)
	for _, name := range reservedAtAuthorize {
		delete(fields, name)
	}
	if scope := joinScopes(p.Scopes, ask.Scopes); scope != "" {
		fields["scope"] = scope
	}
	q := question{doing: "ask for a code", address: p.Endpoints.Device, fields: fields}
	h, err := w.post(ctx, p.Client, ask.Client, q)
	if err != nil {
		return deviceCode{}, err
	}
	f, readable := readFields(h.body)
	if code, _ := f.complaint(); !h.succeeded() || !readable || code != "" && f.text("device_code") == "" {
		return deviceCode{}, w.refusal(p.Errors, q, h)
	}
	c, why := readDeviceCode(f, p.Endpoints.Device)
	if why != "" {
		return deviceCode{}, invalid(q.doing + " at " + hostOf(q.address) + ": " + why)
	}
	return c, nil
}

// poll presents the device code until there is an end to it (RFC 8628 §3.5).
func (w *Wire) poll(ctx context.Context, ask auth.SignIn, c deviceCode) (auth.Answer, error) {
	const doing = "wait for the sign-in"
	pace := pace{interval: c.interval}
	for {
		if f := w.rest(ctx, pace.next(), ask.Deadline); f != nil {
			return auth.Answer{}, f
		}
		fields := extras(ask.Provider.Parameters.Token)
		delete(fields, "scope") // what was consented to is what the code is for
		fields["grant_type"] = deviceGrant
		fields["device_code"] = c.device.Reveal()
		q := question{doing: doing, address: ask.Provider.Endpoints.Token, fields: fields}
		answer, err := w.tokens(ctx, ask.Provider, ask.Client, q)
		switch {
		case err == nil:
			return w.accept(ctx, &attempt{ask: ask}, doing, answer)
		case ctx.Err() != nil:
			return auth.Answer{}, givenUp(ctx)
		}
		if end := pace.heed(err); end != nil {
			return auth.Answer{}, end
		}
	}
}

// rest waits for d, which may end with the attempt: then the failure says how.
func (w *Wire) rest(ctx context.Context, d time.Duration, deadline time.Time) *auth.Failure {
	for until := w.clock.Mono() + d; ; {
		left, still := deadline.Sub(w.clock.Wall()), until-w.clock.Mono()
		switch {
		case left <= 0:
			return timedOut(nil)
		case still <= 0:
			return nil
		}
		poke, stop := w.clock.After(min(left, still, maxNap))
		select {
		case <-ctx.Done():
			stop()
			return givenUp(ctx)
		case <-poke:
		}
		stop()
	}
}
