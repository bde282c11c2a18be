package window

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"

	"github.com/tokentray/tokentray/auth"
)

// Window is the product's one window. Its methods belong on the UI thread, but
// for Watch, which is called once from a goroutine of its own.
type Window struct {
	app     fyne.App
	theme   auth.Theme // that it wears
	window  fyne.Window
	parts   Parts
	errands *errands

	snapshot  auth.Snapshot
	seen      bool   // a snapshot has come
	wanted    func() // asked for before the first snapshot; nil: nothing
	chosen    auth.AccountID
	details   auth.Details
	providers []auth.Provider
	attempt   *attempt           // a sign-in under way; nil: none
	picking   *dialog.FileDialog // over everything else; nil: there is none
	ticker    ticker
	restarted chan auth.Desk // a new way to the agent, for Watch

	home      *homeView
	empty     *emptyView
	vault     *vaultView
	choose    *chooseView
	file      *fileView
	welcomed  *welcomeView
	form      *formView // nil until a provider is chosen
	client    *clientView
	browser   *browserView
	gone      *goneView
	above     *aboveView
	inspected *inspectView
	settings  *settingsView
	blank     *sheet // before the first snapshot

	screen screen
	place  *fyne.Container // where the screen is
	whole  *fyne.Container
}

// Size of the window when it opens: the one that it is drawn for.
const (
	openWidth  = 920
	openHeight = 620
)

// New builds the window of app and sets the product's theme. Nothing is asked of
// the Desk before Watch, and nothing is shown before Open.
func New(app fyne.App, parts Parts) *Window {
	app.Settings().SetTheme(Theme())
	w := &Window{app: app, parts: parts.whole(), restarted: make(chan auth.Desk, 1)}
	w.errands = newErrands(w.parts)
	w.ticker = ticker{parts: w.parts, tick: w.tick, unseen: w.conceal}
	w.window = app.NewWindow("Tokentray")
	w.window.SetPadded(false)
	w.build()
	w.window.SetContent(w.whole)
	w.window.Resize(fyne.NewSize(openWidth, openHeight))
	w.listen()
	return w
}

func (w *Window) build() {
	k, now := w.keys(), w.parts.Now
	list := newListView(k, now, w.Add, w.Settings)
	list.onPick = w.pick
	list.onMove = w.move
	list.onEnter = w.copyToken
	list.onDel = func(id auth.AccountID) { w.toQuestion(id, w.askForget) }
	list.onMenu = w.rowMenu
	w.home = newHomeView(list, newAccountView(k, now, w.deeds()))
	w.empty = newEmptyView(k, w.parts.Icon, w.Add, w.practise, w.Settings)
	w.vault = newVaultView(k, w.parts.Icon, now, vaultDeeds{unlock: w.unlock, again: w.pull, mend: w.mend})
	w.choose = newChooseView(k, chooseDeeds{pick: w.useProvider, discover: w.discover, file: w.chooseFile, back: w.goBack})
	w.file = newFileView(k, fileDeeds{open: w.openFile, pick: w.pickFile, back: w.goBack})
	w.welcomed = newWelcomeView(k, w.named)
	w.client = newClientView(k, w.edit, w.goBack)
	w.browser = newBrowserView(k, w.waitDeeds())
	w.inspected = newInspectView(k, w.goBack)
	w.settings = newSettingsView(k, settingsDeeds{keep: w.prefer, pick: w.pickFile, back: w.goBack}, newLoginView(k, w.turnLogin),
		newSealView(k, w.sealDeeds(), func() { w.settings.whole.Refresh() }))
	w.gone = newGoneView(k, w.restart)
	w.above = newAboveView(k, func() { w.whole.Refresh() })
	w.blank = newSheet(w.parts.Icon, "", "")
	w.place = container.NewStack()
	w.whole = container.New(topped{}, container.New(column{}, w.gone.whole, w.above.whole), w.place)
	w.turnTo(blankScreen{w.blank})
}

// blankScreen is the window before it knows anything.
type blankScreen struct{ sheet *sheet }

func (s blankScreen) object() fyne.CanvasObject { return s.sheet.whole }
func (s blankScreen) first() fyne.Focusable     { return nil }

// Content is everything in the window.
func (w *Window) Content() fyne.CanvasObject { return w.whole }

