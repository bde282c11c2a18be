package window

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// AtLogin is whether Tokentray starts when the person signs in to the desktop. Its
// functions may block; their errors are for a person.
type AtLogin struct {
	On      func() (bool, error)
	TurnOn  func() error
	TurnOff func() error
}

// loginView turns it on and off.
type loginView struct {
	options *options
	remark  *prose
	whole   *fyne.Container
}

const (
	startsAtLogin = "Yes, so that tokens are always fresh"
	startsByHand  = "No, only when I start it"
)

func newLoginView(k keys, turn func(label string)) *loginView {
	v := &loginView{remark: newProse("", face{size: sizeSmall, ink: needs})}
	v.options = newOptionList(k, nil, startsAtLogin, startsByHand)
	v.options.onChange = func() { turn(v.options.chosen) }
	v.whole = container.New(column{6}, newProse("Start when I sign in to this computer", labelFace()), v.options.whole, v.remark)
	v.whole.Hide()
	return v
}

// show marks how it is.
func (v *loginView) show(label string, err error) {
	v.options.mark(label)
	v.remark.say("")
	if err != nil {
		v.remark.say("It can’t be changed from here: " + sentence(err.Error()))
	}
	v.whole.Show()
	v.whole.Refresh()
}

// learnLogin asks how it is.
func (w *Window) learnLogin() {
	if w.parts.AtLogin.On == nil {
		return
	}
	w.errands.run(func(context.Context) func() { return w.loginNow(nil) })
}

// loginNow finds out how it is and returns what shows it; failed is why a change didn't work.
func (w *Window) loginNow(failed error) func() {
	on, err := w.parts.AtLogin.On()
	if failed != nil {
		err = failed
	}
	label := startsByHand
	if on {
		label = startsAtLogin
	}
	return func() {
		w.settings.login.show(label, err)
		w.settings.whole.Refresh()
	}
}

// turnLogin changes it, and shows how it is then.
func (w *Window) turnLogin(label string) {
	w.errands.run(func(context.Context) func() {
		turn := w.parts.AtLogin.TurnOff
		if label == startsAtLogin {
			turn = w.parts.AtLogin.TurnOn
		}
		return w.loginNow(turn())
	})
}
