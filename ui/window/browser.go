package window

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// browserView waits with the person while they sign in in their browser, here or
// on another device.
type browserView struct {
	step     auth.SignInStep
	began    time.Time
	name     string // of the provider
	tile     *tile
	code     *codeView
	paste    *pasteView
	bar      *bar
	waiting  *prose
	remark   *prose
	again    *button
	copyLink *button
	cancel   *button
	sheet    *sheet
}

// browserDeeds is what can be done while a sign-in waits.
type browserDeeds struct {
	again, copyLink, copyCode, cancel func()
	paste                             func(address string)
}

func newBrowserView(k keys, do browserDeeds) *browserView {
	small := face{size: sizeSmall, ink: muted, align: fyne.TextAlignCenter}
	v := &browserView{tile: newTile(64), bar: newBar(), waiting: newProse("", small)}
	v.code = newCodeView(k, do.copyCode)
	v.paste = newPasteView(k, do.paste, func() { v.sheet.whole.Refresh() })
	v.remark = newProse("", face{size: sizeText, ink: needs, align: fyne.TextAlignCenter})
	v.again = newButton("Open the browser again", plainRank, k, do.again)
	v.copyLink = newButton(copyLinkLabel, plainRank, k, do.copyLink)
	v.cancel = newButton("Cancel", plainRank, k, do.cancel)
	v.sheet = newTopSheet(v.tile, "", "",
		v.code.whole, middle(v.bar), v.waiting, gapOf(2), container.New(centred{}, v.again, v.copyLink, v.cancel), v.remark, v.paste.whole)
	return v
}

const copyLinkLabel = "Copy the link"

func (v *browserView) object() fyne.CanvasObject { return v.sheet.whole }
func (v *browserView) first() fyne.Focusable     { return nil }

// begin is before the agent has said where to sign in.
func (v *browserView) begin(name, colour string) {
	v.step, v.name = auth.SignInStep{}, words.Plain(name)
	v.tile.show(name, colour)
	v.bar.show(1)
	v.remark.say("")
	v.copyLink.say(copyLinkLabel)
	v.waiting.say("")
	v.again.disable()
	v.copyLink.disable()
	v.code.show(v.step)
	v.tile.Show()
	v.paste.begin(v.step)
	v.sheet.say("Asking "+v.name, "This takes a moment.")
	v.sheet.whole.Refresh()
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
		v.sheet.say("Your code at "+v.name,
			"Check or enter it in the browser that we opened, or in any other one at "+words.Plain(step.PlainAddress)+
				". A phone that looks at the picture goes there by itself.")
	}
	v.code.show(step)
	visible(v.tile, !v.code.picture.Visible()) // one picture is enough
	v.paste.begin(step)
	v.tick(now)
	v.sheet.whole.Refresh()
}

// unopened says that the browser could not be started.
func (v *browserView) unopened() {
	v.remark.say("Your browser didn’t start. Choose “" + copyLinkLabel + "” and open it there yourself.")
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

// codeView is the code of a sign-in on another device (RFC 8628), large, and as a picture.
type codeView struct {
	picture *qrView
	code    *line
	copy    *button
	whole   *fyne.Container
}

// sizeCode can be read from where the other device is.
const sizeCode = 34

const copyCodeLabel = "Copy the code"

func newCodeView(k keys, onCopy func()) *codeView {
	v := &codeView{picture: newQRView(), code: newLine("", face{size: sizeCode, style: mono, ink: ink, align: fyne.TextAlignCenter})}
	v.copy = newButton(copyCodeLabel, linkRank, k, onCopy)
	v.whole = container.New(column{8}, middle(v.picture), v.code, middle(v.copy), gapOf(4))
	v.whole.Hide()
	return v
}

// show draws the code of a step; where it has none there is nothing.
func (v *codeView) show(step auth.SignInStep) {
	code := words.Plain(step.UserCode)
	v.code.say(code)
	v.copy.say(copyCodeLabel)
	address := step.Address
	if step.UserCode == "" {
		address = ""
	}
	v.picture.show(address, "QR code that opens "+words.Plain(step.PlainAddress)+" with the code "+code)
	visible(v.whole, step.UserCode != "")
}

// pasteView takes the address at which a browser on another computer ended.
type pasteView struct {
	link   *button
	field  *field
	finish *button
	panel  *fyne.Container
	whole  *fyne.Container
}

func newPasteView(k keys, onPaste func(string), changed func()) *pasteView {
	v := &pasteView{}
	v.field = newField(k, "The address your browser ended at",
		"After you allowed access there, the page doesn’t load: copy its whole address from the browser and paste it here.", required("The address is missing."))
	finish := func() {
		if v.field.judge() {
			v.finish.disable()
			onPaste(v.field.text())
		}
		changed()
	}
	v.field.entry.OnSubmitted = func(string) { finish() }
	v.finish = newButton("Finish the sign-in", primaryRank, k, finish)
	v.panel = container.New(column{10}, v.field.whole, container.New(beside{gap: 8, stretch: -1}, v.finish))
	v.link = newButton("My browser is on another computer", linkRank, k, func() {
		v.link.Hide()
		v.panel.Show()
		changed()
	})
	v.whole = container.New(column{8}, middle(v.link), v.panel)
	return v
}

// begin is for a new step: nothing is typed yet.
func (v *pasteView) begin(step auth.SignInStep) {
	v.field.fill("")
	v.field.complain("")
	v.finish.enable()
	v.link.Show()
	v.panel.Hide()
	visible(v.whole, step.Attempt != "")
}

// refused says why what was pasted doesn't finish the sign-in, which goes on waiting.
func (v *pasteView) refused(e *auth.Error) {
	v.finish.enable()
	v.field.complain(toldOfPaste(e))
}

// toldOfPaste is told where the field is right above, and everything is about the paste.
func toldOfPaste(e *auth.Error) string {
	switch {
	case e.Kind != auth.KindUsage:
		return told(e)
	case e.Detail == "":
		return "This isn’t the address of this sign-in. Copy the whole address from the browser’s address bar."
	}
	return sentence(words.Plain(strings.ReplaceAll(e.Detail, "'", "’")))
}
