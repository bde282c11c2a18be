package auth

import (
	"net/url"
	"strings"
)

// fillings are what to put for each key; the empty string where nothing was given.
type fillings map[string]filling

type filling struct {
	text string
	kind SettingType
}

// inAddress fills template in; "" where something it needs was not given.
func (f fillings) inAddress(template string) string {
	return f.expand(template, func(v filling, rest string) string {
		switch {
		case v.kind == SettingText:
			// QueryEscape leaves nothing that could end a host, a path or a query.
			return strings.ReplaceAll(url.QueryEscape(v.text), "+", "%20")
		case strings.HasPrefix(rest, "/"):
			return strings.TrimRight(v.text, "/")
		}
		return v.text
	})
}

// missing is the first key of template for which nothing was given, or "".
func (f fillings) missing(template string) string {
	for _, key := range Placeholders(template) {
		if v, known := f[key]; known && v.text == "" {
			return key
		}
	}
	return ""
}

// inTexts fills in every value of texts and drops those that need what was not given.
func (f fillings) inTexts(texts map[string]string) {
	for name, template := range texts {
		texts[name] = f.expand(template, func(v filling, _ string) string { return v.text })
		if texts[name] == "" && template != "" {
			delete(texts, name)
		}
	}
}

// expand replaces each {key} of template once; what was put in is not looked at
// again. Unknown keys stay as they are, which no address survives.
func (f fillings) expand(template string, put func(v filling, rest string) string) string {
	var b strings.Builder
	for rest := template; ; {
		before, key, after, found := cutPlaceholder(rest)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		switch v, known := f[key]; {
		case !known:
			b.WriteString("{" + key + "}")
		case v.text == "":
			return ""
		default:
			b.WriteString(put(v, after))
		}
		rest = after
	}
}

// Placeholders lists the keys that stand in braces in template, as they come.
func Placeholders(template string) []string {
	var keys []string
	for rest := template; ; {
		_, key, after, found := cutPlaceholder(rest)
		if !found {
			return keys
		}
		keys, rest = append(keys, key), after
	}
}

// cutPlaceholder splits s at its first setting's key in braces: a letter, then
// letters, digits, '_' and '-', all of them small.
func cutPlaceholder(s string) (before, key, after string, found bool) {
	for from := 0; ; {
		open := strings.IndexByte(s[from:], '{')
		if open < 0 {
			return s, "", "", false
		}
		open += from
		length := strings.IndexFunc(s[open+1:], notInKey)
		end := open + 1 + length
		if length > 0 && s[end] == '}' && s[open+1] >= 'a' && s[open+1] <= 'z' {
			return s[:open], s[open+1 : end], s[end+1:], true
		}
		from = open + 1
	}
}

func notInKey(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && r != '-'
}
