package arrows

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// top is what may stand at the top of the repository: the product's folders, and
// what a repository needs to live. Whatever else comes up has a place in one of them.
var top = []string{
	"go.mod", "go.sum", "main.go", "main_slim.go", "main_full.go", "main_shortcut.go", "ui", "auth", "storage", "assets", "README.md",
	"Makefile", "LICENSE", "CHANGELOG.md", ".golangci.yml", ".gitignore", ".ci", "docs", "test", "packaging",
}

// mostLines is where a file of Go has lost its noun.
const mostLines = 350

// longFiles may be longer, each for a reason.
var longFiles = map[string]string{}

// private is what tells of the machine that something was written on, or of where
// its packages came from; the words are put together so that this file is neutral itself.
var private = regexp.MustCompile(strings.Join([]string{
	`(?m)(^|[\s"'=(:` + "`" + `])/(work|root)/`,
	`proxy\.golang` + `\.org`, `sum\.golang` + `\.org`,
	`registry\.npm` + `js\.org`, `registry\.yarn` + `pkg\.com`,
	`deb\.debian` + `\.org`, `archive\.ubun` + `tu\.com`,
}, "|"))

// JudgeFile returns what is wrong with a file of the repository as a file: where it
// lies, how long it is, whether its text is neutral. name is relative to the top.
func JudgeFile(name string, content []byte) (wrong []string) {
	first, _, _ := strings.Cut(name, "/")
	if !slices.Contains(top, first) {
		wrong = append(wrong, fmt.Sprintf("%s: the top level is fixed; put it into one of its folders", name))
	}
	lines := bytes.Count(content, []byte("\n"))
	if path.Ext(name) == ".go" && lines > mostLines && longFiles[name] == "" {
		wrong = append(wrong, fmt.Sprintf("%s has %d lines: past %d look for a missing noun", name, lines, mostLines))
	}
	text := !bytes.Contains(content, []byte{0})
	if text && private.Match(content) {
		for i, line := range bytes.Split(content, []byte("\n")) {
			if found := private.Find(line); found != nil {
				wrong = append(wrong, fmt.Sprintf("%s:%d names %q: a path or a host of one machine's", name, i+1, found))
			}
		}
	}
	return wrong
}
