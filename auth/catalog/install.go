package catalog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tokentray/tokentray/auth"
)

// Install reads a connection file and puts it into the person's own folder, under a
// name made from its id, readable for nobody else. The one that has that id already,
// under whatever name, is replaced, and so is a file of that name. Either all of the
// file is there afterwards or what was there before. The error is an *auth.Error: of
// KindUsage, naming key and line, where the text is at fault.
func (c *Catalog) Install(text []byte) (auth.Provider, error) {
	p, err := c.Read("connection file", text)
	if err != nil {
		return auth.Provider{}, unusable("", err)
	}
	if err := c.place(p.ID, text); err != nil {
		return auth.Provider{}, &auth.Error{
			Kind: auth.KindInternal, Provider: p.Name, Detail: "the connection file could not be stored", Cause: err,
		}
	}
	p, _ = c.Provider(p.ID)
	return p, nil
}

// place puts text where the connection file of id belongs.
func (c *Catalog) place(id auth.ProviderID, text []byte) error {
	if len(c.folders) == 0 {
		return errors.New("there is no folder for connection files")
	}
	folder := c.folders[0]
	path := filepath.Join(folder, string(id)+".toml")
	if p, known := c.Provider(id); known && filepath.Dir(p.Origin) == filepath.Clean(folder) {
		path = p.Origin
	}
	c.installing.Lock()
	defer c.installing.Unlock()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return replace(path, text)
}

// replace writes a file (0600) that is either the old one or the new one, also
// after a power cut. Its name while it is being written is one that New leaves alone.
func replace(path string, text []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".*.tmp") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write the connection file: %w", err)
	}
	return os.Rename(f.Name(), path)
}
