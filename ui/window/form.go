package window

import (
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// formView is the second step: what only this customer knows of a provider, and
// the client. A client that the vault knows needs none of it typed again. The form
// is built for one provider and keeps what was typed until it is left.
type formView struct {
	provider auth.Provider
	problem  *problemView
	known    []knownClient
	source   *options        // which of them, or another one; nil: none is known
	ease     *prose          // what is said while one of them is chosen
	typed    *fyne.Container // what is typed otherwise
	settings []settingField
	client   *field
	secret   *field // nil: the provider has none, or the file brings it
	sealed   *field // the passphrase of a secret that the connection file brings; nil: it brings none
	name     *field
	grant    *options // nil: there is one way only
	next     *button
	help     *fyne.Container
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

func newFormView(k keys, p auth.Provider, known []knownClient, do formDeeds) *formView {
	v := &formView{provider: p, problem: newProblemView(), known: known, ease: newProse(inTheVault, face{size: sizeSmall, ink: muted})}
	rows := []fyne.CanvasObject{
		stepHead("Add an account  ·  step 2 of 3", newProse("Your "+words.Plain(p.Name)+" client", headingFace())),
		v.problem.whole,
	}
	v.buildTyped(k)
	if len(known) > 0 {
		v.source = newOptionList(k, v.turnToSource, append(labelsOf(known), otherClient)...)
		rows = append(rows, container.New(column{10}, v.source.whole, v.ease))
	}
	v.name = newField(k, "Name in this list", "", nil)
	v.name.entry.PlaceHolder = words.Plain(p.Name)
	rows = append(rows, v.typed, v.name.whole)
	v.next = newButton("", primaryRank, k, func() { v.submit(do.next) })
	if p.Supports(auth.AuthorizationCode) && p.Supports(auth.ClientCredentials) {
		v.grant = newOptions(k, v.label, asMe, asApplication)
		rows = append(rows, v.grant.whole)
	}
	rows = append(rows, container.New(beside{gap: 8, stretch: -1}, v.next, newButton("Back", plainRank, k, do.back)))
	v.label()
	for _, f := range append(v.typedFields(), v.name) {
		f.entry.OnSubmitted = func(string) { v.submit(do.next) }
	}
	v.help = newHelpView(k, p, do.copyText)
	v.whole = container.NewStack(newPanel(ground, none, 0),
		newPage(32, 24, container.New(twoColumns{}, container.New(column{14}, rows...), v.help)))
	v.turnToSource()
	return v
}

// buildTyped makes what is typed for a client that isn't known yet.
func (v *formView) buildTyped(k keys) {
	p := v.provider
	v.typed = container.New(column{14})
	for _, s := range p.Settings {
		f := newSettingField(k, s, p.Team)
		v.settings = append(v.settings, f)
		v.typed.Add(f.object())
	}
	v.client = newField(k, "Client ID", "", required("The client ID is missing."))
	v.client.fill(p.Team.ClientIdentifier)
	if p.Team.ClientIdentifier != "" && slices.Contains(p.Team.Locked, "client_id") {
		v.client.lock()
	}
	v.typed.Add(v.client.whole)
	if p.Team.SealedSecret != "" {
		v.sealed = newSecretField(k, "Passphrase of the connection file",
			"Whoever gave you the file knows it. It opens the client secret that is sealed inside.", required("The passphrase is missing."))
		v.typed.Add(v.sealed.whole)
		return
	}
	if p.Client.Secret == auth.NotUsed {
		return
	}
	v.secret = newSecretField(k, "Client secret", "", nil)
	if p.Client.Secret == auth.Required {
		v.secret.check = required("The client secret is missing.")
	}
	v.typed.Add(v.secret.whole)
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
	if _, is := v.knownClient(); is {
		return []*field{v.name}
	}
	return append(v.typedFields(), v.name)
}

// typedFields are those of a client that isn't known yet.
func (v *formView) typedFields() []*field {
	var all []*field
	for _, s := range v.settings {
		if s.typed != nil {
			all = append(all, s.typed)
		}
	}
	all = append(all, v.client)
	for _, f := range []*field{v.secret, v.sealed} {
		if f != nil {
			all = append(all, f)
		}
	}
	return all
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
	if known, is := v.knownClient(); is {
		return auth.Connection{
			Provider: v.provider.ID, Name: strings.TrimSpace(v.name.text()),
			Client: known.identifier, Settings: maps.Clone(known.settings), Grant: v.grantType(),
		}
	}
	c := auth.Connection{
		Provider: v.provider.ID, Name: strings.TrimSpace(v.name.text()),
		ClientIdentifier: strings.TrimSpace(v.client.text()),
		RedirectAddress:  v.provider.Redirect.Address,
		Settings:         map[string]string{}, Grant: v.grantType(),
	}
	if v.secret != nil {
		c.ClientSecret = auth.NewSecret(strings.TrimSpace(v.secret.text()))
	}
	if v.sealed != nil {
		c.FilePassphrase = auth.NewSecret(v.sealed.text())
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
	if _, is := v.knownClient(); is && e.Kind == auth.KindMisconfigured {
		v.problem.text.say(toldOfKnown(e))
	}
	v.whole.Refresh()
}
