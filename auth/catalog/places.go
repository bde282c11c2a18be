package catalog

import (
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// place is where something stands, from 1.
type place struct{ line, column int }

// places says where each key of a TOML text stands, by its path:
// "redirect.rule", or "settings[1].key" in an array of tables.
type places map[string]place

// of is where key stands, or else the nearest table around it, or else the
// beginning of the file.
func (p places) of(key string) place {
	for key != "" {
		if at, ok := p[key]; ok {
			return at
		}
		key = key[:max(strings.LastIndexAny(key, ".["), 0)]
	}
	return place{1, 1}
}

// has reports whether key stands in the text.
func (p places) has(key string) bool {
	_, ok := p[key]
	return ok
}

// placesIn finds every key of text, which has been read as TOML without error.
func placesIn(text []byte) places {
	s := scan{found: places{}}
	s.parser.Reset(text)
	tables := map[string]int{} // how many of each array were seen
	inside := ""
	for s.parser.NextExpression() {
		switch e := s.parser.Expression(); e.Kind {
		case unstable.Table:
			inside = s.add("", e)
		case unstable.ArrayTable:
			name := s.add("", e)
			inside = fmt.Sprintf("%s[%d]", name, tables[name])
			s.found[inside] = s.at(e)
			tables[name]++
		case unstable.KeyValue:
			s.keyValue(inside, e)
		}
	}
	return s.found
}

// scan is placesIn under way.
type scan struct {
	parser unstable.Parser
	found  places
}

// keyValue notes the key of e and those inside its value.
func (s *scan) keyValue(inside string, e *unstable.Node) {
	s.value(s.add(inside, e), e.Value())
}

// value notes the keys inside v, which is the value of path.
func (s *scan) value(path string, v *unstable.Node) {
	switch v.Kind {
	case unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			s.keyValue(path, it.Node())
		}
	case unstable.Array:
		n := 0
		for it := v.Children(); it.Next(); n++ {
			s.value(fmt.Sprintf("%s[%d]", path, n), it.Node())
		}
	}
}

// add notes every part of e's key and returns the whole path.
func (s *scan) add(inside string, e *unstable.Node) string {
	path, at := inside, s.at(e)
	for it := e.Key(); it.Next(); {
		if path != "" {
			path += "."
		}
		path += string(it.Node().Data)
		if !s.found.has(path) {
			s.found[path] = at
		}
	}
	return path
}

// at is where the key of e begins.
func (s *scan) at(e *unstable.Node) place {
	it := e.Key()
	it.Next()
	start := s.parser.Shape(it.Node().Raw).Start
	return place{start.Line, start.Column}
}
