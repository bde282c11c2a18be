package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/tokentray/tokentray/auth"
)

// format is the version of the format that this program reads.
const format = 1

// maxFile is the size of a provider file in bytes. The largest built-in one has
// less than a twentieth of it.
const maxFile = 64 << 10

// Read reads a provider file and checks everything that can be checked without
// the network. name is for messages alone. Errors are *FileError; several are
// joined (errors.Join), the first one first.
func Read(name string, text []byte) (auth.Provider, error) {
	r, err := read(name, text)
	if err != nil {
		return auth.Provider{}, err
	}
	return r.made, nil
}

// reading is a provider file on its way to a Provider.
type reading struct {
	file     string
	where    places
	written  document
	made     auth.Provider
	problems []*FileError
}

// read is Read, and keeps where everything stood.
func read(name string, text []byte) (*reading, error) {
	r := &reading{file: name}
	if len(text) > maxFile {
		return nil, r.problem("", "the file is too large; a provider file has at most %d KiB", maxFile>>10)
	}
	// Editors on Windows like to begin a file with a byte order mark.
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if err := r.decode(text); err != nil {
		return nil, err
	}
	r.build()
	if err := joined(r.problems); err != nil {
		return nil, err
	}
	return r, nil
}

// decode fills in written and where. The format comes first: a newer file's other
// keys are not this one's to judge.
func (r *reading) decode(text []byte) error {
	var version struct {
		Format any `toml:"format"`
	}
	if err := toml.Unmarshal(text, &version); err != nil {
		return r.fromTOML(err)
	}
	r.where = placesIn(text)
	switch n, whole := version.Format.(int64); {
	case !r.where.has("format"):
		return r.problem("format", "is missing; begin the file with format = %d", format)
	case whole && n > format:
		return r.problem("format", "this file was written for a newer Tokentray; this one reads format %d", format)
	case !whole || n != format:
		return r.problem("format", "must be %d", format)
	}
	strict := toml.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&r.written); err != nil {
		return r.fromTOML(err)
	}
	return nil
}

// fromTOML is the TOML library's error in our words.
func (r *reading) fromTOML(err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		var problems []*FileError
		for i := range unknown.Errors {
			problems = append(problems, r.unknownKey(&unknown.Errors[i]))
		}
		return joined(problems)
	}
	var bad *toml.DecodeError
	if !errors.As(err, &bad) {
		return r.problem("", "%s", strings.TrimPrefix(err.Error(), "toml: "))
	}
	want := strings.TrimPrefix(bad.Error(), "toml: ")
	if strings.HasPrefix(want, "cannot decode ") || strings.HasPrefix(want, "cannot store ") {
		want = "must be " + kindAt(bad.Key())
	}
	line, column := bad.Position()
	return &FileError{File: r.file, Line: line, Column: column, Key: strings.Join(bad.Key(), "."), Want: want}
}

// unknownKey says which keys there are instead of the one that bad is about.
func (r *reading) unknownKey(bad *toml.DecodeError) *FileError {
	line, column := bad.Position()
	path := bad.Key()
	e := &FileError{File: r.file, Line: line, Column: column, Key: strings.Join(path, ".")}
	if e.Key == "team.client_secret" {
		e.Want = "a client secret is never written as it is; an export can seal it, and its key is client_secret_sealed then"
		return e
	}
	known := 0 // how much of the path leads somewhere
	for known < len(path) && typeAt(path[:known+1]) != nil {
		known++
	}
	e.Want = "there is no such key; known here are " + strings.Join(keysAt(path[:known]), ", ")
	return e
}

// problem is a FileError at key, or at what is around it where it isn't written.
func (r *reading) problem(key, want string, args ...any) *FileError {
	at := r.where.of(key)
	return &FileError{File: r.file, Line: at.line, Column: at.column, Key: key, Want: fmt.Sprintf(want, args...)}
}

// refuse notes a problem and reads on.
func (r *reading) refuse(key, want string, args ...any) {
	r.problems = append(r.problems, r.problem(key, want, args...))
}