// Fyne is the toolkit's window, for whoever opens it.
func (w *Window) Fyne() fyne.Window { return w.window }

// Open brings the window to the front and starts its ticker.
func (w *Window) Open() {
	w.window.Show()
	w.window.RequestFocus()
	w.Shown()
}

// Shown starts the ticker: the window can be seen.
func (w *Window) Shown() { w.ticker.start(w.parts.Now()) }

// Hidden stops the ticker: it can't be seen, so nothing needs to move. A token that
// is in sight doesn't stay there.
func (w *Window) Hidden() {
	w.ticker.stop()
	w.conceal()
}

// Close stops the ticker, gives up what is under way and waits for it. It is for
// the end of the window.
func (w *Window) Close() {
	w.ticker.stop()
	w.errands.close()
}

// Show shows how everything stands. Showing the same twice changes nothing.
func (w *Window) Show(s auth.Snapshot) {
	first := !w.seen
	w.snapshot, w.seen = s, true
	w.agentBack()
	w.banners(s)
	if closed(s.Vault) {
		w.shut(s.Vault, s.SealedBy)
		return
	}
	if w.screen == w.vault {
		w.vault.opened()
	}
	if _, known := find(s, w.chosen); !known {
		w.chosen = ""
	}
	w.home.show(s, w.chosen, w.details)
	if w.chosen == "" && !w.home.panes.onePane {
		if id := w.home.list.first(); id != "" {
			w.choosing(id)
		}
	} else if w.chosen != "" {
		w.learn(w.chosen)
	}
	if first || w.screen == w.vault || w.screen == w.home || w.screen == w.empty {
		w.rest()
	}
	w.ticker.again(w.parts.Now())
	if wanted := w.wanted; wanted != nil {
		w.wanted = nil
		wanted()
	}
}

// rest turns to the screen where nothing is under way.
func (w *Window) rest() {
	if len(w.snapshot.Accounts) == 0 {
		w.turnTo(w.empty)
		return
	}
	w.turnTo(w.home)
}

// turnTo fills the window with s and puts the keyboard where it begins.
func (w *Window) turnTo(s screen) {
	if w.screen == s {
		return
	}
	w.conceal()
	w.screen = s
	w.place.Objects = []fyne.CanvasObject{s.object()}
	w.place.Refresh()
	if f := s.first(); f != nil {
		w.window.Canvas().Focus(f)
		w.home.list.quiet()
	} else {
		w.window.Canvas().Unfocus()
	}
}

// Select shows an account, as if it had been chosen in the list.
func (w *Window) Select(id auth.AccountID) {
	w.home.list.search.SetText("")
	w.pick(id)
	if w.attempt == nil && w.seen && !closed(w.snapshot.Vault) {
		w.rest()
	}
}

// pick is a choice by mouse: where there is one pane, the account takes it.
func (w *Window) pick(id auth.AccountID) {
	w.choosing(id)
	w.home.panes.onAccount = true
	w.home.whole.Refresh()
	if w.screen == w.home {
		w.window.Canvas().Focus(w.home.list.list)
	}
}

// move is a choice by the arrow keys: the list stays.
func (w *Window) move(id auth.AccountID) { w.choosing(id) }

func (w *Window) choosing(id auth.AccountID) {
	w.chosen = id
	w.home.show(w.snapshot, id, w.details)
	w.home.list.choose(id)
	w.learn(id)
}

// learn asks for what is known of an account beyond its status.
func (w *Window) learn(id auth.AccountID) {
	desk := w.parts.Desk
	w.errands.run(func(ctx context.Context) func() {
		d, err := desk.Show(ctx, id)
		if err != nil {
			return nil // the page does without
		}
		return func() {
			if w.chosen == id {
				w.details = d
				if a, known := find(w.snapshot, id); known {
					w.home.account.update(a, d)
				}
			}
		}
	})
}

// tick shows what depends on the time and says how soon to come back.
func (w *Window) tick(now time.Time) time.Duration {
	seconds := false
	switch w.screen {
	case w.home:
		seconds = w.home.tick(now)
		seconds = seconds || w.home.account.token.lifted() // whether it can be seen is looked after
	case w.browser:
		seconds = w.browser.tick(now)
	}
	if seconds {
		return now.Truncate(time.Second).Add(time.Second).Sub(now)
	}
	return slowTick
}
