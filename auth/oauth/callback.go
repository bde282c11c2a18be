package oauth

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/tokentray/tokentray/auth"
)

// maxQuery bounds a callback: codes of a few KiB exist, nothing beyond 16.
const maxQuery = 16 << 10

// callback is what stands in a callback's query (RFC 6749 §4.1.2).
type callback struct {
	state, once         auth.Secret
	code                auth.Secret
	issuer              string
	failed, description string
	hasIssuer           bool
}

var errQuery = errors.New("a query that no provider sends")

// readCallback reads a query and refuses one in which a parameter stands twice:
// nobody could say which of the two was meant.
func readCallback(query string) (callback, error) {
	if len(query) > maxQuery {
		return callback{}, errQuery
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return callback{}, errQuery
	}
	for _, name := range []string{"state", onceName, "code", "iss", "error", "error_description", "error_uri"} {
		if len(values[name]) > 1 {
			return callback{}, errQuery
		}
	}
	return callback{
		state: auth.NewSecret(values.Get("state")), once: auth.NewSecret(values.Get(onceName)),
		code: auth.NewSecret(values.Get("code")), issuer: values.Get("iss"), hasIssuer: values.Has("iss"),
		failed: values.Get("error"), description: values.Get("error_description"),
	}, nil
}

// owns reports whether c belongs to a: the state came back as it was sent. Where
// a one-time value was sent too, one of the two is enough, and each that came has to fit.
func (a *attempt) owns(c callback) bool {
	stateFits := a.state.Equal(c.state)
	if a.once.IsZero() {
		return stateFits
	}
	onceFits := a.once.Equal(c.once)
	return (stateFits || c.state.IsZero()) && (onceFits || c.once.IsZero()) && (stateFits || onceFits)
}

// judge says how a ends with c, which it owns. ok is false where c says nothing
// that an attempt could end with.
func (a *attempt) judge(c callback) (e ending, p page, ok bool) {
	if c.code.IsZero() == (c.failed == "") {
		return ending{}, page{}, false
	}
	if detail := a.wrongIssuer(c); detail != "" {
		return ending{failure: &auth.Failure{Kind: auth.KindInvalidAnswer, Detail: detail}}, stoppedPage(), true
	}
	if c.failed != "" {
		f := a.refused(c)
		if f.Kind == auth.KindDenied {
			return ending{failure: f}, deniedPage(a.ask), true
		}
		return ending{failure: f}, failedPage(a.ask), true
	}
	return ending{code: c.code, issuer: c.issuer}, acceptedPage(a.ask), true
}

// wrongIssuer says what is wrong with the iss of c (RFC 9207 §2.4), or "".
func (a *attempt) wrongIssuer(c callback) string {
	p := a.ask.Provider
	switch {
	case c.hasIssuer && p.Issuer != "" && c.issuer != p.Issuer:
		return "the callback came from another issuer than the one asked"
	case !c.hasIssuer && p.CallbackNamesIssuer:
		return "the callback doesn't name its issuer, though the provider promises it"
	}
	return ""
}

// refused is the failure that an error in a callback stands for (RFC 6749 §4.1.2.1).
func (a *attempt) refused(c callback) *auth.Failure {
	hidden := a.hidden()
	said := auth.Said{
		Code: hidden.say(c.failed, maxCode), Description: hidden.say(c.description, maxDescription),
	}
	f := &auth.Failure{Said: said, Detail: "sign in", Kind: auth.KindDenied}
	switch said.Code {
	case "access_denied":
		return f
	case "unsupported_response_type":
		f.Outcome, f.Kind = auth.OutcomeMisconfigured, auth.KindMisconfigured
		return f
	}
	// The codes mean what they mean at the token endpoint, where they come with 400.
	f.Outcome = auth.Judge(a.ask.Provider.Errors, auth.Reply{Status: http.StatusBadRequest, Sent: true, Said: said})
	switch f.Outcome {
	case auth.OutcomeNeedsSignIn:
		f.Kind = auth.KindSignInNeeded
	case auth.OutcomeMisconfigured:
		f.Kind = auth.KindMisconfigured
	case auth.OutcomeThrottled:
		f.Kind = auth.KindThrottled
	case auth.OutcomeTransient:
		f.Kind = auth.KindUnreachable
	case auth.OutcomeAmbiguous, auth.OutcomeIntercepted, auth.OutcomeUnknown:
	}
	return f
}
