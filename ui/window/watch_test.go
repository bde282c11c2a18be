package window_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/window"
)

// slowDesk takes its time to say how everything stands.
type slowDesk struct {
	*fakeDesk
	takes  time.Duration
	pokes  chan struct{}
	pulled chan struct{}

	mu   sync.Mutex // guards time
	time time.Time
}

func (d *slowDesk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.time
}

func (d *slowDesk) Snapshot(ctx context.Context) (auth.Snapshot, error) {
	d.mu.Lock()
	d.time = d.time.Add(d.takes)
	d.mu.Unlock()
	d.pulled <- struct{}{}
	return d.fakeDesk.Snapshot(ctx)
}

func (d *slowDesk) Watch(context.Context) (<-chan struct{}, error) { return d.pokes, nil }

// TestPullingLeavesRoom pokes again and again: a pull that is slow, as with
// thousands of accounts, is not made again at once, and nothing that was poked is lost.
func TestPullingLeavesRoom(t *testing.T) {
	for _, row := range []struct{ takes, rest time.Duration }{
		{20 * time.Millisecond, time.Second},
		{time.Minute, 10 * time.Second},
	} {
		d := &slowDesk{
			fakeDesk: &fakeDesk{snapshot: snapshot(account("a", "Service desk"))}, takes: row.takes,
			pokes: make(chan struct{}, 1), pulled: make(chan struct{}, 10), time: now,
		}
		rests, over := make(chan time.Duration, 1), make(chan func(), 1)
		todo, ended, left := make(chan func(), 10), make(chan struct{}), make(chan struct{})
		go func() { // the UI thread: the toolkit measures text on one at a time
			defer close(left)
			for {
				select {
				case f := <-todo:
					f()
				case <-ended:
					return
				}
			}
		}()
		w := window.New(test.NewTempApp(t), window.Parts{
			Desk: d, Now: d.now, Do: func(f func()) {
				select {
				case todo <- f:
				case <-ended: // what is late is lost
				}
			},
			After: func(rest time.Duration, f func()) func() {
				rests <- rest
				over <- f
				return func() {}
			},
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); w.Watch(ctx) }()
		<-d.pulled
		if got := <-rests; got != row.rest {
			t.Errorf("after a pull of %s it rests for %s, want %s", row.takes, got, row.rest)
		}
		for range 3 { // the channel holds one; the others find it full
			select {
			case d.pokes <- struct{}{}:
			default:
			}
		}
		if len(d.pulled) != 0 {
			t.Error("it pulled again without a rest")
		}
		(<-over)()
		<-d.pulled // what was poked meanwhile
		<-rests
		if len(d.pulled) != 0 || len(d.pokes) != 0 {
			t.Error("several pokes led to several pulls")
		}
		cancel()
		<-done
		close(ended)
		<-left
		w.Close()
	}
}
