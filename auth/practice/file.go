package practice

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// stateFile is where a state is kept; "" is nowhere.
type stateFile string

// load reads the state. Where there is none it starts a new one. A file that is
// no state is put aside as *.damaged: what it granted was practice.
func (f stateFile) load() (state, error) {
	fresh := state{Format: stateFormat, Server: randomText(8), Families: map[string]*family{}}
	if f == "" {
		return fresh, nil
	}
	text, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return fresh, nil
	}
	if err != nil {
		return state{}, fmt.Errorf("read the practice provider's state: %w", err)
	}
	var st state
	if json.Unmarshal(text, &st) != nil || st.Format != stateFormat || st.Families == nil || st.hasHoles() {
		if err := os.Rename(string(f), string(f)+".damaged"); err != nil {
			return state{}, fmt.Errorf("put a damaged practice state aside: %w", err)
		}
		return fresh, nil
	}
	return st, nil
}

// hasHoles reports a family that is null, which JSON can say and nothing here expects.
func (st state) hasHoles() bool {
	for _, f := range st.Families {
		if f == nil {
			return true
		}
	}
	return false
}

// save replaces the file in one step: after a power cut it is the old one or the new one.
func (f stateFile) save(st state) error {
	if f == "" {
		return nil
	}
	text, err := json.Marshal(st)
	if err != nil {
		return fmt.Errorf("write the practice provider's state: %w", err)
	}
	dir := filepath.Dir(string(f))
	temp, err := os.CreateTemp(dir, ".practice-*") // made with 0600
	if err != nil {
		return fmt.Errorf("write the practice provider's state: %w", err)
	}
	_, err = temp.Write(text)
	err = errors.Join(err, temp.Sync(), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), string(f))
	}
	if err != nil {
		err = errors.Join(err, os.Remove(temp.Name()))
		return fmt.Errorf("write the practice provider's state: %w", err)
	}
	return syncFolder(dir)
}

// syncFolder makes the rename itself durable. Windows has no such call; NTFS
// journals renames.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("write the practice provider's state: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("write the practice provider's state: %w", err)
	}
	return nil
}
