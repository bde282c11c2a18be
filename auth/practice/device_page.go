package practice

import (
	"net/http"
	"net/url"
	"time"
)

// deviceAuthorization is the device authorization endpoint (RFC 8628 §3.1).
func (d standard) deviceAuthorization(c call) reply {
	client, err := d.authenticate(c)
	if err != nil {
		return rfcError(asRefusal(err, d.refusals()))
	}
	scope := grantable(c.form.Get("scope"))
	if scope == nil {
		return rfcError(bad("invalid_scope", "none of the scopes is known"))
	}
	device := randomText(32)
	code := d.book.issueDevice(device, client.ID, scope)
	r := jsonReply(http.StatusOK, struct {
		Device   string `json:"device_code"`
		User     string `json:"user_code"`
		Address  string `json:"verification_uri"`
		Complete string `json:"verification_uri_complete"`
		Expires  int    `json:"expires_in"`
		Interval int    `json:"interval"`
	}{
		device, code, c.base + "/device", c.base + "/device?" + url.Values{"user_code": {code}}.Encode(),
		int(deviceLife / time.Second), int(pollInterval / time.Second),
	})
	r.forbidCaching()
	return r
}

// device is where a person enters the code that a device shows (RFC 8628 §3.3).
// The code may stand in the address already; the person compares it then.
func (d standard) device(w http.ResponseWriter, r *http.Request) {
	d.person(w, r, asking{d.glanceAtDevice, d.decideOnDevice})
}

func (d standard) glanceAtDevice(_ string, q url.Values) (ask, *away) {
	typed := q.Get("user_code")
	if typed == "" {
		return ask{}, &away{enter: &codeView{Face: d.face()}}
	}
	code := writtenUserCode(typed)
	p, waits := d.book.waiting(code)
	client, known := d.client(p.client)
	if !waits || !known {
		return ask{}, d.noDevice(typed)
	}
	return ask{client: client, scope: p.scope, userCode: code}, nil
}

// noDevice asks for another code.
func (d standard) noDevice(typed string) *away {
	return &away{enter: &codeView{
		Face: d.face(), Code: cleanName(typed),
		Complaint: "No device waits with this code. It may have run out, or it was used.",
	}}
}

func (d standard) decideOnDevice(w http.ResponseWriter, r *http.Request, q url.Values, visitor session) {
	a, no := d.glanceAtDevice("", q)
	v, then := allowed, "/device/allowed"
	if r.PostForm.Get("do") == "deny" {
		v, then = denied, "/device/denied"
	}
	switch {
	case no != nil:
		d.turnAway(w, no)
	case visitor.user == "":
		http.Redirect(w, r, r.URL.RequestURI(), http.StatusSeeOther)
	case !d.book.decideDevice(a.userCode, v, visitor.user, visitor.signedIn.Truncate(time.Second)):
		d.turnAway(w, d.noDevice(a.userCode)) // another page was quicker
	default:
		http.Redirect(w, r, then, http.StatusSeeOther)
	}
}

// deviceDone is the last page.
func (d standard) deviceDone(title, words string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		d.render(w, pageDone, http.StatusOK, doneView{d.face(), title, words})
	}
}
