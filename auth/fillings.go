package auth

import (
	"net/url"
	"regexp"
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
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(template, -1) {
		b.WriteString(template[at:m[0]])
		at = m[1]
		v, known := f[template[m[2]:m[3]]]
		switch {
		case !known:
			b.WriteString(template[m[0]:m[1]])
		case v.text == "":
			return ""
		default:
			b.WriteString(put(v, template[m[1]:]))
		}
	}
	return b.String() + template[at:]
}

// placeholder is a setting's key in braces, as it stands in an address.
var placeholder = regexp.MustCompile(`\{([a-z][a-z0-9_-]*)\}`)

// Placeholders lists the keys that stand in braces in template, as they come.
func Placeholders(template string) []string {
	var keys []string
	for _, m := range placeholder.FindAllStringSubmatch(template, -1) {
		keys = append(keys, m[1])
	}
	return keys
}
