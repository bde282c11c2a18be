// Package places knows the folders where Tokentray keeps things and listens: those
// of TOKENTRAY_HOME, or the platform's own.
//
// It stands apart from the vault because whoever only looks for the agent needs to
// know where it listens, and shouldn't have to carry a database for it.
package places

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// HomeVariable names the environment variable that puts everything into one folder.
const HomeVariable = "TOKENTRAY_HOME"

// FolderMode is that of each of the folders.
const FolderMode = 0o700

// Places are the folders where Tokentray keeps things. They may not exist yet.
type Places struct {
	Config  string // settings and a team's connection files
	Shared  string // the configuration of everybody on the computer; "": there is none
	Data    string // the vault
	Runtime string // the socket; its path is short enough for one
}

const (
	// socketRoom is how long a socket's path may be: 104 bytes on macOS, with the
	// zero behind it; Linux has 108.
	socketRoom = 103
	// socketName is what is left of that for a name in Places.Runtime, with its slash.
	socketName = 24
)

// Socket is where the agent listens.
func (p Places) Socket() string { return filepath.Join(p.Runtime, "agent.sock") }

// Lock is the file whose holder is the agent.
func (p Places) Lock() string { return filepath.Join(p.Data, "agent.lock") }

// Find returns the folders of TOKENTRAY_HOME where it is set, and the
// platform's own otherwise. It fails where the environment doesn't say whose
// they are.
func Find(getenv func(string) string) (Places, error) {
	home := getenv(HomeVariable)
	if home == "" {
		return platformPlaces(getenv)
	}
	if !filepath.IsAbs(home) { // else every folder that somebody works in would have a vault of its own
		return Places{}, fmt.Errorf("%s is %q, and has to be a whole path, from the root on", HomeVariable, home)
	}
	return placesIn(filepath.Clean(home), getenv), nil
}

// Connections are the folders of connection files, this person's before the computer's.
func (p Places) Connections() []string {
	folders := []string{filepath.Join(p.Config, "connections")}
	if p.Shared != "" {
		folders = append(folders, filepath.Join(p.Shared, "connections"))
	}
	return folders
}

// placesIn puts everything below home, but for the socket's folder where that
// path would be too long.
func placesIn(home string, getenv func(string) string) Places {
	p := Places{
		Config: filepath.Join(home, "config"), Data: filepath.Join(home, "data"), Runtime: filepath.Join(home, "run"),
	}
	if len(p.Runtime)+socketName > socketRoom {
		sum := sha256.Sum256([]byte(home))
		p.Runtime = shortRuntime(getenv, "-"+hex.EncodeToString(sum[:4]))
	}
	return p
}

// Make makes the folders that aren't there, closes them to other users (0700),
// and refuses one that belongs to somebody else. The socket's folder may be in a
// place that everybody can write to; there a link is refused as well.
func (p Places) Make() error {
	return errors.Join(MakeFolder(p.Data, os.Stat), MakeFolder(p.Config, os.Stat), MakeFolder(p.Runtime, os.Lstat))
}

// MakeFolder makes dir where it isn't there, closes it to other users, and refuses
// what is no folder, or somebody else's; stat looks at it, through a link or not.
func MakeFolder(dir string, stat func(string) (fs.FileInfo, error)) error {
	if err := os.MkdirAll(dir, FolderMode); err != nil {
		return err
	}
	info, err := stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	return OwnOnly(dir, info, FolderMode)
}

// Writable fails where nothing new can be kept in dir, as on a full disk or a
// read-only one: it writes a page, and takes it away again.
func Writable(dir string) error {
	const page = 4096
	probe, err := os.CreateTemp(dir, "probe-*")
	if err != nil {
		return err
	}
	_, err = probe.Write(make([]byte, page))
	return errors.Join(err, probe.Close(), os.Remove(probe.Name()))
}
