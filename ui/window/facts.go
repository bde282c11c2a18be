package window

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// factsView is what is known of an account, a line each; what is unknown has none.
type factsView struct {
	refreshed, until, granted, refused               *fact
	who, tenant, subject, provider, client, redirect *fact
	token, account                                   *fyne.Container // about the token, and what stands behind it
}

func newFactsView(k keys, copyText func(string)) *factsView {
	v := &factsView{
		refreshed: newFact("Last refreshed", regular), until: newFact("Sign-in lasts until", regular),
		granted: newFact("Scopes", regular), refused: newFact("Not granted", regular),
		who: newFact("Signed in as", regular), tenant: newFact("Organisation", regular), subject: newFact("Their number", mono),
		provider: newFact("Provider", regular), client: newFact("Client", regular), redirect: newFact("Redirect address", mono),
	}
	v.refused.value.ink = soon
	v.redirect.offer(newButton("Copy", linkRank, k, func() { copyText(v.redirect.value.text) }))
	v.token, v.account = factRows(v.refreshed, v.until, v.granted, v.refused), factRows(v.who, v.tenant, v.subject, v.provider, v.client, v.redirect)
	return v
}

func (v *factsView) show(a auth.Status, d auth.Details, now time.Time) {
	refreshed, until := "", ends(a, now)
	if needsPerson(a, now) {
		refreshed, until = day(a.IssuedAt, now), ""
	}
	v.refreshed.show(refreshed)
	v.until.show(until)
	granted, refused := scopes(a, d)
	v.granted.show(granted)
	v.refused.show(refused)
	who := joined(a.Identity.Name, a.Identity.Email)
	if a.Identity.Name == "" {
		who = "" // it stands in the head
	}
	v.who.show(who)
	v.tenant.show(words.Plain(a.Identity.Tenant))
	v.subject.show(words.Plain(a.Identity.Subject))
	v.provider.show(joined(a.ProviderName, d.Settings["address"]))
	v.client.show(joined(firstOf([]string{d.ClientName, d.ClientID})))
	v.redirect.show(words.Plain(d.RedirectAddress))
	v.token.Refresh()
	v.account.Refresh()
}

func factRows(facts ...*fact) *fyne.Container {
	rows := container.New(column{9})
	for _, f := range facts {
		rows.Add(f.whole)
	}
	return rows
}

// joined are the texts that aren't empty, made safe to show.
func joined(texts ...string) string {
	var all []string
	for _, t := range texts {
		if t != "" {
			all = append(all, words.Plain(t))
		}
	}
	return strings.Join(all, "  ·  ")
}

// scopes are what was granted, and what was asked for and not granted, with a word
// that says so. Where the provider doesn't say what it granted there is no second.
func scopes(a auth.Status, d auth.Details) (granted, refused string) {
	var missing []string
	for _, asked := range d.AskedScopes {
		if len(a.Scopes) > 0 && !slices.Contains(a.Scopes, asked) {
			missing = append(missing, asked)
		}
	}
	if refused = joined(missing...); refused != "" {
		refused += " (asked for)"
	}
	return joined(a.Scopes...), refused
}

// fact is a label and its value.
type fact struct {
	value *line
	whole *fyne.Container
}

// labelWidth is the width of the longest label.
const labelWidth = 126

func newFact(label string, style fyne.TextStyle) *fact {
	f := &fact{value: newFlexible(face{size: sizeText, style: style, ink: ink})}
	if style == mono {
		f.value.size = sizeSmall
	}
	name := container.New(fixed{width: labelWidth}, newLine(label, face{size: sizeText, ink: muted}))
	f.whole = container.New(factLayout{}, name, f.value)
	f.whole.Hide()
	return f
}

// offer puts a choice behind the value.
func (f *fact) offer(b *button) { f.whole.Add(b) }

func (f *fact) show(value string) {
	f.value.say(value)
	visible(f.whole, value != "")
	f.whole.Refresh()
}

// factLayout is label, value, and right behind the value what is offered with it.
type factLayout struct{}

// Layout places the objects.
func (factLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	room := size.Width - labelWidth
	for _, o := range objects[2:] {
		room -= o.MinSize().Width + 14
	}
	value := objects[1].(*line)
	width := min(room, value.natural().Width+1)
	x := float32(0)
	for i, w := range []float32{labelWidth, width} {
		h := objects[i].MinSize().Height
		objects[i].Move(fyne.NewPos(x, (size.Height-h)/2))
		objects[i].Resize(fyne.NewSize(w, h))
		x += w
	}
	for _, o := range objects[2:] {
		least := o.MinSize()
		o.Move(fyne.NewPos(x+14, (size.Height-least.Height)/2))
		o.Resize(least)
		x += least.Width + 14
	}
}

// MinSize is one line.
func (factLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(labelWidth+cuttable, max(objects[0].MinSize().Height, objects[1].MinSize().Height))
}
