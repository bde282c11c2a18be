package oauth

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page and its style
	"encoding/base64"
	"html/template"
	"net/http"
	"sync"

	"github.com/tokentray/tokentray/auth"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

var (
	// Made when first needed: every command of the command line would wait for it.
	pageTemplate = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(pageText)) })
	// pagePolicy lets the page have its own style and nothing else.
	pagePolicy = sync.OnceValue(func() string {
		return "default-src 'none'; style-src 'sha256-" + hashOf(pageStyle) +
			"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	})
)

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// page is what a person sees at the end of the browser's part. It holds nothing
// that a provider or a request said.
type page struct {
	Mark  string // the colours of the sign: "done" or "attention"
	Sign  string // a word and a shape, because colour alone says nothing
	Title string
	Text  string
}

func acceptedPage(ask auth.SignIn) page {
	text := named(ask) + " sent its answer"
	if ask.Account != "" {
		text += " for " + ask.Account
	}
	return page{"done", "✓ Answer received", "You can go back to Tokentray; it finishes there", text + ". This tab can be closed."}
}

func deniedPage(ask auth.SignIn) page {
	return page{"attention", "✕ Refused", "Access was not given", named(ask) + " says that access was refused, so nothing was changed. " +
		"To try again, go back to Tokentray and start the sign-in there."}
}

func failedPage(ask auth.SignIn) page {
	return page{"attention", "! Not finished", named(ask) + " could not finish this sign-in", "Nothing was changed. Go back to Tokentray: " +
		"it shows what " + named(ask) + " said and what to do next."}
}

func stoppedPage() page {
	return page{"attention", "! Stopped", "This sign-in was stopped", "The answer did not come from the provider that was asked, so Tokentray " +
		"did not use it. Go back to Tokentray and start again. If it happens twice, tell your administrator."}
}

func usedPage() page {
	return page{"attention", "! Already over", "This sign-in is already over", "Loading it again changes nothing. Go back to Tokentray: " +
		"it has finished there, or it offers to start anew."}
}

func strangerPage() page {
	return page{"attention", "! Not expected", "This sign-in isn’t one Tokentray is waiting for", "It may come from an old tab or link. Close this tab, " +
		"go back to Tokentray and try again from there. A sign-in that is under way goes on waiting."}
}

func named(ask auth.SignIn) string {
	if ask.Provider.Name == "" {
		return "The provider"
	}
	return ask.Provider.Name
}

// answer is what a request at a door gets.
type answer struct {
	status   int
	location string // for a redirect to a page of our own
	page     page   // none where its title is empty
	standing *standing
}

// refuse is an answer that tells nothing but its status.
func refuse(status int) answer { return answer{status: status} }

// write sends a. Errors are the browser's business: the attempt is not concerned.
func (a answer) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", pagePolicy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	switch {
	case a.location != "":
		h.Set("Location", a.location)
		w.WriteHeader(a.status)
	case a.page.Title == "":
		if a.status == http.StatusMethodNotAllowed {
			h.Set("Allow", http.MethodGet)
		}
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(a.status)
		_, _ = w.Write([]byte(http.StatusText(a.status) + "\n")) // as above
	default:
		var body bytes.Buffer
		if err := pageTemplate().Execute(&body, a.page.view()); err != nil {
			panic(err) // the template and the page are ours
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(a.status)
		_, _ = w.Write(body.Bytes()) // as above
	}
}

// view is a page with the style that its policy allows.
func (p page) view() any {
	return struct {
		page
		Style template.CSS
	}{p, template.CSS(pageStyle)}
}
