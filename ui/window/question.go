package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// question is what a person is asked before something is done.
type question struct {
	title, text string
	label       string // of what is typed with the answer; "": nothing is
	typed       string // what stands there at first
	check       func(string) error
	yes, no     string
	rank        rank // of yes
	do          func(typed string)
	leave       func() // after no; nil: nothing is to be done
}

// questionView asks in the page and not over it: nothing behind it has to be
// covered, and what the question is about stays in sight.
type questionView struct {
	asked   question
	title   *prose
	text    *prose
	field   *field
	remark  *prose
	yes, no *button
	whole   *fyne.Container
}

func newQuestionView(k keys, changed func()) *questionView {
	v := &questionView{
		title:  newProse("", face{size: sizeName + 1, style: semiBold, ink: ink}),
		text:   newProse("", face{size: sizeText, ink: ink}),
		remark: newProse("", face{size: sizeText, ink: needs}),
	}
	v.field = newField(k, "", "", nil)
	answer := func() {
		if v.field.whole.Visible() && !v.field.judge() {
			changed()
			return
		}
		v.busy()
		v.asked.do(v.field.text())
	}
	v.field.entry.OnSubmitted = func(string) { answer() }
	v.yes = newButton("", plainRank, k, answer)
	v.no = newButton("", plainRank, k, func() {
		v.done()
		changed()
		if v.asked.leave != nil {
			v.asked.leave()
		}
	})
	v.whole = container.New(card{20, 18}, newPanel(ground, hairline, 12), container.New(column{10},
		v.title, v.text, v.field.whole, v.remark, container.New(beside{gap: 12, stretch: -1}, v.yes, v.no)))
	v.whole.Hide()
	return v
}

// ask shows a question in place of the one before.
func (v *questionView) ask(q question) {
	v.asked = q
	v.title.say(q.title)
	v.text.say(q.text)
	v.field.call(q.label)
	v.field.check = nil
	v.field.fill(q.typed)
	v.field.check = q.check
	visible(v.field.whole, q.label != "")
	v.remark.say("")
	v.yes.rate(q.rank)
	v.yes.say(q.yes)
	v.no.say(q.no)
	v.yes.enable()
	v.whole.Show()
}

// first is where the keyboard begins.
func (v *questionView) first() fyne.Focusable {
	if v.field.whole.Visible() {
		return v.field.entry
	}
	return v.no // the harmless answer
}

// busy is between the answer and what comes of it.
func (v *questionView) busy() {
	v.yes.disable()
	v.remark.say("")
}

// complain says why what was wanted didn't happen; the question stays.
func (v *questionView) complain(text string) {
	v.yes.enable()
	v.remark.say(text)
}

// done takes the question away.
func (v *questionView) done() {
	v.field.fill("")
	v.whole.Hide()
}
