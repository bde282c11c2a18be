package desktop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// wlCopy is the program of the package wl-clipboard.
const wlCopy = "wl-copy"

// wlQuickFailure is how long wl-copy is watched before its text counts as being
// on the clipboard: it ends at once where the compositor refuses it.
const wlQuickFailure = 200 * time.Millisecond

// waylandOffer is a wl-copy that serves the text: alive, it is still ours; ending
// it takes the text off.
type waylandOffer struct {
	child *exec.Cmd
	gone  chan struct{}
}

// offerWayland lends the text to a wl-copy that keeps it out of histories and
// files. Older ones spool it to a file: those are not used.
func offerWayland(ctx context.Context, text auth.Secret, session Session) (Offer, error) {
	help, err := exec.CommandContext(ctx, wlCopy, "--help").CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) || !bytes.Contains(help, []byte("--sensitive")) {
		return nil, ErrOldWaylandCopy
	}
	// With a type given, it doesn't have the text examined by xdg-mime.
	child := exec.Command(wlCopy, "--sensitive", "--foreground", "--type", "text/plain")
	child.Env = append(os.Environ(), "WAYLAND_DISPLAY="+session.WaylandDisplay, "XDG_RUNTIME_DIR="+session.RuntimeDir)
	child.Stdin = strings.NewReader(text.Reveal())
	child.SysProcAttr = detached() // a Ctrl+C in the agent's terminal is not meant for it
	if err := child.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", wlCopy, err)
	}
	o := &waylandOffer{child: child, gone: make(chan struct{})}
	var ended error
	go func() { // ends with the child, which Withdraw ends
		defer close(o.gone)
		ended = child.Wait()
	}()
	settled := time.NewTimer(wlQuickFailure)
	defer settled.Stop()
	select {
	case <-settled.C:
		return o, nil
	case <-o.gone:
		return nil, fmt.Errorf("%w: %s ended at once: %w", ErrNoClipboard, wlCopy, orEnded(ended))
	case <-ctx.Done():
		o.Withdraw()
		return nil, ctx.Err()
	}
}

// orEnded stands in for the error of a child that ended well.
func orEnded(err error) error {
	if err == nil {
		return errors.New("without a word")
	}
	return err
}

// Gone is closed when wl-copy has ended.
func (o *waylandOffer) Gone() <-chan struct{} { return o.gone }

// Withdraw ends wl-copy.
func (o *waylandOffer) Withdraw() {
	_ = o.child.Process.Kill() // it may have ended already
	<-o.gone
}
