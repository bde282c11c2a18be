package window

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// aboveView is what stands above every screen: what came of something whose page is
// gone, that there is no network, and what is wrong with the vault's place.
type aboveView struct {
	notice  *banner
	offline *banner
	warning *banner
	read    string // the warning that was read; another one is shown again
	whole   *fyne.Container
}

const offlineText = "There is no network right now. Tokens that are still good can be copied; the rest is refreshed as soon as it is back."

func newAboveView(k keys, changed func()) *aboveView {
	v := &aboveView{offline: newBanner(k, muted, "", nil)}
	v.notice = newBanner(k, fresh, "Got it", func() {
		v.notice.say("")
		changed()
	})
	v.warning = newBanner(k, soon, "Got it", func() {
		v.read = v.warning.text.text
		v.warning.say("")
		changed()
	})
	v.whole = container.New(column{}, v.offline.whole, v.warning.whole, v.notice.whole)
	return v
}

// show takes a snapshot. It reports whether anything changed.
func (v *aboveView) show(s auth.Snapshot) (changed bool) {
	text := ""
	if s.Offline {
		text = offlineText
	}
	changed = v.offline.say(text)
	var all []string
	for _, warning := range s.Warnings {
		e := words.VaultWarning(warning, words.Window)
		all = append(all, e.Sentence+" "+e.Next)
	}
	text = strings.Join(all, " ")
	if text == v.read {
		text = ""
	}
	return v.warning.say(text) || changed
}

// banners shows what s has to say above everything.
func (w *Window) banners(s auth.Snapshot) {
	if w.above.show(s) {
		w.whole.Refresh()
	}
}

// notify says above everything what came of something.
func (w *Window) notify(text string) {
	if w.above.notice.say(text) {
		w.whole.Refresh()
	}
}
