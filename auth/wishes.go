package auth

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"time"
)

// Wishes are the person's preferences as they are now. It is cheap, never waits,
// and is safe for concurrent use: whoever acts on a wish asks each time.
func (k *Keeper) Wishes() Preferences { return *k.wishes.Load() }

// Preferences are the person's wishes.
func (k *Keeper) Preferences(context.Context) (Preferences, error) { return k.Wishes(), nil }

// Prefer replaces the person's wishes, on disk first. Errors: KindUsage, with what
// doesn't fit.
func (k *Keeper) Prefer(_ context.Context, p Preferences) error {
	if err := p.check(); err != nil {
		return &Error{Kind: KindUsage, Detail: err.Error(), Cause: err}
	}
	k.naming.Lock() // one change at a time
	defer k.naming.Unlock()
	if k.prefer != nil {
		if err := k.prefer.Save(p); err != nil {
			return &Error{Kind: KindInternal, Detail: "the preferences can't be saved", Cause: err}
		}
	}
	k.wishes.Store(&p)
	k.changed()
	return nil
}

// loadWishes takes up what is kept. What can't be read is as if nobody had wished
// for anything; the next Prefer replaces it.
func (k *Keeper) loadWishes() {
	var p Preferences
	if k.prefer != nil {
		kept, err := k.prefer.Load()
		if err == nil {
			err = kept.check()
		}
		if err != nil {
			k.log.Warn("the preferences can't be used; the usual ones hold", "error", err)
		} else {
			p = kept
		}
	}
	k.wishes.Store(&p)
}

// wanted is want with the person's wish where the caller has none.
func (k *Keeper) wanted(want Want) Want {
	if wish := k.Wishes().Validity; want.Validity < 0 && wish > 0 {
		want.Validity = wish
	}
	return want
}

// day is what times of day are below, and the longest that anything waits here.
const day = 24 * time.Hour

// check reports what doesn't fit, and what is expected there.
func (p Preferences) check() error {
	switch {
	case p.Theme != ThemeSystem && p.Theme != ThemeLight && p.Theme != ThemeDark:
		return errors.New("the theme has to be the system's, light or dark")
	case p.Notices != NoticesAll && p.Notices != NoticesSignIn && p.Notices != NoticesNone:
		return errors.New("notifications have to be all, sign-ins only, or none")
	case p.ClearAfter > day:
		return errors.New("the clipboard is cleared after a day at most")
	case p.Validity < 0 || p.Validity > day:
		return errors.New("how long a token is good for at least has to be within a day")
	case p.QuietFrom < 0 || p.QuietFrom >= day || p.QuietUntil < 0 || p.QuietUntil >= day:
		return errors.New("the quiet hours have to be times of day, from 00:00 to 23:59")
	case strings.TrimSpace(p.Browser) != p.Browser || strings.ContainsFunc(p.Browser, isControl) || strings.HasPrefix(p.Browser, "-"):
		return errors.New("the browser has to be one command on one line, without blanks at its ends")
	}
	return p.Network.check()
}

func (n Network) check() error {
	if err := checkProxy(n.Proxy); err != nil {
		return err
	}
	for _, file := range []struct{ what, name string }{
		{"the file of certificates", n.CAFile}, {"the client certificate", n.ClientCertificate}, {"the client certificate's key", n.ClientKey},
	} {
		if file.name != "" && (!filepath.IsAbs(file.name) || strings.ContainsFunc(file.name, isControl)) {
			return errors.New(file.what + " has to be a whole path, from the root of the disk")
		}
	}
	if (n.ClientCertificate == "") != (n.ClientKey == "") {
		return errors.New("a client certificate and its key go together; where one file holds both, name it twice")
	}
	return nil
}

// noProxy is the Proxy that means none.
const noProxy = "none"

func checkProxy(proxy string) error {
	if proxy == "" || proxy == noProxy {
		return nil
	}
	u, err := url.Parse(proxy)
	switch {
	case err != nil || strings.ContainsFunc(proxy, notInAddress) || u.Hostname() == "" || !validPort(u),
		u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5",
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return errors.New(`the proxy has to be an address such as http://proxy.example.com:8080 or socks5://127.0.0.1:1080, or "none"`)
	case u.User != nil:
		return errors.New("the proxy's address can't hold a user name or password, because preferences are not sealed")
	}
	return nil
}
