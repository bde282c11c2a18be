package cli

import (
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/tokentray/tokentray/ui/words"
)

// table is rows of cells, as many in each; the first row is the heading.
type table []row

type row []cell

type cell struct {
	text   string
	colour colour
}

// colour is a number of ECMA-48 §8.3.117 (SGR); terminals show it in a shade of their own.
type colour string

const (
	uncoloured colour = ""
	red        colour = "31"
	green      colour = "32"
	yellow     colour = "33"
)

// paint says whether colours are written.
type paint int

const (
	withoutColours paint = iota
	withColours
)

// paints decides on colours: on a person's terminal alone, and not where
// NO_COLOR (no-color.org) or a terminal that can't speaks against it.
func (i *invocation) paints() paint {
	able := i.Getenv("TERM") != "dumb"
	if runtime.GOOS == "windows" {
		able = i.Getenv("WT_SESSION") != "" // Windows Terminal; the older console shows the codes themselves
	}
	if i.Terminal.Out && able && i.Getenv("NO_COLOR") == "" {
		return withColours
	}
	return withoutColours
}

// plain is a cell with text that others wrote.
func plain(s string) cell { return cell{text: words.Plain(s)} }

// text lays the table out, two blanks between its columns and none at the ends of lines.
func (t table) text(p paint) string {
	widths := make([]int, len(t[0]))
	for _, r := range t {
		for k, c := range r {
			widths[k] = max(widths[k], utf8.RuneCountInString(c.text))
		}
	}
	lines := make([]string, len(t))
	for n, r := range t {
		var b strings.Builder
		for k, c := range r {
			b.WriteString(c.painted(p))
			b.WriteString(strings.Repeat(" ", widths[k]-utf8.RuneCountInString(c.text)+2))
		}
		lines[n] = strings.TrimRight(b.String(), " ")
	}
	return strings.Join(lines, "\n")
}

func (c cell) painted(p paint) string {
	if p == withoutColours || c.colour == uncoloured {
		return c.text
	}
	return "\x1b[" + string(c.colour) + "m" + c.text + "\x1b[0m"
}
