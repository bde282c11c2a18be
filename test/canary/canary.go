// Package canary finds test secrets where none may be. Every fake secret in a test
// holds Word, so that one search finds them all: in files, in what a test
// printed, in a process's arguments and environment.
package canary

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Word is part of every fake secret. (It is put together here, so that this
// package's own text isn't a find.)
const Word = "canary" + "-"

// Find is a place where a secret stands. It doesn't repeat the secret.
type Find struct {
	Where string // a file, a process
	Line  int    // from 1
}

func (f Find) String() string { return fmt.Sprintf("%s:%d", f.Where, f.Line) }

// Scan searches files and whole folders, hidden ones too, whatever they are
// called. A file that is gone before it is read is no find and no error.
func Scan(paths ...string) ([]Find, error) {
	var finds []Find
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return ignoreMissing(err)
			}
			f, err := os.Open(path)
			if err != nil {
				return ignoreMissing(err)
			}
			defer f.Close()
			found, err := ScanReader(path, f)
			finds = append(finds, found...)
			return err
		})
		if err != nil {
			return finds, fmt.Errorf("look for test secrets: %w", err)
		}
	}
	return finds, nil
}

// ScanReader searches what r gives to its end; where names it in the finds.
func ScanReader(where string, r io.Reader) ([]Find, error) {
	var finds []Find
	for in, line := bufio.NewReader(r), 1; ; line++ {
		text, err := in.ReadBytes('\n')
		if Holds(text) {
			finds = append(finds, Find{Where: where, Line: line})
		}
		if errors.Is(err, io.EOF) {
			return finds, nil
		}
		if err != nil {
			return finds, fmt.Errorf("look for test secrets in %s: %w", where, err)
		}
	}
}

// Holds reports whether text holds a test secret.
func Holds(text []byte) bool { return bytes.Contains(text, []byte(Word)) }

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
