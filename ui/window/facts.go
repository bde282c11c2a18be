package window

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// factsView is what is known of an account, a line each; what is unknown has none.
type factsView struct {
	refreshed, until, scopes, provider, client, redirect *fact
	whole                                                *fyne.Container
}

func newFactsView(k keys, copyText func(string)) *factsView {
	v := &factsView{
		refreshed: newFact("Last refreshed", regular),
		until:     newFact("Sign-in lasts until", regular), scopes: newFact("Scopes", regular),
		provider: newFact("Provider", regular), client: newFact("Client", regular),
		redirect: newFact("Redirect address", mono),
	}
	v.redirect.offer(newButton("Copy", linkRank, k, func() { copyText(v.redirect.value.text) }))
	v.whole = container.New(column{9}, v.refreshed.whole, v.until.whole, v.scopes.whole, v.provider.whole, v.client.whole, v.redirect.whole)
	return v
}

func (v *factsView) show(a auth.Status, d auth.Details, now time.Time) {
	refreshed, until := "", ends(a, now)
	if needsPerson(a, now) {
		refreshed, until = day(a.IssuedAt, now), ""
	}
	v.refreshed.show(refreshed)
	v.until.show(until)
	v.scopes.show(words.Plain(strings.Join(a.Scopes, "  ·  ")))
	provider := words.Plain(a.ProviderName)
	if d.Settings["address"] != "" {
		provider += "  ·  " + words.Plain(d.Settings["address"])
	}
	v.provider.show(provider)
	client := words.Plain(d.ClientName)
	if client == "" {
		client = words.Plain(d.ClientID)
	}
	v.client.show(client)
	v.redirect.show(words.Plain(d.RedirectAddress))
	v.whole.Refresh()
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
