//go:build !slim && !shortcut

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/tokentray/tokentray/assets"
	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/cli"
	"github.com/tokentray/tokentray/ui/copyas"
	"github.com/tokentray/tokentray/ui/desktop"
	"github.com/tokentray/tokentray/ui/window"
	"github.com/tokentray/tokentray/ui/window/open"
)

// travelLight does nothing here: the window needs the first thread, and more than one.
func travelLight() {}

// windowCommand has this same program show the window.
var windowCommand = []string{os.Args[0], "window", "--here"}

// runWindow shows the window in this process until it is closed.
func runWindow(ctx context.Context) error {
	var front atomic.Pointer[auth.Front]
	reach := func(ctx context.Context) (auth.Desk, error) {
		c, err := dial(ctx, cli.StartIfNeeded)
		if err != nil {
			return nil, err
		}
		f := auth.Front(c)
		front.Store(&f)
		return c, nil
	}
	desk, err := reach(ctx)
	if err != nil {
		return err
	}
	copyAs := func(ctx context.Context, id auth.AccountID, form string) error {
		_, err := (*front.Load()).Copy(ctx, id, form, desktop.SessionFrom(os.Getenv))
		return err
	}
	login, err := desktop.NewAtLogin(os.Getenv)
	if err != nil {
		return err
	}
	err = open.Run(ctx, window.Parts{
		Desk:   desk,
		Copy:   func(ctx context.Context, id auth.AccountID) error { return copyAs(ctx, id, "") },
		CopyAs: copyAs,
		Forms:  formsOf,
		Open: func(address string) error {
			wishes, err := (*front.Load()).Preferences(ctx)
			if err != nil {
				return err
			}
			return desktop.OpenBrowser(address, wishes.Browser, os.Getenv)
		},
		AtLogin:  window.AtLogin{On: login.Is, TurnOn: login.TurnOn, TurnOff: login.TurnOff},
		Version:  version,
		Restart:  reach,
		Summoned: func(ctx context.Context) (<-chan auth.Summons, error) { return (*front.Load()).Summoned(ctx) },
		Icon:     assets.IconPNG,
	}, func() { os.Exit(0) })
	if errors.Is(err, open.ErrNoGraphics) {
		fmt.Fprintln(os.Stderr, open.ErrNoGraphics)
		os.Exit(desktop.NoGraphics) // the agent, which waits for this code, tells the person
	}
	return err
}

// formsOf are the forms in which an account's token can be copied.
func formsOf(d auth.Details) []window.Form {
	var forms []window.Form
	for _, f := range copyas.FormsFor(d.API) {
		forms = append(forms, window.Form{ID: string(f), Label: f.Label()})
	}
	return forms
}
