package catalog_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/catalog"
)

// FuzzRead holds that no text brings the reader down, that every error names the
// file and a place, and that what is accepted can be filled in.
func FuzzRead(f *testing.F) {
	for _, text := range builtin(f) {
		f.Add(text)
	}
	f.Add([]byte(whole))
	for _, fault := range faults {
		f.Add([]byte(fault.text))
	}
	f.Add([]byte(small + "settings = [{key = \"a\"}]\n[settings]\n"))
	f.Add([]byte("format = 1\n[settings]\nkey = \"A\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := catalog.Read("fuzz.toml", text)
		if err != nil {
			var e *catalog.FileError
			if !errors.As(err, &e) || e.File != "fuzz.toml" || e.Line < 1 || e.Column < 1 || e.Want == "" {
				t.Fatalf("error = %#v, want a whole *FileError", err)
			}
			if strings.ContainsAny(err.Error(), "\x00\x1b\r") {
				t.Fatalf("error = %q, want it printable", err)
			}
			return
		}
		if string(p.ID) != string(catalog.Practice) {
			wantWrittenAndRead(t, p)
		}
		p.Team = auth.Team{}
		if full, err := p.With(filledIn(p)); err == nil {
			wantValid(t, full)
		}
	})
}

// filledIn are values that fit every setting of p.
func filledIn(p auth.Provider) map[string]string {
	settings := map[string]string{}
	for _, s := range p.Settings {
		switch s.Type {
		case auth.SettingURL:
			settings[s.Key] = "https://a.example"
		case auth.SettingHost:
			settings[s.Key] = "a.example"
		case auth.SettingChoice:
			settings[s.Key] = s.Choices[len(s.Choices)-1]
		default:
			settings[s.Key] = "a"
		}
	}
	return settings
}
