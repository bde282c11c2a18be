// Command tokentray keeps people signed in to the APIs they work with: one
// program that is the agent in the background and the command line in front.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
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
	"github.com/tokentray/tokentray/ui/cli"
	"github.com/tokentray/tokentray/ui/copyas"
	"github.com/tokentray/tokentray/ui/desktop"
)

// version is stamped by the build.
var version = "dev"

const (
	// finishTime is what refreshes under way get when the agent is told to end;
	// at the end of a session the system's own patience is little more.
	finishTime = 2 * time.Second
	// maxLog is when the log of an agent in the background begins anew.
	maxLog = 1 << 20
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	w := cli.Process()
	w.Dial, w.RunAgent, w.Check, w.Version = dial, runAgent, catalog.Read, version
	w.Open = func(address, command string) error { return desktop.OpenBrowser(address, command, os.Getenv) }
	code := cli.Run(ctx, w)
	stop()
	os.Exit(code)
}

// places are where this user's Tokentray keeps things and listens.
func places() (storage.Places, agent.Address, error) {
	p, err := storage.FindPlaces(os.Getenv)
	if err != nil {
		return p, agent.Address{}, err
	}
	return p, agent.Address{
		Socket: filepath.Join(p.Runtime, "agent.sock"), Lock: filepath.Join(p.Data, "agent.lock"),
	}, p.Make()
}

// dial reaches the agent and, where none runs, starts one in the background.
func dial(ctx context.Context, s cli.Start) (auth.Desk, func() error, error) {
	p, address, err := places()
	if err != nil {
		return nil, nil, &auth.Error{Kind: auth.KindAgent, Detail: "find the folders", Cause: err}
	}
	var c *agent.Client
	if s == cli.StartNever {
		c, err = agent.Dial(ctx, address, version)
	} else {
		c, err = agent.Ensure(ctx, address, version, func() error { return launch(p) })
	}
	if err != nil {
		return nil, nil, err
	}
	return c, c.Close, nil
}

// launch starts this same program as the agent.
func launch(p storage.Places) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	path, flags := filepath.Join(p.Data, "agent.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND
	if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
		flags |= os.O_TRUNC
	}
	log, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return fmt.Errorf("open the agent's log: %w", err)
	}
	defer log.Close() // the child has it
	return desktop.Launch(program, []string{"agent"}, log)
}

// runAgent is the agent: everything wired, until ctx ends or a newer program asks it to finish.
func runAgent(ctx context.Context, o cli.AgentOptions) (err error) {
	p, address, err := places()
	if err != nil {
		return err
	}
	hold, err := agent.Take(address, version)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, hold.Release()) }()

	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	providers, troubles := catalog.New(assets.Providers, p.Connections()...)
	for _, t := range troubles {
		log.Warn("a provider file was left out", "error", t)
	}
	wire := oauth.New(oauth.Options{UserAgent: "Tokentray/" + version})
	defer func() { _ = wire.Close() }() // what lingers there is a listener
	keeper := auth.NewKeeper(auth.Parts{
		Vault:     storage.NewVault(storage.Options{Dir: p.Data}),
		Wire:      wire,
		Catalogue: providers,
		Local:     map[auth.ProviderID]auth.Local{catalog.Practice: practice.NewHost(filepath.Join(p.Data, "practice"))},
		Clock:     auth.SystemClock(),
		Log:       log,
	})
	defer func() { err = errors.Join(err, keeper.Close(finishTime)) }()
	if err := keeper.Open(ctx, o.Passphrase); err != nil {
		if !o.Passphrase.IsZero() {
			return err
		}
		log.Warn("the vault is not open yet", "error", err) // callers are told; it may be unlocked later
	}
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	running.Go(func() { keeper.Run(ctx) })
	return hold.Serve(ctx, front(keeper), stop, o.Ready)
}

// front is what callers are served by: the Keeper, the clipboard and the window.
func front(keeper *auth.Keeper) *desktop.Front {
	return desktop.NewFront(desktop.FrontParts{
		Desk: keeper,
		Put:  desktop.NewClipboard(desktop.SystemBoard, auth.SystemClock(), desktop.DefaultKeep).Copy,
		Write: func(form string, t auth.Token, d auth.Details) (auth.Secret, error) {
			return copyas.Write(cmp.Or(copyas.Form(form), copyas.Raw), copyas.Material{Token: t, Account: d.Name, API: d.API, Now: time.Now()})
		},
		Start: func(s auth.Session) (<-chan error, error) { return desktop.StartWindow(s, os.Stderr) },
	})
}
