package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
)

// homeView is where the window rests: the list and the chosen account.
type homeView struct {
	list    *listView
	account *accountView
	nobody  *sheet // in place of an account while none is chosen
	right   *fyne.Container
	panes   *panes
	whole   *fyne.Container
}

// The width of the list, and the one below which list and account take turns.
const (
	listWidth   = 348
	narrowWidth = 700
)

func newHomeView(list *listView, account *accountView) *homeView {
	v := &homeView{list: list, account: account}
	v.nobody = newSheet(nil, "", "Choose an account on the left.")
	v.right = container.NewStack(v.nobody.whole, account.whole)
	account.whole.Hide()
	v.panes = &panes{listWidth: listWidth, narrow: narrowWidth}
	v.panes.turned = func() { v.turned() }
	left := container.NewStack(newPanel(ground, none, 0), list.whole)
	v.whole = container.New(v.panes, left, newPanel(hairline, none, 0), v.right)
	return v
}

func (v *homeView) object() fyne.CanvasObject { return v.whole }
func (v *homeView) first() fyne.Focusable     { return v.list.list }

// turned shows the way back only where there is room for one pane.
func (v *homeView) turned() {
	visible(v.account.backRow, v.panes.onePane)
	v.account.whole.Refresh()
}

// show shows the chosen account, or that none is.
func (v *homeView) show(s auth.Snapshot, chosen auth.AccountID, d auth.Details) {
	v.list.show(s, chosen)
	a, known := find(s, chosen)
	visible(v.account.whole, known)
	visible(v.nobody.whole, !known)
	if known {
		v.account.update(a, d)
	} else {
		v.panes.onAccount = false
	}
}

// tick shows what depends on the time. It reports whether seconds are counted.
func (v *homeView) tick(now time.Time) bool {
	a := v.list.tick(now)
	b := v.account.whole.Visible() && v.account.tick(now)
	return a || b
}

// find is the account of that ID.
func find(s auth.Snapshot, id auth.AccountID) (auth.Status, bool) {
	for _, a := range s.Accounts {
		if a.ID == id {
			return a, true
		}
	}
	return auth.Status{}, false
}
