package window

import (
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/tokentray/tokentray/auth"
)

// settingField asks for one of a provider's settings.
type settingField struct {
	key    string
	typed  *field         // for what is typed
	choice *widget.Select // for what is chosen
	whole  *fyne.Container
}

func newSettingField(k keys, s auth.Setting, team auth.Team) settingField {
	f := settingField{key: s.Key}
	locked := slices.Contains(team.Locked, s.Key)
	if s.Type == auth.SettingChoice {
		f.choice = widget.NewSelect(s.Choices, nil)
		f.choice.SetSelected(firstOf(append([]string{team.Settings[s.Key]}, s.Choices...)))
		if locked {
			f.choice.Disable()
		}
		f.whole = container.New(column{6}, newProse(s.Label, labelFace()),
			container.New(fixed{height: fieldHeight}, f.choice), newProse(s.Help, face{size: sizeSmall, ink: muted}))
		return f
	}
	f.typed = newField(k, s.Label, s.Help, func(text string) error {
		text = strings.TrimSpace(text)
		if text == "" && s.Required {
			return errors.New(s.Label + " is missing")
		}
		if err := s.Check(text); err != nil {
			return errors.New("expected here: " + err.Error())
		}
		return nil
	})
	f.typed.entry.PlaceHolder = s.Example
	f.typed.fill(team.Settings[s.Key])
	if locked {
		f.typed.lock()
	}
	return f
}

func (f settingField) object() fyne.CanvasObject {
	if f.typed != nil {
		return f.typed.whole
	}
	return f.whole
}

func (f settingField) value() string {
	if f.choice != nil {
		return f.choice.Selected
	}
	return strings.TrimSpace(f.typed.text())
}

// required is a check that something was typed.
func required(otherwise string) func(string) error {
	return func(text string) error {
		if strings.TrimSpace(text) == "" {
			return errors.New(otherwise)
		}
		return nil
	}
}

func firstOf(all []string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
