package practicetest

import (
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// browser opens pages and submits their forms.
type browser struct {
	t      testing.TB
	client *http.Client
}

// view is where the browser is.
type view struct {
	address *url.URL
	body    string
	left    string // the address outside the provider that it was sent to; "" while it is inside
}

func (b browser) open(address string) view {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatalf("open the authorization address: %v", withoutAddress(err))
	}
	return b.do(request)
}

func (b browser) submit(to *url.URL, fields url.Values) view {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, to.String(), strings.NewReader(fields.Encode()))
	if err != nil {
		b.t.Fatalf("submit a form: %v", withoutAddress(err))
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(request)
}

// do follows redirects inside the provider.
func (b browser) do(request *http.Request) view {
	b.t.Helper()
	response, err := b.client.Do(request)
	if err != nil {
		b.t.Fatalf("visit the provider: %v", withoutAddress(err))
	}
	body, err := io.ReadAll(response.Body)
	if closeErr := response.Body.Close(); err != nil || closeErr != nil {
		b.t.Fatalf("read the provider's page: %v, %v", err, closeErr)
	}
	if next, err := response.Location(); err == nil {
		if next.Host != request.URL.Host {
			return view{left: response.Header.Get("Location")}
		}
		return b.open(next.String())
	}
	if response.StatusCode != http.StatusOK {
		b.t.Fatalf("the provider answered %s: %s", response.Status, title(string(body)))
	}
	return view{address: request.URL, body: string(body)}
}

// form is what a page's form holds.
type form struct {
	fields  map[string]string
	buttons map[string][2]string // name and value by ID
}

func (f form) has(field string) bool { _, ok := f.fields[field]; return ok }

// pressed is what a browser sends when the button with that ID is pressed.
func (f form) pressed(t testing.TB, id string) url.Values {
	t.Helper()
	button, ok := f.buttons[id]
	if !ok {
		t.Fatalf("the page has no button %q but %v", id, slices.Collect(maps.Keys(f.buttons)))
	}
	sent := url.Values{button[0]: {button[1]}}
	for name, value := range f.fields {
		sent.Set(name, value)
	}
	return sent
}

// parseForm reads the one form of a page. encoding/xml reads HTML as plain as ours.
func parseForm(t testing.TB, page string) form {
	t.Helper()
	f := form{fields: map[string]string{}, buttons: map[string][2]string{}}
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return f
		}
		if err != nil {
			t.Fatalf("read the page %q: %v", title(page), err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "input":
			f.fields[attribute(start, "name")] = attribute(start, "value")
		case "button":
			f.buttons[attribute(start, "id")] = [2]string{attribute(start, "name"), attribute(start, "value")}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
