//go:build !shortcut

// Command tokentray keeps people signed in to the APIs they work with: one
// program that is the agent in the background and the command line in front.
// Built in full it is the window as well.
package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/tokentray/tokentray/assets"
	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
	"github.com/tokentray/tokentray/auth/catalog"
	"github.com/tokentray/tokentray/auth/oauth"
	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/places"
	"github.com/tokentray/tokentray/ui/cli"
	"github.com/tokentray/tokentray/ui/copyas"
	"github.com/tokentray/tokentray/ui/desktop"
	"github.com/tokentray/tokentray/ui/tray"
	"github.com/tokentray/tokentray/ui/words"
)

// version is stamped by the build.
var version = "dev"

// finishTime is what refreshes under way get when the agent is told to end; at the
// end of a session the system's own patience is little more.
const finishTime = 2 * time.Second

// written is a day before which no clock can be right: the program wasn't there yet.
var written = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// garbage is how much the agent may have beside what it uses, in percent, before it
// collects it: half of Go's own number, since it nearly always rests, and is there
// all day. With 1,000 accounts that is 29 MB in place of 34.
const garbage = 50

func main() {
	travelLight()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	w := cli.Process()
	w.RunAgent, w.RunWindow, w.Check, w.Look, w.Version = runAgent, runWindow, catalog.Read, look, version
	w.Session = func() auth.Session { return desktop.SessionFrom(os.Getenv) }
	w.Open = func(address, command string) error { return desktop.OpenBrowser(address, command, os.Getenv) }
	w.Dial = func(ctx context.Context, s cli.Start) (auth.Front, func() error, error) {
		c, err := dial(ctx, s)
		if err != nil {
			return nil, nil, err
		}
		return c, c.Close, nil
	}
	code := cli.Run(ctx, w)
	stop()
	os.Exit(code)
}

// look is what the doctor hears of this computer.
func look(ctx context.Context) []words.Finding {
	all := desktop.Look(ctx, windowCommand, os.Getenv)
	if p, _, err := whereabouts(); err == nil {
		all = append(all, kept("vault and log", p.Data), kept("configuration", p.Config), kept("socket", p.Runtime))
	}
	return all
}

// kept is what the doctor hears of a folder.
func kept(what, dir string) words.Finding {
	if err := places.Writable(dir); err != nil {
		return words.Finding{
			Check: what, Health: words.Problem, Sentence: "Nothing can be kept in " + words.Named(dir) + ": " + systemsWord(err) + ".",
			Next: "Make room on that disk, or see to it that you may write there. A token that comes meanwhile is lost when Tokentray ends.",
		}
	}
	return words.Finding{Check: what, Health: words.Healthy, Sentence: "It is kept in " + words.Named(dir) + "."}
}

// whereabouts are where this user's Tokentray keeps things and listens.
func whereabouts() (places.Places, agent.Address, error) {
	p, err := places.Find(os.Getenv)
	if err != nil {
		return p, agent.Address{}, err
	}
	return p, agent.Address{Socket: p.Socket(), Lock: p.Lock()}, p.Make()
}

// unusable says which folder can't be used, and why.
func unusable(err error) *auth.Error {
	detail := err.Error()
	var at *fs.PathError
	if errors.As(err, &at) { // one says enough
		detail = "the folder " + at.Path + " can't be used: " + systemsWord(err)
	}
	return &auth.Error{Kind: auth.KindAgent, Detail: detail, Cause: err}
}

// systemsWord is why the system refused something, without what it was.
func systemsWord(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

// dial reaches the agent and, where none runs, starts one in the background.
func dial(ctx context.Context, s cli.Start) (*agent.Client, error) {
	p, address, err := whereabouts()
	if err != nil {
		return nil, unusable(err)
	}
	if s == cli.StartNever {
		return agent.Dial(ctx, address, version)
	}
	return agent.Ensure(ctx, address, version, func() (<-chan struct{}, error) {
		return desktop.Launch(filepath.Join(p.Data, "agent.log"), "agent")
	})
}

// runAgent is the agent: everything wired, until ctx ends or a newer program asks it to finish.
func runAgent(ctx context.Context, o cli.AgentOptions) (err error) {
	runtime.SetDefaultGOMAXPROCS()
	debug.SetGCPercent(garbage)
	p, address, err := whereabouts()
	if err != nil {
		return unusable(err)
	}
	hold, err := agent.Take(address, version)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, hold.Release()) }()

	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if hold.Untold != nil {
		log.Warn("callers with another runtime folder won't find this agent", "error", hold.Untold)
	}
	if err := agent.NoCore(); err != nil {
		log.Warn("a crash may leave secrets in a file", "error", err)
	}
	providers, troubles := catalog.New(assets.Providers, p.Connections()...)
	for _, t := range troubles {
		log.Warn("a provider file was left out", "error", t)
	}
	var keeper *auth.Keeper
	wire := oauth.New(oauth.Options{
		UserAgent:   "Tokentray/" + version,
		Network:     func() auth.Network { return keeper.Wishes().Network },
		SystemProxy: desktop.SystemProxy,
	})
	defer func() { _ = wire.Close() }() // what lingers there is a listener
	clock := auth.SystemClock()
	listening, deafen := context.WithCancel(context.WithoutCancel(ctx))
	defer deafen()
	keeper = auth.NewKeeper(auth.Parts{
		Vault:     storage.NewVault(storage.Options{Dir: p.Data}),
		Wire:      wire,
		Catalogue: providers,
		Local:     map[auth.ProviderID]auth.Local{catalog.Practice: practice.NewHost(filepath.Join(p.Data, "practice"))},
		Clock:     clock,
		Log:       log,
		Porter:    storage.NewPorter(),
		Prefer:    storage.NewPreferenceFile(p.Config),
		Signals:   desktop.Signals(listening, clock, log),
		NotBefore: written,
	})
	if err := keeper.Open(ctx, o.Passphrase); err != nil {
		if !o.Passphrase.IsZero() {
			return errors.Join(err, keeper.Close(0))
		}
		log.Warn("the vault is not open yet", "error", err) // callers are told; it may be unlocked later
	}
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { keeper.Run(ctx) })
	front, leave := meetDesktop(keeper, clock, log)
	shown, hide := context.WithCancel(context.WithoutCancel(ctx))
	if !o.NoTray {
		running.Go(func() { showTray(shown, front, stop, log) })
	}
	err = hold.Serve(ctx, front, stop, o.Ready)
	stop()
	// In this order: whoever needs the bus ends before the tray, which closes it.
	err = errors.Join(err, keeper.Close(finishTime), leave())
	hide()
	running.Wait()
	return err
}

