package practice

import (
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// asking is what a person is asked at an address: read before they see it, and
// settled by their answer.
type asking struct {
	glance func(base string, q url.Values) (ask, *away)
	decide func(w http.ResponseWriter, r *http.Request, q url.Values, visitor session)
}

// authorize is the authorization endpoint (RFC 6749 §3.1).
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	s.person(w, r, asking{s.dialect.glance, s.decide})
}

// person asks somebody: a GET shows the sign-in or the consent page, and their
// forms are posted to the very same address, so that nothing about an ask is kept
// here between the two.
func (s *Server) person(w http.ResponseWriter, r *http.Request, what asking) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		s.turnAway(w, &away{page: trouble{
			Status: http.StatusBadRequest, Title: "This address is damaged", Words: "Go back to the app and start again.",
		}})
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		s.show(w, r, q, what)
	case http.MethodPost:
		s.hear(w, r, q, what)
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		http.Error(w, "GET or POST", http.StatusMethodNotAllowed)
	}
}

// show asks a person: who they are, or whether they allow it.
func (s *Server) show(w http.ResponseWriter, r *http.Request, q url.Values, what asking) {
	a, no := what.glance(s.base(r), q)
	if no != nil {
		s.turnAway(w, no)
		return
	}
	visitor, known := s.sessions.of(r)
	if !known {
		visitor = s.sessions.begin(w, session{}, "")
	}
	if visitor.user == "" || a.again {
		s.render(w, pageSignIn, http.StatusOK, signInView{
			Face: s.dialect.face(), CSRF: visitor.csrf, Client: a.client.shownName(), User: a.hint,
		})
		return
	}
	s.render(w, pageConsent, http.StatusOK, consentView{
		Face: s.dialect.face(), CSRF: visitor.csrf, Client: a.client.shownName(),
		User: visitor.user, Scopes: scopeWords(a.scope, s.dialect.face().Name), Back: formTarget(a.redirect),
		Code: a.userCode,
	})
}

// maxForm bounds what a page of ours can send back.
const maxForm = 64 << 10

// hear takes what a person answered.
func (s *Server) hear(w http.ResponseWriter, r *http.Request, q url.Values, what asking) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	visitor, known := s.sessions.of(r)
	if r.ParseForm() != nil || !known || !visitor.owns(r.PostForm.Get("csrf")) {
		s.turnAway(w, &away{page: trouble{
			Status: http.StatusForbidden, Title: "This page has grown old",
			Words: "Nothing was allowed and nothing was changed.", Again: r.URL.RequestURI(),
		}})
		return
	}
	switch r.PostForm.Get("do") {
	case "sign-in":
		s.signIn(w, r, q, visitor, what)
	case "switch":
		s.sessions.begin(w, visitor, "")
		http.Redirect(w, r, r.URL.RequestURI(), http.StatusSeeOther)
	case "allow", "deny":
		what.decide(w, r, q, visitor)
	default:
		s.turnAway(w, &away{page: trouble{
			Status: http.StatusBadRequest, Title: "That wasn’t an answer", Words: "Choose one of the buttons.", Again: r.URL.RequestURI(),
		}})
	}
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request, q url.Values, visitor session, what asking) {
	user := cleanName(r.PostForm.Get("login"))
	if user == "" {
		a, no := what.glance(s.base(r), q)
		if no != nil {
			s.turnAway(w, no)
			return
		}
		s.render(w, pageSignIn, http.StatusBadRequest, signInView{
			Face: s.dialect.face(), CSRF: visitor.csrf, Client: a.client.shownName(),
			Complaint: "Type a name or an e-mail address. Any will do.",
		})
		return
	}
	s.sessions.begin(w, visitor, user) // a new session ID, so that nobody can plant one beforehand
	q.Del("prompt")                    // it has been obeyed
	again := *r.URL
	again.RawQuery = q.Encode()
	http.Redirect(w, r, again.RequestURI(), http.StatusSeeOther)
}

func (s *Server) decide(w http.ResponseWriter, r *http.Request, q url.Values, visitor session) {
	base := s.base(r)
	a, no := s.dialect.settle(base, q)
	switch {
	case no != nil:
		s.turnAway(w, no)
	case visitor.user == "":
		http.Redirect(w, r, r.URL.RequestURI(), http.StatusSeeOther)
	case r.PostForm.Get("do") == "deny":
		sendTo(w, s.dialect.denied(base, a))
	default:
		code := s.dialect.newCode()
		s.book.issueCode(code, permission{
			client: a.client.ID, user: visitor.user, scope: a.scope, redirect: a.redirect,
			nonce: a.nonce, challenge: a.challenge, signedIn: visitor.signedIn.Truncate(time.Second),
		})
		sendTo(w, s.dialect.allowed(base, a, code))
	}
}

// sendTo is a redirect to an address that was checked, taken as it is.
func sendTo(w http.ResponseWriter, location string) {
	w.Header().Set("Location", location)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(http.StatusFound)
}

func (s *Server) turnAway(w http.ResponseWriter, no *away) {
	switch {
	case no.location != "":
		sendTo(w, no.location)
	case no.answer != nil:
		no.answer.writeTo(w)
	case no.enter != nil:
		s.render(w, pageCode, no.enter.status(), no.enter)
	default:
		s.render(w, pageTrouble, no.page.Status, troubleView{Face: s.dialect.face(), Trouble: no.page})
	}
}

// maxName is how long a name may be, in characters; longer ones are cut.
const maxName = 80

// cleanName makes one printable line of what a person typed.
func cleanName(typed string) string {
	var clean []rune
	for _, r := range strings.TrimSpace(typed) {
		if unicode.IsPrint(r) && len(clean) < maxName {
			clean = append(clean, r)
		}
	}
	return strings.TrimSpace(string(clean))
}
