package window

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// practice is the provider that Tokentray hosts itself; it needs no form.
const practice auth.ProviderID = "practice"

// chooseView is the first step: the gallery of providers, and the ways around it:
// an issuer's address, a connection file, the practice provider.
type chooseView struct {
	keys      keys
	do        chooseDeeds
	providers []auth.Provider
	search    *entry
	remark    *prose // about what was typed
	use       *button
	gallery   *fyne.Container
	scroll    *container.Scroll
	practice  *button
	whole     *fyne.Container
}

// chooseDeeds is what the first step leads to.
type chooseDeeds struct {
	pick       func(auth.Provider)
	discover   func(issuer string)
	file, back func()
}

func newChooseView(k keys, do chooseDeeds) *chooseView {
	v := &chooseView{
		keys: k, do: do, search: newSearch(k), gallery: container.New(tiles{}),
		remark: newProse("", face{size: sizeText, ink: muted}),
	}
	v.search.OnChanged = func(string) { v.sift() }
	v.search.OnSubmitted = func(string) { v.enter() }
	v.use = newButton("Use this address", primaryRank, k, v.enter)
	v.practice = newButton("Try it with the practice provider", plainRank, k, func() {
		for _, p := range v.providers {
			if p.ID == practice {
				do.pick(p)
			}
		}
	})
	top := container.New(column{14}, stepHead("Add an account  ·  step 1 of 3", newProse("Where do you want to sign in?", headingFace())),
		ringed(v.search, fieldHeight), v.remark, container.New(flow{}, v.use))
	foot := container.New(apart{gap: 8}, container.New(flow{gap: 8}, newButton("Back", plainRank, k, do.back),
		newButton("Open a connection file…", plainRank, k, do.file)), v.practice)
	v.scroll = newScroll(card{4, 4}, newPanel(none, none, 0), v.gallery)
	v.whole = container.NewStack(newPanel(ground, none, 0),
		container.New(card{32, 24}, newPanel(none, none, 0), container.New(framed{gap: 14, bleed: 4}, top, v.scroll, foot)))
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
	search := "Search " + count(len(providers), "provider", "providers")
	v.search.hint(search+", or paste an issuer address such as https://login.example.com", search+", or paste an address", search)
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
	if e != nil && e.Kind != auth.KindCancelled {
		text = told(e)
	}
	v.judged(text)
}

// judged says below what was typed what is wrong with it; "" takes it away.
func (v *chooseView) judged(text string) {
	v.use.enable()
	v.remark.sayIn(text, needs)
	v.whole.Refresh()
}

// asking is while the issuer is asked.
func (v *chooseView) asking() {
	v.use.disable()
	v.remark.sayIn("Asking "+words.Plain(strings.TrimSpace(v.search.Text))+"…", muted)
	v.whole.Refresh()
}

func (v *chooseView) sift() {
	v.gallery.Objects = nil
	for _, p := range v.found() {
		v.gallery.Add(newProviderCard(v.keys, p, func() { v.do.pick(p) }))
	}
	address := looksLikeAddress(v.search.Text)
	text := ""
	switch {
	case address:
		text = "The address of an OpenID Connect provider: Tokentray asks there how to sign in, and fills in the rest."
	case len(v.gallery.Objects) == 0 && len(v.providers) > 0:
		text = "No provider is called like that. Try a shorter word, or paste the address of one that speaks OpenID Connect."
	}
	v.remark.sayIn(text, muted)
	v.use.enable()
	visible(v.use, address)
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

// enter goes on with what was typed: an address, or the first provider that fits.
func (v *chooseView) enter() {
	if looksLikeAddress(v.search.Text) {
		v.do.discover(v.search.Text)
		return
	}
	if found := v.found(); len(found) > 0 && v.search.Text != "" {
		v.do.pick(found[0])
	}
}