// meetDesktop is what callers are served by: the Keeper, the clipboard, the window,
// and the notifications that lead to it. leave gives the desktop back.
func meetDesktop(keeper *auth.Keeper, clock auth.Clock, log *slog.Logger) (front *desktop.Front, leave func() error) {
	clipboard := desktop.NewClipboard(desktop.SystemBoard, clock, func() time.Duration { return keeper.Wishes().ClearAfter })
	front = desktop.NewFront(desktop.FrontParts{
		Desk: keeper, Tokens: keeper,
		Put: clipboard.Copy, Clear: clipboard.Clear,
		Write: write,
		Start: func(s auth.Session) (<-chan error, error) { return desktop.StartWindow(windowCommand, s, os.Stderr) },
	})
	notifier := desktop.NewNotifier("", assets.IconPNG, func(c desktop.Click) {
		if c.Action == desktop.ActionLater {
			putOff(front, c.All, log)
			return
		}
		summon(front, auth.Summons{Account: c.Account, SignIn: c.Action == desktop.ActionSignIn}, log)
	})
	ctx, stop := context.WithCancel(context.Background())
	var telling sync.WaitGroup
	telling.Go(func() { desktop.Tell(ctx, keeper, notifier, clock, log) })
	return front, func() error {
		stop()
		telling.Wait()
		return errors.Join(clipboard.Close(), notifier.Close())
	}
}

// write writes t in the form called form; "" is the bare token.
func write(form string, t auth.Token, d auth.Details) (auth.Secret, error) {
	f, known := copyas.Parse(cmp.Or(form, string(copyas.Raw)))
	if !known {
		return auth.Secret{}, &auth.Error{Kind: auth.KindUsage, Detail: "there is no form of that name"}
	}
	return copyas.Write(f, copyas.Material{Token: t, Account: d.Name, API: d.API, Now: time.Now()})
}

// putOff has nobody told about these accounts until tomorrow.
func putOff(desk auth.Desk, accounts []auth.AccountID, log *slog.Logger) {
	for _, id := range accounts {
		if err := desk.Snooze(context.Background(), id, desktop.Tomorrow(desktop.Now())); err != nil {
			log.Warn("a notification was not put off", "account", id, "error", err)
		}
	}
}

// summon opens the window on the agent's own desktop.
func summon(front *desktop.Front, what auth.Summons, log *slog.Logger) {
	if err := front.Open(context.Background(), what, desktop.SessionFrom(os.Getenv)); err != nil {
		log.Warn("the window does not open", "error", err)
	}
}

// showTray shows the tray's icon until ctx ends, if there is a tray.
func showTray(ctx context.Context, front *desktop.Front, quit func(), log *slog.Logger) {
	err := tray.Run(ctx, tray.Parts{
		Desk: front, Now: desktop.Now, Quit: func() { front.Leave(); quit() }, Reach: desktop.ReachBus,
		Icons: tray.Icons{Plain: assets.TrayPlain, NeedsYou: assets.TrayNeedsYou, Dimmed: assets.TrayDimmed},
		Copy: func(ctx context.Context, id auth.AccountID) error {
			_, err := front.Copy(ctx, id, "", desktop.SessionFrom(os.Getenv))
			return err
		},
		Open:   func(id auth.AccountID) { summon(front, auth.Summons{Account: id}, log) },
		SignIn: func(id auth.AccountID) { summon(front, auth.Summons{Account: id, SignIn: true}, log) },
	})
	if err != nil {
		log.Info("no tray icon; everything else goes on", "error", err)
	}
}
