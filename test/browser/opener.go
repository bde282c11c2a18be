package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Inbox is where openers leave the addresses that they are given. It belongs to one
// goroutine.
type Inbox struct {
	folder string
	taken  int // how many addresses were taken out
}

// NewInbox makes an Inbox in folder, which has to be there.
func NewInbox(folder string) *Inbox { return &Inbox{folder: folder} }

// openerScript is run as a person's browser would be, with the address as its last
// argument, and leaves it in the spool under a name that sorts by time. It
// appears whole, by the rename.
const openerScript = `#!/bin/sh
PATH=/usr/local/bin:/usr/bin:/bin
umask 077
for address; do :; done
part=$(mktemp '%[1]s/part.XXXXXX') &&
printf '%%s\n' "$address" >"$part" &&
mv "$part" '%[1]s/'"$(date +%%s%%N)-$$.address"
`

// Opener returns an executable that leaves the address it is given in the Inbox.
// It serves as $BROWSER, and its folder first in PATH as xdg-open: that is its name.
func (i *Inbox) Opener(t testing.TB) (command string) {
	t.Helper()
	command, err := i.WriteOpener(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return command
}

// WriteOpener writes the executable that Opener describes into dir.
func (i *Inbox) WriteOpener(dir string) (command string, err error) {
	command = filepath.Join(dir, "xdg-open")
	//nolint:gosec // an executable has to be executable
	if err := os.WriteFile(command, fmt.Appendf(nil, openerScript, i.folder), 0o700); err != nil {
		return "", fmt.Errorf("write the opener: %w", err)
	}
	return command, nil
}

// Follow waits for the next address that an opener was given, goes there and
// returns it. ctx bounds the wait.
func (b *Browser) Follow(ctx context.Context) (address string, err error) {
	if address, err = b.Next(ctx); err != nil {
		return "", err
	}
	return address, b.Open(ctx, address)
}

// Next waits for the next address that an opener was given, and takes it out. ctx
// bounds the wait.
func (i *Inbox) Next(ctx context.Context) (address string, err error) {
	for {
		handed, err := i.Handed()
		if err != nil {
			return "", err
		}
		if len(handed) > i.taken {
			i.taken++
			return handed[i.taken-1], nil
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("browser: wait for an address to open: %w", context.Cause(ctx))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Handed returns every address that the openers were given so far, oldest first,
// taken or not.
func (i *Inbox) Handed() ([]string, error) {
	names, err := filepath.Glob(filepath.Join(i.folder, "*.address"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var addresses []string
	for _, name := range names {
		line, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("browser: read what was handed over: %w", err)
		}
		addresses = append(addresses, strings.TrimSuffix(string(line), "\n"))
	}
	return addresses, nil
}

// withoutQuery is an address fit for a log: codes and states travel in the query.
func withoutQuery(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that can't be read"
	}
	u.RawQuery, u.Fragment, u.User = "", "", nil
	return u.String()
}
