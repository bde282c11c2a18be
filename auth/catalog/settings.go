package catalog

import (
	"slices"
	"strings"
	"unicode"

	"github.com/tokentray/tokentray/auth"
)

// clientIDKey is the key of [team] beside the settings that can be locked.
const clientIDKey = "client_id"

// settings reads [[settings]].
func (r *reading) settings() {
	for i, w := range r.written.Settings {
		at := item("settings", i)
		r.line(at+".label", w.Label)
		r.line(at+".example", w.Example)
		r.line(at+".help", w.Help)
		if !settingKey().MatchString(w.Key) || w.Key == clientIDKey || "{"+w.Key+"}" == requestID || len(w.Key) > maxName {
			r.refuse(at+".key", "must be of a-z, 0-9, '-' and '_', begin with a letter and not be client_id or request_id")
		}
		if slices.Contains(r.settingKeys(), w.Key) {
			r.refuse(at+".key", "%q stands there twice", w.Key)
		}
		s := auth.Setting{
			Key: w.Key, Label: w.Label, Example: w.Example, Help: w.Help, Required: w.Required,
			Type:    pick(r, at+".type", w.Type, auth.SettingText, auth.SettingURL, auth.SettingHost, auth.SettingChoice),
			Choices: r.lines(at+".choices", w.Choices), Values: r.lines(at+".values", w.Values),
		}
		if s.Label == "" {
			s.Label = s.Key
		}
		r.choices(at, s)
		if err := s.Check(s.Example); err != nil {
			r.refuse(at+".example", "must itself be what is asked for, %v", err)
		}
		r.made.Settings = append(r.made.Settings, s)
	}
}

// choices checks what only a choice has.
func (r *reading) choices(at string, s auth.Setting) {
	switch {
	case s.Type != auth.SettingChoice && len(s.Choices)+len(s.Values) > 0:
		r.refuse(at+".choices", `choices and values are for type = "choice"`)
	case s.Type == auth.SettingChoice && len(s.Choices) == 0:
		r.refuse(at+".choices", "must list what can be chosen")
	case len(s.Values) > 0 && len(s.Values) != len(s.Choices):
		r.refuse(at+".values", "must be as many as the choices, %d", len(s.Choices))
	case slices.Contains(s.Choices, "") || slices.Contains(s.Values, ""):
		r.refuse(at+".choices", "may not hold an empty text")
	case len(slices.Compact(slices.Sorted(slices.Values(s.Choices)))) < len(s.Choices):
		r.refuse(at+".choices", "hold the same one twice")
	}
	for i, c := range s.Choices {
		if c != strings.TrimSpace(c) {
			r.refuse(item(at+".choices", i), "may not begin or end with a blank")
		}
	}
}

// team reads [team].
func (r *reading) team() auth.Team {
	w := r.written.Team
	r.line("team.client_id", w.ClientID)
	for _, key := range keys(w.Settings) {
		i := slices.IndexFunc(r.made.Settings, func(s auth.Setting) bool { return s.Key == key })
		if i < 0 {
			r.refuse("team.settings."+key, "there is no such setting; there are %s", r.known())
			continue
		}
		value := strings.TrimSpace(w.Settings[key])
		if err := r.made.Settings[i].Check(value); err != nil {
			r.refuse("team.settings."+key, "must be %v", err)
		} else if value == "" {
			r.refuse("team.settings."+key, "must not be empty; leave the key out instead")
		}
		w.Settings[key] = value
	}
	for i, key := range w.Locked {
		_, set := w.Settings[key]
		if set = set || key == clientIDKey && w.ClientID != ""; !set {
			r.refuse(item("team.locked", i), "%q can't be locked: [team] gives no value for it", key)
		}
	}
	r.sealed(w)
	return auth.Team{ClientIdentifier: w.ClientID, Settings: w.Settings, Locked: w.Locked, SealedSecret: w.ClientSecretSealed}
}

// maxSealed bounds a sealed client secret: an export's has less than a KiB.
const maxSealed = 8 << 10

// sealed checks what can be seen of a sealed client secret without its passphrase.
func (r *reading) sealed(w teamTable) {
	const key = "team.client_secret_sealed"
	odd := func(c rune) bool { return !unicode.IsPrint(c) && c != '\n' && c != '\r' }
	switch {
	case !r.where.has(key):
	case strings.TrimSpace(w.ClientSecretSealed) == "" || len(w.ClientSecretSealed) > maxSealed || strings.ContainsFunc(w.ClientSecretSealed, odd):
		r.refuse(key, "must be the sealed text that an export made")
	case w.ClientID == "":
		r.refuse(key, "belongs to a client_id, which [team] doesn't give")
	}
}

// settingKeys are the keys of the settings read so far.
func (r *reading) settingKeys() []string {
	all := make([]string, len(r.made.Settings))
	for i, s := range r.made.Settings {
		all[i] = s.Key
	}
	return all
}

// known lists the settings for a message.
func (r *reading) known() string {
	if len(r.made.Settings) == 0 {
		return "none"
	}
	return strings.Join(r.settingKeys(), ", ")
}
