package window

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// clientView changes the client's details of an account, for every account that
// shares it.
type clientView struct {
	account  auth.Details
	problem  *problemView
	heading  *prose
	client   *field
	secret   *field
	redirect *field
	save     *button
	whole    *fyne.Container
}

func newClientView(k keys, onSave func(auth.AccountID, auth.Change), back func()) *clientView {
	v := &clientView{problem: newProblemView(), heading: newProse("Change client details", headingFace())}
	v.client = newField(k, "Client ID", "", required("The client ID is missing."))
	v.secret = newSecretField(k, "Client secret", "Leave it empty to keep the one in the vault.", nil)
	v.redirect = newField(k, "Redirect address", "It has to be registered at the provider exactly like this.", func(s string) error {
		if strings.TrimSpace(s) == "" {
			return nil
		}
		return auth.CheckAddress(strings.TrimSpace(s))
	})
	submit := func() {
		fits := v.client.judge()
		if fits = v.redirect.judge() && fits; fits {
			onSave(v.account.ID, v.change())
		}
		v.whole.Refresh()
	}
	v.save = newButton("Save and try again", primaryRank, k, submit)
	for _, f := range []*field{v.client, v.secret, v.redirect} {
		f.entry.OnSubmitted = func(string) { submit() }
	}
	form := container.New(column{14}, container.New(column{3}, v.heading,
		newProse("Every account that shares this client gets the new details; nobody has to sign in again.",
			face{size: sizeText, ink: muted})),
		v.problem.whole, v.client.whole, v.secret.whole, v.redirect.whole,
		container.New(beside{gap: 8, stretch: -1}, v.save, newButton("Back", plainRank, k, back)))
	v.whole = container.NewStack(newPanel(ground, none, 0), newPage(32, 24, container.New(atMost{formWidth}, form)))
	return v
}

func (v *clientView) object() fyne.CanvasObject { return v.whole }
func (v *clientView) first() fyne.Focusable     { return v.client.entry }

// show fills in what is known of the client; its secret never is.
func (v *clientView) show(d auth.Details) {
	v.account = d
	v.heading.say("Change the client of " + words.Plain(d.Name))
	v.client.fill(d.ClientID)
	v.redirect.fill(d.RedirectAddress)
	v.secret.fill("")
	v.problem.say(nil)
	v.whole.Refresh()
}

// failed shows why it was not saved above what was typed, which stays.
func (v *clientView) failed(e *auth.Error) {
	v.problem.say(e)
	v.whole.Refresh()
}

// change is what differs from what is known.
func (v *clientView) change() auth.Change {
	var c auth.Change
	if id := strings.TrimSpace(v.client.text()); id != v.account.ClientID {
		c.ClientIdentifier = &id
	}
	if s := strings.TrimSpace(v.secret.text()); s != "" {
		secret := auth.NewSecret(s)
		c.ClientSecret = &secret
	}
	if a := strings.TrimSpace(v.redirect.text()); a != v.account.RedirectAddress {
		c.RedirectAddress = &a
	}
	return c
}

// atMost keeps a form from growing wider than can be read.
type atMost struct{ width float32 }

// Layout places the objects.
func (l atMost) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(fyne.NewSize(min(l.width, size.Width), size.Height))
	}
}

// MinSize is that of the narrowest shape.
func (l atMost) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(280, 100) }

func (l atMost) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	h := float32(0)
	for _, o := range objects {
		h = max(h, heightOf(o, min(l.width, width)))
	}
	return h
}

// editClient turns to the form for the chosen account's client.
func (w *Window) editClient() {
	id, desk := w.chosen, w.parts.Desk
	w.errands.run(func(ctx context.Context) func() {
		d, err := desk.Show(ctx, id)
		return func() {
			if err != nil {
				w.home.account.complain(problem(err))
				return
			}
			w.client.show(d)
			w.turnTo(w.client)
		}
	})
}

// edit saves what the form says.
func (w *Window) edit(id auth.AccountID, change auth.Change) {
	desk := w.parts.Desk
	w.client.save.disable()
	w.errands.run(func(ctx context.Context) func() {
		err := problem(desk.Edit(ctx, id, change))
		return func() {
			w.client.save.enable()
			if err != nil {
				w.client.failed(err)
				return
			}
			w.client.secret.fill("")
			w.rest()
			w.pull()
		}
	})
}
