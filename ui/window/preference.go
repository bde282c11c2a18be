package window

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
)

// preference is one wish on the settings screen. A change is saved at once; where
// that fails, why stands beside it.
type preference interface {
	object() fyne.CanvasObject
	// show takes what is kept.
	show(auth.Preferences)
	// failed says why a change was not kept; "" takes it away.
	failed(why string)
}

// save keeps what change makes of the preferences, and tells p where it can't be.
type save func(p preference, change func(*auth.Preferences))

// wish is a value that can be chosen, and what it is called.
type wish[T comparable] struct {
	label string
	value T
}

// chosenWish is a preference of which a few values are offered.
type chosenWish[T comparable] struct {
	wishes  []wish[T]
	at      func(*auth.Preferences) *T
	options *options
	remark  *prose
	whole   *fyne.Container
}

func newChosenWish[T comparable](k keys, label string, s save, at func(*auth.Preferences) *T, wishes ...wish[T]) *chosenWish[T] {
	c := &chosenWish[T]{wishes: wishes, at: at, remark: newProse("", face{size: sizeSmall, ink: needs})}
	var labels []string
	for _, w := range wishes {
		labels = append(labels, w.label)
	}
	c.options = newOptions(k, nil, labels...)
	c.options.onChange = func() {
		i := slices.IndexFunc(c.wishes, func(w wish[T]) bool { return w.label == c.options.chosen })
		s(c, func(p *auth.Preferences) { *c.at(p) = c.wishes[i].value })
	}
	c.whole = container.New(column{6}, newProse(label, labelFace()), c.options.whole, c.remark)
	return c
}

func labelFace() face { return face{size: sizeText, style: semiBold, ink: ink} }

func (c *chosenWish[T]) object() fyne.CanvasObject { return c.whole }
func (c *chosenWish[T]) failed(why string)         { c.remark.say(why) }

// show marks what is kept; a value that isn't offered, written by hand elsewhere, marks none.
func (c *chosenWish[T]) show(p auth.Preferences) {
	label := ""
	for _, w := range c.wishes {
		if w.value == *c.at(&p) {
			label = w.label
		}
	}
	c.options.mark(label)
}

// typedWish is a preference that is typed. It is saved by Enter, and when the
// keyboard goes elsewhere.
type typedWish struct {
	field *field
	kept  string
	read  func(auth.Preferences) string
	keep  func() // what was typed, where it is another one and fits
}

func newTypedWish(k keys, label, help, example string, s save, read func(auth.Preferences) string, write func(*auth.Preferences, string), check func(string) error) *typedWish {
	t := &typedWish{field: newField(k, label, help, check), read: read}
	t.field.entry.PlaceHolder = example
	t.keep = func() {
		text := strings.TrimSpace(t.field.text())
		if text != t.kept && t.field.judge() {
			s(t, func(p *auth.Preferences) { write(p, text) })
		}
	}
	t.field.entry.OnSubmitted = func(string) { t.keep() }
	ring := t.field.entry.onFocus
	t.field.entry.onFocus = func(focused bool) {
		ring(focused)
		if !focused {
			t.keep()
		}
	}
	return t
}

func (t *typedWish) object() fyne.CanvasObject { return t.field.whole }

// show takes what is kept, unless the person is typing something else.
func (t *typedWish) show(p auth.Preferences) {
	kept := t.read(p)
	if t.kept != kept || t.field.text() == "" {
		t.kept = kept
		t.field.fill(kept)
		t.field.complain("")
	}
}

func (t *typedWish) failed(why string) { t.field.complain(why) }
