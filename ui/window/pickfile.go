package window

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
)

// fileKind is what is looked for among the files of this computer.
type fileKind struct {
	title string
	ends  []string // how the names end; others are not shown
}

var (
	connectionFiles  = fileKind{"Open a connection file", []string{".toml", ".age"}}
	certificateFiles = fileKind{"Choose a certificate", []string{".pem", ".crt", ".cer", ".cert"}}
	keyFiles         = fileKind{"Choose the key", []string{".pem", ".key"}}
)

// pickFile lets a person look for a file, beginning in the folder of the one at, and
// gives its path to take; nothing happens where none is chosen.
type pickFile func(kind fileKind, at string, take func(path string))

// pickFile is the toolkit's own dialog, inside the window: it works on every desktop.
func (w *Window) pickFile(kind fileKind, at string, take func(path string)) {
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		w.picking = nil
		if err != nil {
			w.notify("That file can’t be opened. Choose another one, or ask whoever gave it to you.")
		}
		if err != nil || file == nil { // none was chosen
			return
		}
		path := file.URI().Path()
		_ = file.Close() // it is read by its path, as one that was typed
		take(path)
	}, w.window)
	d.SetTitleText(kind.title)
	d.SetFilter(kind)
	if folder, err := storage.ListerForURI(storage.NewFileURI(filepath.Dir(localPath(at)))); at != "" && err == nil {
		d.SetLocation(folder)
	}
	d.SetView(dialog.ListView) // names are longer than the grid's tiles are wide
	w.picking = d
	d.Show()
	over := w.window.Canvas().Overlays().Top()
	d.Resize(over.Size().SubtractWidthHeight(pickMargin, pickMargin)) // before Show it panics
	over.Refresh()                                                    // it isn't in the middle otherwise
}

// pickMargin is how much smaller than the window the dialog is.
const pickMargin = 48

// Matches reports whether a file is shown.
func (k fileKind) Matches(file fyne.URI) bool {
	return slices.Contains(k.ends, strings.ToLower(file.Extension()))
}

// localPath is a path as it was typed, or that of an address that a file manager copied.
func localPath(typed string) string {
	typed = strings.TrimSpace(typed)
	if u, err := url.Parse(typed); err == nil && u.Scheme == "file" {
		return u.Path
	}
	return typed
}
