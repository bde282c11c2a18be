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
	rows := container.New(column{6})
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
	value *prose
	whole *fyne.Container
}

// labelWidth is the width of the longest label.
const labelWidth = 126

func newFact(label string, style fyne.TextStyle) *fact {
	f := &fact{value: newProse("", face{size: sizeText, style: style, ink: ink})}
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

// factLayout is label, value, and right behind the value what is offered with it; a
// value that doesn't fit wraps, and what is offered stands below it then.
type factLayout struct{}

const factGap = 14

// Layout places the objects.
func (l factLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	value, first := objects[1].(*prose), objects[0].MinSize()
	row, room := max(first.Height, value.pitch()), size.Width-labelWidth
	behind := l.fits(objects, size.Width)
	if behind {
		row, room = size.Height, value.natural()+1
	}
	height := value.heightFor(room)
	objects[0].Move(fyne.NewPos(0, (row-first.Height)/2))
	objects[0].Resize(fyne.NewSize(labelWidth, first.Height))
	value.Move(fyne.NewPos(labelWidth, (row-value.pitch())/2))
	value.Resize(fyne.NewSize(room, height))
	x, below := float32(labelWidth), height+2
	if behind {
		x += room + factGap
	}
	for _, o := range objects[2:] {
		if !o.Visible() {
			continue
		}
		least, y := o.MinSize(), below
		if behind {
			y = (row - least.Height) / 2
		}
		o.Resize(least)
		o.Move(fyne.NewPos(x, y))
		x += least.Width + factGap
	}
}

// fits reports whether everything stands on one line.
func (factLayout) fits(objects []fyne.CanvasObject, width float32) bool {
	room := width - labelWidth
	for _, o := range objects[2:] {
		if o.Visible() {
			room -= o.MinSize().Width + factGap
		}
	}
	return objects[1].(*prose).natural()+1 <= room
}

// MinSize is one line, or the height at the width of the last layout.
func (l factLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	width := labelWidth + objects[1].Size().Width
	return fyne.NewSize(labelWidth+cuttable, l.heightFor(objects, max(width, labelWidth+cuttable)))
}

func (l factLayout) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	height := objects[0].MinSize().Height
	if l.fits(objects, width) {
		height = max(height, objects[1].(*prose).pitch())
		for _, o := range objects[2:] {
			if o.Visible() {
				height = max(height, o.MinSize().Height)
			}
		}
		return height
	}
	height = max(height, objects[1].(*prose).heightFor(width-labelWidth))
	for _, o := range objects[2:] {
		if o.Visible() {
			return height + 2 + o.MinSize().Height
		}
	}
	return height
}
