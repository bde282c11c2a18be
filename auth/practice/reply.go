package practice

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// reply is an answer before it leaves, so that a fault can still spoil it.
type reply struct {
	status  int
	header  http.Header
	body    []byte
	outcome string // for the ledger: outcomeIssued or the error code
}

// outcomeIssued is the ledger's word for tokens given.
const outcomeIssued = "issued"

// refusal is a request that was turned down, before a dialect words it.
type refusal struct {
	status    int
	code      string // RFC 6749 §5.2, or the provider's own
	text      string
	challenge string // the WWW-Authenticate header, where there is one
}

// Error makes a refusal an error inside the package.
func (r refusal) Error() string { return r.code + ": " + r.text }

func jsonReply(status int, v any) reply {
	body, err := json.Marshal(v)
	if err != nil {
		return reply{status: http.StatusInternalServerError, header: http.Header{}, outcome: "server_error"}
	}
	return reply{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

// tokens is a token answer that must not be cached (RFC 6749 §5.1).
func tokens(v any) reply {
	r := jsonReply(http.StatusOK, v)
	r.outcome = outcomeIssued
	r.forbidCaching()
	return r
}

func (r reply) forbidCaching() {
	r.header.Set("Cache-Control", "no-store")
	r.header.Set("Pragma", "no-cache")
}

// rfcError words a refusal as RFC 6749 §5.2 does.
func rfcError(f refusal) reply {
	r := jsonReply(f.status, struct {
		Error       string `json:"error"`
		Description string `json:"error_description,omitempty"`
	}{f.code, f.text})
	r.outcome = f.code
	r.forbidCaching()
	if f.challenge != "" {
		r.header.Set("WWW-Authenticate", f.challenge)
	}
	return r
}

// arrayError words a refusal as Adaptix does: status and body are all that is left of it.
func arrayError(f refusal) reply {
	type entry struct {
		Message string `json:"message"`
		Code    int    `json:"code"`
		Type    string `json:"type"`
	}
	r := jsonReply(f.status, struct {
		Errors []entry `json:"errors"`
	}{[]entry{{f.text, f.status, f.code}}})
	r.outcome = f.code
	return r
}

func (r reply) writeTo(w http.ResponseWriter) {
	for name, values := range r.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(r.body)))
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body) // the client may have gone; there is nobody to tell
}
