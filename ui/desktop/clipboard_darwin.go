package desktop

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"os/exec"
	"strings"

	"github.com/tokentray/tokentray/auth"
)

// SystemBoard puts text on the pasteboard by pbcopy, through its standard input.
// Marking it as concealed (org.nspasteboard.ConcealedType) would need cgo, so
// clipboard histories may keep it. It was compiled and never run.
func SystemBoard(ctx context.Context, text auth.Secret, _ Session) (Offer, error) {
	o := &pasteboardOffer{key: make([]byte, sha256.Size)}
	_, _ = rand.Read(o.key) // never fails (crypto/rand)
	o.sum = o.hash([]byte(text.Reveal()))
	if err := pbcopy(ctx, text.Reveal()); err != nil {
		return nil, err
	}
	if !o.ours(ctx) {
		return nil, fmt.Errorf("%w: the pasteboard doesn't hold what was copied", ErrNoClipboard)
	}
	return o, nil
}

// pasteboardOffer knows its text by a keyed hash, which tells nobody else anything.
type pasteboardOffer struct{ key, sum []byte }

// Gone is nil: the pasteboard doesn't tell.
func (*pasteboardOffer) Gone() <-chan struct{} { return nil }

// Withdraw empties the pasteboard if it still holds the text.
func (o *pasteboardOffer) Withdraw() {
	ctx, stop := context.WithTimeout(context.Background(), clearTime)
	defer stop()
	if o.ours(ctx) {
		_ = pbcopy(ctx, "") // there is no second way
	}
}

func (o *pasteboardOffer) ours(ctx context.Context) bool {
	text, err := exec.CommandContext(ctx, "pbpaste").Output()
	return err == nil && hmac.Equal(o.hash(text), o.sum)
}

func (o *pasteboardOffer) hash(text []byte) []byte {
	mac := hmac.New(sha256.New, o.key)
	mac.Write(bytes.TrimSuffix(text, []byte("\n")))
	return mac.Sum(nil)
}

func pbcopy(ctx context.Context, text string) error {
	cmd := exec.CommandContext(ctx, "pbcopy")
	cmd.Stdin = strings.NewReader(text)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w: pbcopy: %w", ErrNoClipboard, err)
	}
	return nil
}
