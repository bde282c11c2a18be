package storage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pelletier/go-toml/v2"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage/places"
)

const (
	preferencesName = "preferences.toml"
	// mostPreferences is a hundred times what they take.
	mostPreferences = 256 << 10
)

// PreferenceFile is the auth.PreferenceStore: a text file that a person may
// write, too. It is read anew at each Load. It is safe for concurrent use; of two
// Saves the later one stands.
type PreferenceFile struct{ path string }

var _ auth.PreferenceStore = PreferenceFile{}

// NewPreferenceFile returns the preferences in dir, which is Places.Config. Save
// makes it where it isn't there.
func NewPreferenceFile(dir string) PreferenceFile {
	return PreferenceFile{path: filepath.Join(dir, preferencesName)}
}

// Load reads the file; where there is none the zero value is returned, and where
// it can't be read or says something that isn't known the zero value with an
// error that names the line. Whoever starts goes on without it.
func (f PreferenceFile) Load() (auth.Preferences, error) {
	p, err := f.load()
	if err != nil {
		return auth.Preferences{}, fmt.Errorf("reading %s: %w", f.path, err)
	}
	return p, nil
}

func (f PreferenceFile) load() (auth.Preferences, error) {
	file, err := os.Open(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return auth.Preferences{}, nil
	}
	if err != nil {
		return auth.Preferences{}, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, mostPreferences+1))
	switch {
	case err != nil:
		return auth.Preferences{}, err
	case len(text) > mostPreferences:
		return auth.Preferences{}, errors.New("it is too large")
	}
	return readPreferences(text)
}

// Save replaces the file in one step, readable by its owner alone. A file that
// Load refuses is kept beside it (preferences.toml.old). Preferences that no file
// could say are refused with an *auth.Error of KindUsage.
func (f PreferenceFile) Save(p auth.Preferences) error {
	if err := checkPreferences(p); err != nil {
		return refusal("%s", err)
	}
	text, err := writePreferences(p)
	if err != nil {
		return fmt.Errorf("writing %s: %w", f.path, err)
	}
	if err := places.MakeFolder(filepath.Dir(f.path), os.Stat); err != nil {
		return fmt.Errorf("writing %s: %w", f.path, err)
	}
	if _, err := f.load(); err != nil {
		if err := os.Rename(f.path, f.path+".old"); err != nil {
			return fmt.Errorf("keeping what was in %s: %w", f.path, err)
		}
	}
	if err := replaceFile(f.path, text); err != nil {
		return fmt.Errorf("writing %s: %w", f.path, err)
	}
	return nil
}

// replaceFile puts content in the place of the file at path, whole or not at all.
func replaceFile(path string, content []byte) error {
	draft, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new") // with mode 0600
	if err != nil {
		return err
	}
	_, err = draft.Write(content)
	if err == nil {
		err = draft.Sync()
	}
	if err = errors.Join(err, draft.Close()); err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

// readPreferences reads the file's text.
func readPreferences(text []byte) (auth.Preferences, error) {
	var written preferencesText
	decoder := toml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))) // as Notepad likes to begin
	err := decoder.DisallowUnknownFields().Decode(&written)
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &unknown) && len(unknown.Errors) > 0:
		line, _ := unknown.Errors[0].Position()
		return auth.Preferences{}, fmt.Errorf("line %d: there is no preference %q", line, unknown.Errors[0].Key())
	case errors.As(err, &wrong):
		line, _ := wrong.Position()
		return auth.Preferences{}, fmt.Errorf("line %d: %w", line, err)
	case err != nil:
		return auth.Preferences{}, err
	}
	p, err := written.preferences()
	if err == nil {
		err = checkPreferences(p)
	}
	return p, err
}
