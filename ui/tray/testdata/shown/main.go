// Command shown shows a tray for the tests of ui/tray: in a process of its own,
// because systray keeps its state in its package, and built without the race
// detector, which finds races in systray. It reads commands from standard input
// ("run", "bus ADDRESS", "stop", "has SNAPSHOT" as JSON) and writes what was done.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/tokentray/tokentray/assets"
	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/desktop"
	"github.com/tokentray/tokentray/ui/tray"
)

// desk is a Desk that can be looked at, and nothing else.
type desk struct {
	auth.Desk
	poke chan struct{}

	mu       sync.Mutex
	snapshot auth.Snapshot
}

func (d *desk) Watch(context.Context) (<-chan struct{}, error) { return d.poke, nil }

// Snapshot is the Keeper's: of a vault that isn't open it tells what it knows, and
// that it isn't.
func (d *desk) Snapshot(context.Context) (auth.Snapshot, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.snapshot.Vault; s != auth.VaultUnlocked && s != auth.VaultNone {
		return d.snapshot, &auth.Error{Kind: auth.KindVault, Vault: s}
	}
	return d.snapshot, nil
}

func (d *desk) Pause(_ context.Context, id auth.AccountID, until time.Time) error {
	end := "until it is resumed"
	if !until.IsZero() {
		end = until.Format("until 2 Jan 15:04")
	}
	fmt.Println(strings.TrimSpace("pause " + string(id) + end))
	return nil
}

func (d *desk) Resume(_ context.Context, id auth.AccountID) error {
	fmt.Println(strings.TrimSpace("resume " + string(id)))
	return nil
}

func (d *desk) Lock(context.Context) error {
	fmt.Println("lock")
	return nil
}

func (d *desk) Unlock(_ context.Context, passphrase auth.Secret) error {
	fmt.Println("unlock", passphrase.Len())
	return nil
}

func (d *desk) set(text string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.snapshot = auth.Snapshot{}
	if err := json.Unmarshal([]byte(text), &d.snapshot); err != nil {
		return err
	}
	select {
	case d.poke <- struct{}{}:
	default:
	}
	return nil
}

func main() {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	d := &desk{poke: make(chan struct{}, 1)}
	parts := tray.Parts{
		Desk: d, Now: func() time.Time { return noon }, Reach: desktop.ReachBus,
		Icons: tray.Icons{Plain: assets.TrayPlain, NeedsYou: assets.TrayNeedsYou, Dimmed: assets.TrayDimmed},
		Copy: func(_ context.Context, id auth.AccountID) error {
			fmt.Println("copy", id)
			if strings.HasSuffix(string(id), "fails") {
				return errors.New("this one fails")
			}
			return nil
		},
		Open:   func(id auth.AccountID) { fmt.Println(strings.TrimSpace("open " + string(id))) },
		SignIn: func(id auth.AccountID) { fmt.Println("sign in", id) },
		Quit:   func() { fmt.Println("quit") },
	}
	stop := context.CancelFunc(func() {})
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		command, rest, _ := strings.Cut(in.Text(), " ")
		switch command {
		case "bus":
			if err := os.Setenv("DBUS_SESSION_BUS_ADDRESS", rest); err != nil {
				fmt.Println(err)
			}
		case "has":
			if err := d.set(rest); err != nil {
				fmt.Println(err)
			}
		case "run":
			var ctx context.Context
			ctx, stop = context.WithCancel(context.Background())
			go func() {
				err := tray.Run(ctx, parts)
				fmt.Println("ended:", err, errors.Is(err, tray.ErrNoTray))
			}()
		case "stop":
			stop()
		}
	}
	stop()
}
