package oauth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fields is one answer, read without trust in the types of its values. Names
// fit exactly, or else whatever their case, '_' and '-': every value stands
// under its name as written and under its plain one.
type fields map[string]any

// maxLife is where stated lifetimes end: what lasts ten years lasts for ever.
const maxLife = 10 * 365 * 24 * time.Hour

// readFields reads a body as JSON or as a form, whatever it is labelled.
func readFields(body []byte) (fields, bool) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	if len(body) == 0 {
		return nil, false
	}
	switch body[0] {
	case '{', '[':
		return readJSON(body)
	case '<':
		return nil, false
	}
	return readForm(string(body))
}

// readJSON reads one object, or the first of an array.
func readJSON(body []byte) (fields, bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, false
	}
	if list, ok := v.([]any); ok && len(list) > 0 {
		v = list[0]
	}
	object, ok := v.(map[string]any)
	return newFields(object), ok
}

func newFields(object map[string]any) fields {
	f := make(fields, 2*len(object))
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if _, taken := f[plain(name)]; !taken {
			f[plain(name)] = object[name]
		}
	}
	maps.Copy(f, object)
	return f
}

// readForm reads a form, where it is one that belongs here.
func readForm(body string) (fields, bool) {
	values, err := url.ParseQuery(body)
	belongs := values.Has("access_token") || values.Has("refresh_token") || values.Has("device_code") || values.Has("error")
	if err != nil || !belongs {
		return nil, false
	}
	object := map[string]any{}
	for name, texts := range values {
		object[name] = texts[0]
	}
	return newFields(object), true
}

// value is the first of names that is there and not null.
func (f fields) value(names ...string) any {
	for _, name := range names {
		if v := f[name]; v != nil {
			return v
		}
	}
	for _, name := range names {
		if v := f[plain(name)]; v != nil {
			return v
		}
	}
	return nil
}

// plain is a name as it compares.
func plain(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == '_' || r == '-' {
			return -1
		}
		return r
	}, name))
}

// text is a string or a number as it was written; "" for anything else.
func (f fields) text(names ...string) string {
	switch v := f.value(names...).(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// words is the first of names that is a string, and not empty.
func (f fields) words(names ...string) string {
	for _, name := range names {
		if s, ok := f.value(name).(string); ok && s != "" {
			return s
		}
	}
	return ""
}

// object is an object inside f.
func (f fields) object(name string) (fields, bool) {
	o, ok := f.value(name).(map[string]any)
	return newFields(o), ok
}

// firstObject is the first object of a list inside f.
func (f fields) firstObject(name string) (fields, bool) {
	list, _ := f.value(name).([]any)
	for _, v := range list {
		if o, ok := v.(map[string]any); ok {
			return newFields(o), true
		}
	}
	return nil, false
}

// number is a finite number, however it was written; ok is false where there is none.
func (f fields) number(names ...string) (n float64, ok bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(f.text(names...)), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, false
	}
	return n, true
}

// seconds is a lifetime; 0 where none is stated, or none that can be.
func (f fields) seconds(names ...string) time.Duration {
	n, _ := f.number(names...)
	return clampLife(n)
}

func clampLife(seconds float64) time.Duration {
	switch {
	case seconds <= 0:
		return 0
	case seconds >= maxLife.Seconds():
		return maxLife
	}
	return time.Duration(seconds * float64(time.Second))
}

// until is a moment (seconds or milliseconds since 1970, or RFC 3339) as a lifetime from base.
func (f fields) until(base time.Time, names ...string) time.Duration {
	if at, err := time.Parse(time.RFC3339, f.text(names...)); err == nil {
		return clampLife(at.Sub(base).Seconds())
	}
	n, _ := f.number(names...) // nothing is 1970, long over
	if n > 1e11 {              // seconds reach that in the year 5138
		n /= 1000
	}
	return clampLife(n - float64(base.Unix()))
}

// claims reads the middle of a JWT (RFC 7519 §3), unchecked.
func claims(jwt string) (fields, bool) {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return nil, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return nil, false
	}
	return readJSON(payload)
}
