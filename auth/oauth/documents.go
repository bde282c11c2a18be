package oauth

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// document is what a GET brought.
type document struct {
	status int
	header http.Header
	body   []byte
}

// get fetches a document; bearer is the access token for it, or zero.
func (w *Wire) get(ctx context.Context, address string, bearer auth.Secret) (document, error) {
	if err := auth.CheckAddress(address); err != nil {
		return document{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, w.limits.document)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return document{}, errors.New("the address can't be used")
	}
	request.Header.Set("Accept", "application/json")
	if !bearer.IsZero() {
		request.Header.Set("Authorization", "Bearer "+bearer.Reveal())
	}
	answer, err := w.documents.Do(request)
	if err != nil {
		return document{}, err
	}
	defer answer.Body.Close()
	body, whole := readCapped(answer.Body)
	if !whole {
		return document{}, io.ErrUnexpectedEOF
	}
	return document{answer.StatusCode, answer.Header, body}, nil
}

// capped bounds every answer, because go-oidc reads without a limit, and says who asks.
type capped struct {
	next      http.RoundTripper
	userAgent string
}

func (c capped) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", c.userAgent)
	answer, err := c.next.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, maxBody+1), answer.Body}
	}
	return answer, err
}

// sparing asks for the same document at most once a minute and otherwise repeats
// the last good one: ID tokens with unknown key IDs must not make us hammer a
// provider for its keys.
type sparing struct {
	next  http.RoundTripper
	clock auth.Clock

	mu   sync.Mutex
	last map[string]fetched // by address
}

type fetched struct {
	at   time.Duration // Mono
	body []byte
}

// keysKeep is how long keys are taken as they were.
const keysKeep = time.Minute

func (s *sparing) RoundTrip(r *http.Request) (*http.Response, error) {
	address := r.URL.String()
	s.mu.Lock()
	before, known := s.last[address]
	s.mu.Unlock()
	if known && s.clock.Mono()-before.at < keysKeep {
		return repeated(r, before.body), nil
	}
	answer, err := s.next.RoundTrip(r)
	if err != nil || answer.StatusCode != http.StatusOK {
		return answer, err
	}
	defer answer.Body.Close()
	body, whole := readCapped(answer.Body)
	if !whole {
		return nil, io.ErrUnexpectedEOF
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil {
		s.last = map[string]fetched{}
	}
	s.last[address] = fetched{s.clock.Mono(), body}
	return repeated(r, body), nil
}

func repeated(r *http.Request, body []byte) *http.Response {
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json"}},
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)), Request: r,
	}
}
