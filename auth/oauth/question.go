package oauth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// question is one request to an endpoint that authenticates the client.
type question struct {
	doing   string // for errors: what we were doing
	address string
	fields  map[string]string // without client authentication
	hidden  secrets           // what must not come back in words, beside the fields
}

// heard is what came of a question.
type heard struct {
	status int // 0: no answer came
	header http.Header
	body   []byte
	whole  bool // the body didn't break off
	asked  time.Time
	sent   bool  // a part of the request may have arrived
	cause  error // why no answer came
	hidden secrets
}

func (h heard) succeeded() bool { return h.status >= 200 && h.status < 300 }

// The parameters that an extra one never replaces, because they are ours.
var reservedFields = []string{
	"grant_type", "code", "code_verifier", "device_code", "client_id", "client_secret", "refresh_token", "token", "token_type_hint",
}

// extras are a provider's extra parameters without those that are ours.
func extras(given map[string]string) map[string]string {
	fields := make(map[string]string, len(given)+6)
	for name, value := range given {
		if !slices.Contains(reservedFields, name) {
			fields[name] = value
		}
	}
	return fields
}

// post sends q exactly once. The error is a *auth.Failure about q itself; whatever
// became of the request is in what was heard.
func (w *Wire) post(ctx context.Context, rules auth.ClientRules, c auth.Client, q question) (heard, error) {
	request, hidden, err := w.request(rules, c, q)
	if err != nil {
		return heard{}, &auth.Failure{
			Outcome: auth.OutcomeMisconfigured, Kind: auth.KindMisconfigured,
			Detail: q.doing + ": " + err.Error(), Cause: err,
		}
	}
	ctx, cancel := context.WithTimeout(ctx, w.limits.request)
	defer cancel()
	var connected atomic.Bool
	// From the moment a connection is ours, bytes may leave. Asking later (when the
	// headers are written) would miss those that a full buffer pushed out before.
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	h := heard{asked: w.clock.Wall(), hidden: hidden}
	answer, err := w.client.Do(request.WithContext(httptrace.WithClientTrace(ctx, trace)))
	h.sent = connected.Load()
	if err != nil {
		var proxy proxyRefusal
		if errors.As(err, &proxy) {
			h.status = int(proxy)
		}
		h.cause = err
		return h, nil
	}
	defer answer.Body.Close()
	h.status, h.header = answer.StatusCode, answer.Header
	h.body, h.whole = readCapped(answer.Body)
	return h, nil
}

// request builds the one POST of q, with one way of client authentication (RFC 6749 §2.3).
func (w *Wire) request(rules auth.ClientRules, c auth.Client, q question) (*http.Request, secrets, error) {
	if q.address == "" {
		return nil, nil, errors.New("the provider has no such endpoint")
	}
	if err := auth.CheckAddress(q.address); err != nil {
		return nil, nil, err
	}
	hidden := append(secrets{}, q.hidden...)
	for _, name := range []string{"code", "code_verifier", "device_code", "refresh_token", "token"} {
		hidden = hidden.and(q.fields[name])
	}
	hidden = hidden.and(c.Secret.Reveal())
	var basic string
	switch {
	case !slices.Contains([]auth.ClientAuthentication{auth.AuthenticateBasic, auth.AuthenticateBody, auth.AuthenticateNone}, rules.Authentication):
		return nil, nil, errors.New("the provider's client authentication is not set")
	case rules.Authentication == auth.AuthenticateBasic && !c.Secret.IsZero():
		basic = base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(c.Identifier) + ":" + url.QueryEscape(c.Secret.Reveal())))
		hidden = hidden.and(basic)
	case rules.Authentication == auth.AuthenticateBody && !c.Secret.IsZero():
		q.fields["client_secret"] = c.Secret.Reveal()
		fallthrough
	default: // a public client names itself and proves nothing
		q.fields["client_id"] = c.Identifier
	}
	body, kind, err := encode(rules.Body, q.fields)
	if err != nil {
		return nil, nil, err
	}
	// A body of a plain io.Reader has no GetBody, so that net/http can't send it again.
	request, err := http.NewRequest(http.MethodPost, q.address, io.NopCloser(strings.NewReader(body)))
	if err != nil {
		return nil, nil, errors.New("the endpoint's address can't be used")
	}
	request.ContentLength = int64(len(body))
	request.Header.Set("Content-Type", kind)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", w.userAgent)
	if basic != "" {
		request.Header.Set("Authorization", "Basic "+basic)
	}
	return request, hidden, nil
}

// encode writes fields as the provider wants to read them.
func encode(format auth.BodyFormat, fields map[string]string) (body, kind string, err error) {
	if format == auth.BodyJSON {
		text, err := json.Marshal(fields)
		return string(text), "application/json", err
	}
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, value)
	}
	return form.Encode(), "application/x-www-form-urlencoded", nil
}

// tokens asks q and reads the answer.
func (w *Wire) tokens(ctx context.Context, p auth.Provider, c auth.Client, q question) (auth.Answer, error) {
	h, err := w.post(ctx, p.Client, c, q)
	if err != nil {
		return auth.Answer{}, err
	}
	if h.succeeded() {
		if answer, ok := readAnswer(h, p.Scopes.Separator); ok {
			return answer, nil
		}
	}
	return auth.Answer{}, w.refusal(p.Errors, q, h)
}

// refusal is what became of q where it brought nothing.
func (w *Wire) refusal(rules auth.ErrorRules, q question, h heard) *auth.Failure {
	reply := auth.Reply{Status: h.status, Sent: h.sent, Untrusted: untrusted(h.cause)}
	if h.status != 0 {
		reply.HTML = isPage(h.header.Get("Content-Type"), h.body)
		reply.RetryAfter = retryAfter(h.status, h.header, w.clock.Wall())
		reply.Said = readSaid(h)
	}
	f := &auth.Failure{
		Outcome: auth.Judge(rules, reply), Said: reply.Said, RetryAfter: reply.RetryAfter,
		Detail: q.doing + " at " + hostOf(q.address),
	}
	if h.cause != nil {
		f.Cause = plainCause(h.cause)
		f.Detail += ": " + f.Cause.Error()
		f.Kind = kindOf(f.Cause)
	}
	return f
}

// kindOf is KindUsage where a person's own network settings are at fault, and else
// "": the outcome says it.
func kindOf(cause error) auth.Kind {
	var network *badNetwork
	if errors.As(cause, &network) {
		return auth.KindUsage
	}
	return ""
}
