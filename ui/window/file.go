package window

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// fileView takes a file: a connection file from an administrator, or accounts that
// were exported elsewhere.
type fileView struct {
	problem    *problemView
	path       *field
	passphrase *field
	open       *button
	whole      *fyne.Container
}

// fileDeeds is what can be done about a file.
type fileDeeds struct {
	open func(path string, passphrase auth.Secret)
	pick pickFile
	back func()
}

func newFileView(k keys, do fileDeeds) *fileView {
	v := &fileView{problem: newProblemView()}
	v.path = newField(k, "File", "Or drop it anywhere on this window, or paste where it is.", required("Which file? It is missing."))
	v.passphrase = newSecretField(k, "Passphrase of this file", "The file is sealed. Whoever made it knows the passphrase.", nil)
	v.passphrase.whole.Hide()
	open := func() {
		if v.path.judge() {
			v.open.disable()
			v.problem.say(nil)
			do.open(strings.TrimSpace(v.path.text()), auth.NewSecret(v.passphrase.text()))
		}
		v.whole.Refresh()
	}
	v.path.entry.OnSubmitted = func(string) { open() }
	v.passphrase.entry.OnSubmitted = func(string) { open() }
	v.path.browses(k, func() {
		do.pick(connectionFiles, v.path.text(), func(path string) {
			v.path.fill(path)
			open()
		})
	})
	v.open = newButton("Open it", primaryRank, k, open)
	form := container.New(column{14},
		stepHead("Add an account  ·  step 1 of 3", newProse("Open a connection file", headingFace())),
		newProse("Your administrator may have given you one: it brings everything but your sign-in. Accounts that you exported from another computer come in the same way.",
			face{size: sizeText, ink: muted}),
		v.problem.whole, v.path.whole, v.passphrase.whole,
		container.New(beside{gap: 8, stretch: -1}, v.open, newButton("Back", plainRank, k, do.back)))
	v.whole = container.NewStack(newPanel(ground, none, 0), newPage(32, 24, container.New(atMost{560}, form)))
	return v
}

func (v *fileView) object() fyne.CanvasObject { return v.whole }
func (v *fileView) first() fyne.Focusable     { return v.path.entry }

// begin is before anything was typed.
func (v *fileView) begin(path string) {
	v.path.fill(path)
	v.path.complain("")
	v.passphrase.fill("")
	v.passphrase.whole.Hide()
	v.problem.say(nil)
	v.open.enable()
	v.whole.Refresh()
}

// failed says why the file was not taken. One that is sealed asks for its passphrase.
func (v *fileView) failed(err error, given auth.Secret) {
	v.open.enable()
	e := problem(err)
	var unreadable fileError
	switch {
	case errors.As(err, &unreadable):
		v.path.complain(sentence(err.Error()))
	case e.Kind == auth.KindVault && e.Vault == auth.VaultKeyWrong && given.IsZero():
		v.passphrase.whole.Show()
		v.passphrase.complain("")
	case e.Kind == auth.KindVault && e.Vault == auth.VaultKeyWrong:
		v.passphrase.whole.Show()
		v.passphrase.complain("This passphrase doesn’t open the file.")
	default:
		v.problem.say(e)
	}
	v.whole.Refresh()
}

// fileError is why a file can't be read, as a person reads it.
type fileError string

func (e fileError) Error() string { return string(e) }

// mostFile is larger than a thousand exported accounts.
const mostFile = 16 << 20

// readFile reads what a person named: a path, or the address of one that a file manager copied.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(localPath(path))
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, fileError("there is no file of that name")
		}
		return nil, fileError("this file can’t be opened; ask whoever gave it to you")
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostFile+1))
	if err != nil || len(text) > mostFile {
		return nil, fileError("this is no connection file, or it can’t be read")
	}
	return text, nil
}

// chooseFile turns to where a file is opened.
func (w *Window) chooseFile() {
	w.file.begin("")
	w.turnTo(w.file)
}

// dropped opens the first file that was dropped onto the window, where nothing else is under way.
func (w *Window) dropped(_ fyne.Position, files []fyne.URI) {
	if len(files) == 0 || w.attempt != nil || !w.seen || closed(w.snapshot.Vault) {
		return
	}
	w.file.begin(files[0].Path())
	w.turnTo(w.file)
	w.openFile(files[0].Path(), auth.Secret{})
}

// openFile hands a file to the agent and goes on with what it brought.
func (w *Window) openFile(path string, passphrase auth.Secret) {
	desk := w.parts.Desk
	w.errands.run(func(ctx context.Context) func() {
		text, err := readFile(path)
		var got auth.Imported
		if err == nil {
			got, err = desk.Import(ctx, text, passphrase)
		}
		var providers []auth.Provider
		if err == nil && got.Provider != "" {
			providers, err = desk.Providers(ctx)
		}
		return func() {
			if err != nil {
				w.file.failed(err, passphrase)
				return
			}
			w.file.passphrase.fill("")
			w.imported(got, providers)
		}
	})
}

// imported goes on with what a file brought: the form of a provider, or accounts.
func (w *Window) imported(got auth.Imported, providers []auth.Provider) {
	if got.Provider == "" {
		w.notify(words.Imported(got))
		w.rest()
		w.pull()
		return
	}
	w.catalogue(providers)
	for _, p := range providers {
		if p.ID == got.Provider {
			w.useProvider(p)
		}
	}
}
