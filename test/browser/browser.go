// Package browser drives a real Chromium, without a window and without a way off
// this machine, as a person would use it: tests and the tour sign in with it.
package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience bounds every step: each takes well under a second on an idle machine,
// and a full test run is not an idle machine.
const patience = 30 * time.Second

// Browser is one Chromium with one tab. It belongs to the goroutine that made it:
// one step at a time. Every error says which page it happened on.
type Browser struct {
	*Inbox                 // whose addresses are opened by Follow
	tab    context.Context // chromedp keeps a tab in a context; it has no other handle
}

// Start starts a Browser that ends with the test.
func Start(t testing.TB) *Browser {
	t.Helper()
	b, stop, err := Launch(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return b
}

// Launch starts a Browser that keeps everything in the folder dir. It lives until
// stop is called or ctx ends; stop waits for its end.
func Launch(ctx context.Context, dir string) (b *Browser, stop func(), err error) {
	spool := filepath.Join(dir, "opened")
	if err := os.Mkdir(spool, 0o700); err != nil {
		return nil, nil, fmt.Errorf("start browser: %w", err)
	}
	ctx, stopAllocator := chromedp.NewExecAllocator(ctx, options(filepath.Join(dir, "profile"))...)
	tab, stopTab := chromedp.NewContext(ctx)
	stop = func() {
		stopTab()
		stopAllocator() // waits for the process
	}
	if err := chromedp.Do(tab); err != nil {
		stop()
		return nil, nil, fmt.Errorf("start browser (is chromium installed? test/setup does it): %w", err)
	}
	return &Browser{Inbox: NewInbox(spool), tab: tab}, stop, nil
}

// options keep the browser on loopback and quiet: without them Chromium looks for
// hosts of its maker's at every start.
func options(profile string) []chromedp.ExecAllocatorOption {
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, // the sandbox doesn't run as root, and CI is root
		chromedp.Flag("headless", "new"),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
		chromedp.UserDataDir(profile),
		chromedp.WindowSize(1000, 800),
	)
}

// Open goes to an address.
func (b *Browser) Open(ctx context.Context, address string) error {
	return b.do(ctx, "open "+withoutQuery(address), chromedp.Navigate(address))
}

// Location returns the address of the page, with its query.
func (b *Browser) Location(ctx context.Context) (string, error) {
	return run(ctx, b, "read the address", chromedp.Location())
}

// Text returns what a person reads on the page.
func (b *Browser) Text(ctx context.Context) (string, error) {
	return run(ctx, b, "read the page", chromedp.Text(chromedp.CSS("body")))
}

// WaitText waits until the page, or one that it leads to, shows a text.
func (b *Browser) WaitText(ctx context.Context, text string) error {
	return b.do(ctx, fmt.Sprintf("wait for %q", text), until(fmt.Sprintf(`!!document.body && document.body.innerText.includes(%q)`, text)))
}

// until waits until a condition in JavaScript holds, on this page or one that it leads to.
func until(condition string) chromedp.Action[chromedp.Void] {
	holds := chromedp.Evaluate[bool](condition)
	return func(ctx context.Context, tab *chromedp.Target) (chromedp.Void, error) {
		for {
			// An error is a page that goes away under the question: the next one is asked again.
			if yes, err := holds(ctx, tab); err == nil && yes {
				return chromedp.Void{}, nil
			}
			select {
			case <-ctx.Done():
				return chromedp.Void{}, ctx.Err()
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
}

// Screenshot writes a picture of the whole page as PNG.
func (b *Browser) Screenshot(ctx context.Context, path string) error {
	picture, err := run(ctx, b, "take a picture", chromedp.FullScreenshot(100))
	if err != nil {
		return err
	}
	return os.WriteFile(path, picture, 0o600)
}

func (b *Browser) do(ctx context.Context, what string, steps ...chromedp.Action[chromedp.Void]) error {
	_, err := run(ctx, b, what, chromedp.Steps(steps...))
	return err
}

// run runs one action in the tab, bounded by the caller's ctx and by patience.
func run[T any](ctx context.Context, b *Browser, what string, action chromedp.Action[T]) (T, error) {
	tab, cancel := context.WithTimeout(b.tab, patience)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	v, err := chromedp.Run(tab, action)
	if err != nil {
		return v, fmt.Errorf("browser: %s on %s: %w", what, b.whereabouts(), err)
	}
	return v, nil
}

// whereabouts is the page's address and first words for an error, without the query:
// codes travel there.
func (b *Browser) whereabouts() string {
	const enough = 5 * time.Second // the tab that just failed may not answer at all
	ctx, cancel := context.WithTimeout(b.tab, enough)
	defer cancel()
	address, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return "a page that doesn't answer"
	}
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(document.body?.innerText ?? "").slice(0, 300)`))
	if err != nil {
		return withoutQuery(address)
	}
	return fmt.Sprintf("%s (%q)", withoutQuery(address), text)
}
