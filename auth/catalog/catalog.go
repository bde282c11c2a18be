// Package catalog knows the providers: it reads provider files (docs/providers.md),
// says exactly what is wrong with one, and puts the built-in ones and a team's
// connection files together.
package catalog

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/tokentray/tokentray/auth"
)

// Practice is the id of the practice provider, which the agent hosts itself: no
// file from outside may take it.
const Practice auth.ProviderID = "practice"

// Catalog is the providers that are known: the built-in ones and those of the
// connection files as they are now. It is safe for concurrent use; what it returns
// are copies.
type Catalog struct {
	builtin    map[auth.ProviderID]auth.Provider
	folders    []string
	installing sync.Mutex

	mu       sync.Mutex
	looks    string // how the folders looked when byID was made
	byID     map[auth.ProviderID]auth.Provider
	troubles []error
}

// New reads the built-in provider files, *.toml at the root of builtin, and then
// the connection files, *.toml in each of folders, the first of which is the
// person's own; a folder that isn't there is no error. A connection file with the id
// of a built-in provider takes its place and shows in Origin. Of two connection
// files with the same id the one read first stays: folders in the order given, their
// files by name. What could not be read is told in the errors, which are *FileError
// where a file's text is at fault, and hides nothing else.
//
// The folders are looked at again with every question: a file that came, changed or
// went shows at once, and Troubles says what is wrong with it.
func New(builtin fs.FS, folders ...string) (*Catalog, []error) {
	c := &Catalog{builtin: map[auth.ProviderID]auth.Provider{}, folders: folders}
	var troubles []error
	names, err := fs.Glob(builtin, "*.toml")
	if err != nil {
		troubles = append(troubles, fmt.Errorf("list the built-in providers: %w", err))
	}
	for _, name := range names {
		if err := c.addBuiltin(builtin, name); err != nil {
			troubles = append(troubles, err)
		}
	}
	return c, append(troubles, c.Troubles()...)
}

// Troubles are what is wrong with the connection files as they are now; none
// where nothing is.
func (c *Catalog) Troubles() []error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look()
	return slices.Clone(c.troubles)
}

// look reads the connection files again where a folder or one of them has changed:
// to see that costs a listing of each folder. Called with mu held.
func (c *Catalog) look() {
	looks := looksOf(c.folders)
	if c.byID != nil && looks == c.looks {
		return
	}
	c.looks, c.byID, c.troubles = looks, maps.Clone(c.builtin), nil
	for _, folder := range c.folders {
		c.troubles = append(c.troubles, c.addFolder(folder)...)
	}
}

// looksOf tells folders apart from what they are after a change: names, sizes and
// times of their files.
func looksOf(folders []string) string {
	var b strings.Builder
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		fmt.Fprintln(&b, folder, err)
		for _, e := range entries {
			if !isConnectionFile(e.Name()) {
				continue
			}
			info, err := os.Stat(filepath.Join(folder, e.Name())) // of what a link leads to
			if err != nil {
				fmt.Fprintln(&b, e.Name(), err)
				continue
			}
			fmt.Fprintln(&b, e.Name(), info.Mode(), info.Size(), info.ModTime().UnixNano())
		}
	}
	return b.String()
}

// isConnectionFile goes by the name. A leading dot marks what file managers and
// editors leave behind.
func isConnectionFile(name string) bool {
	return strings.EqualFold(filepath.Ext(name), ".toml") && !strings.HasPrefix(name, ".")
}

// Providers lists every provider by name, ignoring case; the practice provider
// comes last, because nobody's work depends on it.
func (c *Catalog) Providers() []auth.Provider {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look()
	all := make([]auth.Provider, 0, len(c.byID))
	for _, p := range c.byID {
		all = append(all, p.Clone())
	}
	slices.SortFunc(all, func(a, b auth.Provider) int { return strings.Compare(rank(a), rank(b)) })
	return all
}

// rank is what providers are sorted by.
func rank(p auth.Provider) string {
	place := "0"
	if p.ID == Practice {
		place = "1"
	}
	return place + strings.ToLower(p.Name) + "\x00" + string(p.ID)
}

// Provider returns the provider with that id; false where there is none.
func (c *Catalog) Provider(id auth.ProviderID) (auth.Provider, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look()
	p, ok := c.byID[id]
	return p.Clone(), ok
}

// Read reads a provider file that a person brought, without adding it. It is the
// function Read, and refuses the id of the practice provider. Origin is name.
func (c *Catalog) Read(name string, text []byte) (auth.Provider, error) {
	r, err := read(name, text)
	if err != nil {
		return auth.Provider{}, err
	}
	if r.made.ID == Practice {
		return auth.Provider{}, r.problem("id", "%q belongs to the practice provider; take another one", Practice)
	}
	r.made.Origin = name
	return r.made, nil
}

// addBuiltin adds the built-in provider file name.
func (c *Catalog) addBuiltin(builtin fs.FS, name string) error {
	text, err := fs.ReadFile(builtin, name)
	if err != nil {
		return fmt.Errorf("read the built-in provider %s: %w", name, err)
	}
	p, err := Read(name, text)
	if err != nil {
		return err
	}
	c.builtin[p.ID] = p
	return nil
}

// addFolder adds the connection files of folder and returns what went wrong.
func (c *Catalog) addFolder(folder string) []error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return []error{fmt.Errorf("list the connection files: %w", err)}
	}
	var troubles []error
	for _, e := range entries {
		if !isConnectionFile(e.Name()) {
			continue
		}
		if err := c.addFile(filepath.Join(folder, e.Name())); err != nil {
			troubles = append(troubles, err)
		}
	}
	return troubles
}

// addFile adds one connection file.
func (c *Catalog) addFile(path string) error {
	text, err := readFile(path)
	if err != nil {
		return fmt.Errorf("read the connection file: %w", err)
	}
	p, err := c.Read(path, text)
	if err != nil {
		return err
	}
	if other := c.byID[p.ID].Origin; other != "" {
		return &FileError{File: path, Line: 1, Column: 1, Key: "id", Want: fmt.Sprintf("%q is already taken by %s", p.ID, other)}
	}
	c.byID[p.ID] = p
	return nil
}

// readFile reads a regular file of a provider file's size. A pipe, which would
// keep the program waiting, is refused.
func readFile(path string) ([]byte, error) {
	kind, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !kind.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	return text, errors.Join(err, f.Close())
}

// keys lists the keys of m in order, so that errors come in the same order each time.
func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
