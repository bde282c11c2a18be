//go:build unix

package bench_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// settled is how long what was just started may take until it rests.
const settled = 5 * time.Second

// BenchmarkAgentAtRest is the agent with its icon and with accounts whose tokens are
// fresh, and no window, over a minute. Targets: 0.05 % of a core, 30 MB, a wake every
// 30 s.
func BenchmarkAgentAtRest(b *testing.B) {
	for _, accounts := range []int{1, 1_000} {
		b.Run(fmt.Sprint(accounts), func(b *testing.B) {
			w := begin(b)
			w.tokentray("list") // starts the agent
			connectMany(b, w.home, accounts)
			w.Await("an icon in the tray", w.HasIcon)
			<-time.After(journalled)
			w.share(w.the(w.agent), time.Minute)
		})
	}
}

// BenchmarkWindowOpens is from a click on the tray's icon to a window that can be
// seen; the median of five. Target: 1 s.
func BenchmarkWindowOpens(b *testing.B) {
	w := begin(b)
	w.has(1)
	w.Await("an icon in the tray", w.HasIcon)
	var took []time.Duration
	for range 5 {
		began := time.Now()
		w.Activate()
		w.Await("the window", func() bool { return len(w.Windows("--name", "^Tokentray$")) == 1 })
		took = append(took, time.Since(began))
		w.close()
	}
	slices.Sort(took)
	b.ReportMetric(took[2].Seconds()*1000, "ms-median")
	b.ReportMetric(took[4].Seconds()*1000, "ms-worst")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkWindow is the window with many accounts, over half a minute each. Targets:
// while seconds are counted 4 % of a core and 190 MB, and the same with ten times
// as many accounts; while nothing moves 1.5 %.
func BenchmarkWindow(b *testing.B) {
	w := begin(b)
	const counted, still = time.Hour - time.Minute, 9 * time.Hour
	for _, row := range []struct {
		name     string
		accounts int
		life     time.Duration
		every    time.Duration
		prepare  func(*world)
	}{
		{"1/counting", 1, counted, 0, (*world).Away},
		{"100/counting", 100, counted, 0, (*world).Away},
		{"1000/counting", 1_000, counted, 0, (*world).Away},
		{"10000/counting", 10_000, counted, 0, (*world).Away},
		{"1000/still", 1_000, still, 0, (*world).Away},
		{"1000/counting,minimised", 1_000, counted, 0, func(w *world) { w.Minimise("Tokentray") }},
		// As many changes as refreshes make at tokens of an hour: each begins and ends.
		{"1000/changing", 1_000, counted, 1800 * time.Millisecond, (*world).Away},
		{"10000/changing", 10_000, counted, 180 * time.Millisecond, (*world).Away},
	} {
		b.Run(row.name, func(b *testing.B) {
			w := *w
			w.b = b
			crowdOf(row.accounts, row.life, row.every).serve(b, w.home)
			w.show()
			defer w.close()
			row.prepare(&w)
			<-time.After(settled)
			w.share(w.the(w.window), 30*time.Second)
		})
	}
}
