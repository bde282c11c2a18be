package window

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
)

// settingsView is a person's wishes about the program as a whole, and what opens the vault.
type settingsView struct {
	kept    auth.Preferences
	waiting []wantedChange // to be kept; the first one is on its way
	all     []preference
	login   *loginView
	seal    *sealView
	back    *button
	whole   *fyne.Container
}

// settingsDeeds is what the settings ask for.
type settingsDeeds struct {
	keep save
	pick pickFile
	back func()
}

func newSettingsView(k keys, do settingsDeeds, login *loginView, seal *sealView) *settingsView {
	v, s := &settingsView{login: login, seal: seal}, do.keep
	v.back = newBackLink(k, do.back)
	page := container.New(column{16}, container.New(beside{stretch: -1}, v.back),
		container.New(column{3}, newLine("Settings", headingFace()), newProse("Each change is kept at once.", face{size: sizeText, ink: muted})),
		v.section("General", []fyne.CanvasObject{login.whole}, v.themeWish(k, s), v.browserWish(k, s)),
		v.section("Tokens", nil, v.clipboardWish(k, s), v.validityWish(k, s)),
		v.section("Notifications", nil, v.noticeWish(k, s), v.quietWish(k, s)),
		v.section("Vault", []fyne.CanvasObject{seal.whole}),
		v.section("Network", nil, v.networkWishes(k, do)...))
	v.whole = container.NewStack(newPanel(ground, none, 0), newPage(32, 24, container.New(atMost{640}, page)))
	return v
}

// section is a card with what belongs together.
func (v *settingsView) section(name string, objects []fyne.CanvasObject, wishes ...preference) fyne.CanvasObject {
	rows := container.New(column{14}, newLine(name, face{size: sizeName + 1, style: semiBold, ink: ink}))
	for _, o := range objects {
		rows.Add(o)
	}
	for _, w := range wishes {
		rows.Add(w.object())
		v.all = append(v.all, w)
	}
	return container.New(card{20, 18}, newPanel(surface, hairline, 12), rows)
}

func (v *settingsView) object() fyne.CanvasObject { return v.whole }
func (v *settingsView) first() fyne.Focusable     { return v.back }

// show takes what is kept.
func (v *settingsView) show(p auth.Preferences) {
	v.kept = p
	for _, each := range v.all {
		each.show(p)
	}
	v.whole.Refresh()
}

func (v *settingsView) themeWish(k keys, s save) preference {
	return newChosenWish(k, "Look", s, func(p *auth.Preferences) *auth.Theme { return &p.Theme },
		wish[auth.Theme]{"As the desktop", auth.ThemeSystem}, wish[auth.Theme]{"Light", auth.ThemeLight}, wish[auth.Theme]{"Dark", auth.ThemeDark})
}

func (v *settingsView) browserWish(k keys, s save) preference {
	return newTypedWish(k, "Browser for signing in", "The command that opens an address, with its options. Empty: the desktop’s own browser.", "firefox --private-window", s,
		func(p auth.Preferences) string { return p.Browser }, func(p *auth.Preferences, text string) { p.Browser = text }, nil)
}

func (v *settingsView) clipboardWish(k keys, s save) preference {
	return newChosenWish(k, "A copied token stays on the clipboard for", s, func(p *auth.Preferences) *time.Duration { return &p.ClearAfter },
		wish[time.Duration]{"45 seconds, as usual", 0}, wish[time.Duration]{"15 seconds", 15 * time.Second},
		wish[time.Duration]{"2 minutes", 2 * time.Minute}, wish[time.Duration]{"until something else is copied", -1})
}

func (v *settingsView) validityWish(k keys, s save) preference {
	return newChosenWish(k, "A token that is copied or taken is good for at least", s, func(p *auth.Preferences) *time.Duration { return &p.Validity },
		wish[time.Duration]{"a minute, as usual", 0}, wish[time.Duration]{"5 minutes", 5 * time.Minute},
		wish[time.Duration]{"15 minutes", 15 * time.Minute}, wish[time.Duration]{"30 minutes", 30 * time.Minute})
}

func (v *settingsView) noticeWish(k keys, s save) preference {
	return newChosenWish(k, "Tell me about", s, func(p *auth.Preferences) *auth.NoticeWish { return &p.Notices },
		wish[auth.NoticeWish]{"everything that matters", auth.NoticesAll}, wish[auth.NoticeWish]{"sign-ins that are needed", auth.NoticesSignIn},
		wish[auth.NoticeWish]{"nothing", auth.NoticesNone})
}

func (v *settingsView) quietWish(k keys, s save) preference {
	return newTypedWish(k, "Quiet hours", "Nothing is told between these times; empty: there are none.", "22:00 – 07:00", s, quietText,
		func(p *auth.Preferences, text string) { p.QuietFrom, p.QuietUntil, _ = quietHours(text) }, // checked before
		func(text string) error {
			_, _, err := quietHours(text)
			return err
		})
}

func (v *settingsView) networkWishes(k keys, do settingsDeeds) []preference {
	s := do.keep
	file := func(kind fileKind, label, help string, at func(*auth.Preferences) *string) preference {
		t := newTypedWish(k, label, help, "", s, func(p auth.Preferences) string { return *at(&p) },
			func(p *auth.Preferences, text string) { *at(p) = text }, nil)
		t.field.browses(k, func() {
			do.pick(kind, t.field.text(), func(path string) {
				t.field.fill(path)
				t.keep()
			})
		})
		return t
	}
	return []preference{
		newTypedWish(k, "Proxy", "An http, https or socks5 address; none: straight; empty: as the system has it.", "http://proxy.example.com:3128", s,
			func(p auth.Preferences) string { return p.Network.Proxy }, func(p *auth.Preferences, text string) { p.Network.Proxy = text }, nil),
		file(certificateFiles, "Certificates that are trusted, too", "A PEM file, such as your organisation’s own authority; whole path.",
			func(p *auth.Preferences) *string { return &p.Network.CAFile }),
		file(certificateFiles, "Client certificate", "A PEM file that is shown to servers that ask for one; whole path.",
			func(p *auth.Preferences) *string { return &p.Network.ClientCertificate }),
		file(keyFiles, "Key of the client certificate", "A PEM file; whole path.", func(p *auth.Preferences) *string { return &p.Network.ClientKey }),
	}
}

// quietText is the quiet hours as they are typed.
func quietText(p auth.Preferences) string {
	if p.QuietFrom == p.QuietUntil {
		return ""
	}
	return hourText(p.QuietFrom) + " – " + hourText(p.QuietUntil)
}

func hourText(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", d/time.Hour, d%time.Hour/time.Minute)
}

// quietHours reads two times of day with a dash between; nothing is none.
func quietHours(text string) (from, until time.Duration, err error) {
	text = strings.NewReplacer("–", "-", "—", "-", " to ", "-").Replace(strings.TrimSpace(text))
	if text == "" {
		return 0, 0, nil
	}
	a, b, two := strings.Cut(text, "-")
	from, badFrom := hourOf(a)
	until, badUntil := hourOf(b)
	if !two || badFrom != nil || badUntil != nil {
		return 0, 0, errors.New("two times of day are expected here, such as 22:00 – 07:00")
	}
	return from, until, nil
}

func hourOf(text string) (time.Duration, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(text))
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err
}
