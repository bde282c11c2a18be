package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// remedy is one of the ways to go on with a vault that can't be used.
type remedy struct {
	words.Choice
	mending auth.Mending
}

// mostBackups is how many backups are offered: the newest ones, which lose least.
const mostBackups = 4

// remedies are the ways that there are, the one that loses least first.
func remedies(s auth.VaultState, c auth.Care, now time.Time) []remedy {
	var all []remedy
	switch s {
	case auth.VaultDamaged:
		for _, b := range c.Backups[:min(len(c.Backups), mostBackups)] {
			all = append(all, remedy{words.RestoreChoice(b, now), auth.Mending{Remedy: auth.RemedyRestore, Backup: b.Name}})
		}
		// Without the key at hand nobody can count, which is no reason not to offer it.
		if unknown := c.Kept == 0 && c.SealedBy != ""; unknown || c.Salvageable > 0 {
			all = append(all, remedy{words.SalvageChoice(c.Salvageable, c.Kept), auth.Mending{Remedy: auth.RemedySalvage}})
		}
	case auth.VaultKeyMissing, auth.VaultKeyWrong:
	case auth.VaultUnlocked, auth.VaultNone, auth.VaultLocked, auth.VaultKeyringLocked, auth.VaultKeyringUnavailable,
		auth.VaultReadOnly, auth.VaultTooNew, auth.VaultInUse:
		return nil
	}
	return append(all, remedy{words.StartOverChoice(), auth.Mending{Remedy: auth.RemedyStartOver}})
}

// remediesView lets a person choose one of them. Starting over is asked about once
// more. Its button and its question stand where the sheet has its buttons.
type remediesView struct {
	keys     keys
	all      []remedy
	choices  *options
	place    *fyne.Container // where the choices are
	about    *prose
	do       *button
	question *questionView
	changed  func()
	mend     func(auth.Mending)
	whole    *fyne.Container
}

func newRemediesView(k keys, changed func(), mend func(auth.Mending)) *remediesView {
	v := &remediesView{keys: k, place: container.New(column{}), about: newProse("", face{size: sizeText, ink: muted}), changed: changed, mend: mend}
	v.do = newButton("", primaryRank, k, v.choose)
	v.question = newQuestionView(k, changed)
	v.whole = container.New(column{12}, v.place, v.about)
	v.whole.Hide()
	v.do.Hide()
	return v
}

// show offers what there is; nothing hides it.
func (v *remediesView) show(all []remedy) {
	v.all = all
	v.question.done()
	visible(v.whole, len(all) > 0)
	visible(v.do, len(all) > 0)
	if len(all) == 0 {
		return
	}
	var labels []string
	for _, r := range all {
		labels = append(labels, r.Label)
	}
	v.choices = newOptionList(v.keys, v.turn, labels...)
	v.place.Objects = []fyne.CanvasObject{v.choices.whole}
	visible(v.place, len(all) > 1)
	v.turn()
}

// chosen is the remedy that is marked.
func (v *remediesView) chosen() remedy {
	for _, r := range v.all {
		if r.Label == v.choices.chosen {
			return r
		}
	}
	return v.all[0]
}

// turn says what the marked one does.
func (v *remediesView) turn() {
	r := v.chosen()
	v.about.align = fyne.TextAlignLeading
	about := r.About
	if len(v.all) == 1 { // nothing else names it
		v.about.align = fyne.TextAlignCenter
		about = r.Label + ": " + lowerFirst(about)
	}
	v.about.say(about)
	v.do.say(r.Yes)
	v.do.rate(primaryRank)
	if r.mending.Remedy == auth.RemedyStartOver {
		v.do.rate(dangerRank)
	}
	v.question.done()
	v.changed()
}

func (v *remediesView) choose() {
	r := v.chosen()
	if r.mending.Remedy != auth.RemedyStartOver {
		v.do.disable()
		v.mend(r.mending)
		return
	}
	v.question.ask(question{
		title: "Start over?", text: "Tokentray will have no account, no client and no sign-in any more.",
		yes: "Yes, start over", no: "No, leave it", rank: dangerRank,
		do: func(string) { v.mend(r.mending) },
	})
	v.changed()
	v.keys.focus(v.question.first())
}

// rest is after what was chosen didn't work.
func (v *remediesView) rest() {
	v.do.enable()
	v.question.done()
}
