package window

import (
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// formView is the second step: what only this customer knows of a provider, and
// the client. It is built for one provider and keeps what was typed until it is left.
type formView struct {
	provider auth.Provider
	problem  *problemView
	settings []settingField
	client   *field
	secret   *field // nil: the provider has none
	name     *field
	grant    *options // nil: there is one way only
	next     *button
	whole    *fyne.Container
}

// The two ways to sign in, as a person reads them.
const (
	asMe          = "Sign in as me"
	asApplication = "As the application (client credentials)"
)

// formDeeds is what a form leads to.
type formDeeds struct {
	next     func(auth.Connection)
	back     func()
	copyText func(string)
}

func newFormView(k keys, p auth.Provider, do formDeeds) *formView {
	v := &formView{provider: p, problem: newProblemView()}
	rows := []fyne.CanvasObject{
		stepHead("Add an account  ·  step 2 of 3", newProse("Your "+words.Plain(p.Name)+" client", headingFace())),
		v.problem.whole,
	}
	for _, s := range p.Settings {
		f := newSettingField(k, s, p.Team)
		v.settings = append(v.settings, f)
		rows = append(rows, f.object())
	}
	v.client = newField(k, "Client ID", "", required("The client ID is missing."))
	v.client.fill(p.Team.ClientIdentifier)
	if p.Team.ClientIdentifier != "" && slices.Contains(p.Team.Locked, "client_id") {
		v.client.lock()
	}
	rows = append(rows, v.client.whole)
	if p.Client.Secret != auth.NotUsed {
		v.secret = newSecretField(k, "Client secret", "", nil)
		if p.Client.Secret == auth.Required {
			v.secret.check = required("The client secret is missing.")
		}
		rows = append(rows, v.secret.whole)
	}
	v.name = newField(k, "Name in this list", "", nil)
	v.name.entry.PlaceHolder = words.Plain(p.Name)
	rows = append(rows, v.name.whole)
	v.next = newButton("", primaryRank, k, func() { v.submit(do.next) })
	if p.Supports(auth.AuthorizationCode) && p.Supports(auth.ClientCredentials) {
		v.grant = newOptions(k, v.label, asMe, asApplication)
		rows = append(rows, v.grant.whole)
	}
	rows = append(rows, container.New(beside{gap: 8, stretch: -1}, v.next, newButton("Back", plainRank, k, do.back)))
	v.label()
	for _, f := range v.fields() {
		f.entry.OnSubmitted = func(string) { v.submit(do.next) }
	}
	v.whole = container.NewStack(newPanel(ground, none, 0),
		newPage(32, 24, container.New(twoColumns{}, container.New(column{14}, rows...), newHelpView(k, p, do.copyText))))
	return v
}

func (v *formView) object() fyne.CanvasObject { return v.whole }

func (v *formView) first() fyne.Focusable {
	for _, f := range v.fields() {
		if f.text() == "" && !f.entry.Disabled() {
			return f.entry
		}
	}
	return nil
}

// fields are all that can be typed into, as they stand.
func (v *formView) fields() []*field {
	var all []*field
	for _, s := range v.settings {
		if s.typed != nil {
			all = append(all, s.typed)
		}
	}
	all = append(all, v.client)
	if v.secret != nil {
		all = append(all, v.secret)
	}
	return append(all, v.name)
}

func (v *formView) label() {
	if v.grantType() == auth.ClientCredentials {
		v.next.say("Connect")
	} else {
		v.next.say("Continue in the browser")
	}
}

func (v *formView) grantType() auth.GrantType {
	switch {
	case v.grant != nil && v.grant.chosen == asApplication:
		return auth.ClientCredentials
	case v.grant != nil:
		return auth.AuthorizationCode
	}
	// A device code is for where there is no browser; here is one.
	for _, g := range v.provider.Grants {
		if g != auth.DeviceCode {
			return g
		}
	}
	return auth.DeviceCode
}

// submit goes on where everything fits; otherwise every field says what is wrong.
func (v *formView) submit(next func(auth.Connection)) {
	fits := true
	for _, f := range v.fields() {
		fits = f.judge() && fits
	}
	v.whole.Refresh()
	if !fits {
		return
	}
	v.problem.say(nil)
	next(v.connection())
}

func (v *formView) connection() auth.Connection {
	c := auth.Connection{
		Provider: v.provider.ID, Name: strings.TrimSpace(v.name.text()),
		ClientIdentifier: strings.TrimSpace(v.client.text()),
		RedirectAddress:  v.provider.Redirect.Address,
		Settings:         map[string]string{}, Grant: v.grantType(),
	}
	if v.secret != nil {
		c.ClientSecret = auth.NewSecret(strings.TrimSpace(v.secret.text()))
	}
	for _, s := range v.settings {
		if value := s.value(); value != "" {
			c.Settings[s.key] = value
		}
	}
	if c.Grant == auth.ClientCredentials {
		c.RedirectAddress = ""
	}
	return c
}

// failed shows why it didn't work above what was typed, which stays.
func (v *formView) failed(e *auth.Error) {
	v.problem.say(e)
	v.whole.Refresh()
}

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
		f.whole = container.New(column{6}, newLine(s.Label, face{size: sizeText, style: semiBold, ink: ink}),
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
	f.typed.remark.sayIn(s.Help, muted)
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
