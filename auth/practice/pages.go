package practice

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strings"
)

//go:embed pages
var pageFiles embed.FS

// page is one of the templates.
type page string

const (
	pageSignIn  page = "sign-in.html"
	pageConsent page = "consent.html"
	pageTrouble page = "trouble.html"
	pageHome    page = "home.html"
	pageCode    page = "code.html"
	pageDone    page = "done.html"
)

// signInView asks who somebody is.
type signInView struct {
	Face      face
	CSRF      string
	Client    string
	User      string
	Complaint string
}

// consentView asks whether somebody allows it.
type consentView struct {
	Face   face
	CSRF   string
	Client string
	User   string
	Scopes []string // in words
	Back   string   // where the form's answer leads, for the policy
	Code   string   // that a device shows; "" where none waits
}

// codeView asks for the code that a device shows.
type codeView struct {
	Face      face
	Code      string // as it was typed
	Complaint string
}

// status is that of the page: a code that doesn't fit is a bad request.
func (v codeView) status() int {
	if v.Complaint != "" {
		return http.StatusBadRequest
	}
	return http.StatusOK
}

// doneView sends the person back to a device.
type doneView struct {
	Face         face
	Title, Words string
}

// troubleView says what is wrong.
type troubleView struct {
	Face    face
	Trouble trouble
}

// homeView stands at "/".
type homeView struct{ Face face }

func (v consentView) formAction() string { return v.Back }

// mountPages adds what every dialect's pages need.
func (s *Server) mountPages(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		s.render(w, pageHome, http.StatusOK, homeView{s.dialect.face()})
	})
	mux.HandleFunc("GET /practice/style.css", static("pages/style.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /practice/icon.svg", static("pages/icon.svg", "image/svg+xml"))
	mux.HandleFunc("GET /favicon.ico", static("pages/icon.svg", "image/svg+xml"))
}

func static(file, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		text, err := pageFiles.ReadFile(file)
		if err != nil {
			http.Error(w, "missing", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "max-age=3600")
		_, _ = w.Write(text) // the browser may have gone
	}
}

func parsePages() (*template.Template, error) {
	return template.ParseFS(pageFiles, "pages/*.html")
}

// render shows a page without script, frames or anything from elsewhere.
func (s *Server) render(w http.ResponseWriter, p page, status int, view any) {
	var text bytes.Buffer
	if err := s.pages.ExecuteTemplate(&text, string(p), view); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("X-Frame-Options", "DENY")
	head.Set("Content-Security-Policy", contentPolicy(view))
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // the browser may have gone
}

// contentPolicy allows our own style sheet and icon. Browsers hold form-action
// against the redirect that answers a form too, so the consent page names where
// its answer leads.
func contentPolicy(view any) string {
	target := ""
	if v, ok := view.(interface{ formAction() string }); ok && v.formAction() != "" {
		target = " " + v.formAction()
	}
	return "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'" + target +
		"; frame-ancestors 'none'; base-uri 'none'"
}

// scopeWords says in words what is asked for at provider.
func scopeWords(scope *string, provider string) []string {
	known := map[string]string{
		"openid":         "Know that it’s you",
		"profile":        "See your name",
		"email":          "See your e-mail address",
		"address":        "See your postal address",
		"phone":          "See your telephone number",
		"offline_access": "Stay signed in, until you or the provider ends it",
	}
	var said []string
	for _, w := range words(scope) {
		if known[w] == "" {
			known[w] = "Use “" + w + "”"
		}
		said = append(said, known[w])
	}
	if len(said) == 0 {
		name := strings.TrimPrefix(provider, "Practice ")
		return []string{"Use " + name + " in your name: all that you may do there", known["offline_access"]}
	}
	return said
}
