package window

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
)

// practice is the provider that Tokentray hosts itself; it needs no form.
const practice auth.ProviderID = "practice"

// chooseView is the first step: the gallery of providers.
type chooseView struct {
	keys      keys
	pick      func(auth.Provider)
	providers []auth.Provider
	search    *entry
	gallery   *fyne.Container
	scroll    *container.Scroll
	nothing   *prose
	remark    *prose
	practice  *button
	whole     *fyne.Container
}

func newChooseView(k keys, pick func(auth.Provider), cancel func()) *chooseView {
	v := &chooseView{
		keys: k, pick: pick, search: newEntry(k, ""), gallery: container.New(tiles{}),
		nothing: newProse("", face{size: sizeText, ink: muted}),
		remark:  newProse("", face{size: sizeText, ink: needs}),
	}
	v.search.OnChanged = func(string) { v.sift() }
	v.search.OnSubmitted = func(string) { v.pickFirst() }
	v.practice = newButton("Try it with the practice provider", plainRank, k, func() {
		for _, p := range v.providers {
			if p.ID == practice {
				pick(p)
			}
		}
	})
	top := container.New(column{14}, stepHead("Add an account  ·  step 1 of 3", newLine("Where do you want to sign in?", headingFace())),
		v.remark, ringed(v.search, 40), v.nothing)
	foot := container.New(beside{gap: 10, stretch: 1}, newButton("Back", plainRank, k, cancel),
		container.New(column{}), v.practice)
	v.scroll = newScroll(card{4, 4}, newPanel(none, none, 0), v.gallery)
	v.whole = container.NewStack(newPanel(ground, none, 0),
		container.New(card{32, 24}, newPanel(none, none, 0), container.New(framed{gap: 14}, top, v.scroll, foot)))
	return v
}

func headingFace() face { return face{size: sizeHeading + 1, style: semiBold, ink: ink} }

// stepHead is which step this is, and its heading.
func stepHead(step string, heading fyne.CanvasObject) *fyne.Container {
	return container.New(column{3}, newLine(step, face{size: sizeSmall, ink: muted}), heading)
}

func (v *chooseView) object() fyne.CanvasObject { return v.whole }
func (v *chooseView) first() fyne.Focusable     { return v.search }

// show takes the catalogue.
func (v *chooseView) show(providers []auth.Provider) {
	v.providers = providers
	v.search.SetPlaceHolder("Search " + count(len(providers), "provider", "providers"))
	hosted := false
	for _, p := range providers {
		hosted = hosted || p.ID == practice
	}
	visible(v.practice, hosted)
	v.sift()
}

// complain says why the catalogue or a sign-in didn't work; nil takes it away.
func (v *chooseView) complain(e *auth.Error) {
	text := ""
	if e != nil {
		text = told(e)
	}
	v.remark.say(text)
	v.whole.Refresh()
}

func (v *chooseView) sift() {
	v.gallery.Objects = nil
	for _, p := range v.found() {
		v.gallery.Add(newProviderCard(v.keys, p, func() { v.pick(p) }))
	}
	text := ""
	if len(v.gallery.Objects) == 0 && len(v.providers) > 0 {
		text = "No provider is called like that. Try a shorter word; one that speaks OpenID Connect goes with “Other OpenID Connect”."
	}
	v.nothing.say(text)
	v.whole.Refresh()
}

// found are the providers that fit what was typed. The practice provider has a
// button of its own and is found by its name.
func (v *chooseView) found() []auth.Provider {
	query := strings.ToLower(strings.TrimSpace(v.search.Text))
	var found []auth.Provider
	for _, p := range v.providers {
		if query == "" && p.ID == practice {
			continue
		}
		if strings.Contains(strings.ToLower(p.Name+" "+string(p.ID)), query) {
			found = append(found, p)
		}
	}
	return found
}

func (v *chooseView) pickFirst() {
	if found := v.found(); len(found) > 0 && v.search.Text != "" {
		v.pick(found[0])
	}
}
