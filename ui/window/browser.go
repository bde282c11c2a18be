package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// browserView waits with the person while they sign in in their browser.
type browserView struct {
	step     auth.SignInStep
	began    time.Time
	name     string // of the provider
	tile     *tile
	bar      *bar
	waiting  *prose
	remark   *prose
	again    *button
	copyLink *button
	cancel   *button
	sheet    *sheet
}

func newBrowserView(k keys, again, copyLink, cancel func()) *browserView {
	small := face{size: sizeSmall, ink: muted, align: fyne.TextAlignCenter}
	v := &browserView{tile: newTile(64), bar: newBar(), waiting: newProse("", small)}
	v.remark = newProse("", face{size: sizeText, ink: needs, align: fyne.TextAlignCenter})
	v.again = newButton("Open the browser again", plainRank, k, again)
	v.copyLink = newButton("Copy the link", plainRank, k, copyLink)
	v.cancel = newButton("Cancel", plainRank, k, cancel)
	v.sheet = newTopSheet(v.tile, "", "",
		gapOf(2), middle(v.bar), v.waiting, gapOf(2), container.New(centred{}, v.again, v.copyLink, v.cancel), v.remark)
	return v
}

func (v *browserView) object() fyne.CanvasObject { return v.sheet.whole }
func (v *browserView) first() fyne.Focusable     { return nil }

// begin is before the agent has said where to sign in.
func (v *browserView) begin(name, colour string) {
	v.step, v.name = auth.SignInStep{}, words.Plain(name)
	v.tile.show(name, colour)
	v.bar.show(1)
	v.remark.say("")
	v.copyLink.say("Copy the link")
	v.waiting.say("")
	v.again.disable()
	v.copyLink.disable()
	v.sheet.say("Asking "+v.name, "This takes a moment.")
}

// follow is from the moment on at which the browser is wanted.
func (v *browserView) follow(step auth.SignInStep, now time.Time) {
	v.step, v.began = step, now
	v.again.enable()
	v.copyLink.enable()
	if step.UserCode == "" {
		v.sheet.say("Continue in your browser",
			"We opened "+v.name+" in your browser. Sign in there and allow access; this window notices by itself.")
	} else { // RFC 8628 §3.3: the person compares, or types it
		v.sheet.say("Your code is "+words.Plain(step.UserCode),
			"We opened "+words.Plain(step.PlainAddress)+" in your browser. Check or enter the code there, sign in and allow access; this window notices by itself.")
	}
	v.tick(now)
	v.sheet.whole.Refresh()
}

// unopened says that the browser could not be started.
func (v *browserView) unopened() {
	v.remark.say("Your browser didn’t start. Choose “Copy the link” and open it there yourself.")
	v.sheet.whole.Refresh()
}

// tick shows the time that is left. It reports whether it counts seconds.
func (v *browserView) tick(now time.Time) (seconds bool) {
	if v.step.Address == "" {
		return false
	}
	all, left := v.step.Until.Sub(v.began), v.step.Until.Sub(now)
	if all > 0 {
		v.bar.show(float32(left) / float32(all))
	}
	text := words.Remaining(left) + " left"
	if v.step.Waiting != "" {
		text = "Waiting on " + words.Plain(v.step.Waiting) + " · " + text
	}
	v.waiting.say(text)
	return true
}

// bar is how much of a time is left.
type bar struct {
	widget.BaseWidget
	left         float32
	track, drawn *panel
}

const barWidth, barHeight = 320, 6

func newBar() *bar {
	b := &bar{left: 1, track: newPanel(hairline, none, barHeight/2), drawn: newPanel(primary, none, barHeight/2)}
	b.ExtendBaseWidget(b)
	return b
}

func (b *bar) show(left float32) {
	b.left = min(1, max(0, left))
	b.place(b.Size())
}

// CreateRenderer is called by the toolkit.
func (b *bar) CreateRenderer() fyne.WidgetRenderer {
	return &bareRenderer{
		objects: []fyne.CanvasObject{b.track, b.drawn}, layout: b.place,
		least:   func() fyne.Size { return fyne.NewSize(barWidth, barHeight) },
		refresh: func() { b.track.Refresh(); b.drawn.Refresh() },
	}
}

func (b *bar) place(size fyne.Size) {
	b.track.Resize(size)
	b.drawn.Resize(fyne.NewSize(max(barHeight, size.Width*b.left), size.Height))
}
