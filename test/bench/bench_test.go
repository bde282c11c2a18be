//go:build unix

package bench_test

import (
	"slices"
	"testing"
	"time"
)

// settled is how long what was just started may take until it rests.
const settled = 5 * time.Second

// BenchmarkAgentAtRest is the agent with its icon and one account, and no window,
// over a minute. Target: 0.05 % of a core, 30 MB.
func BenchmarkAgentAtRest(b *testing.B) {
	w := begin(b)
	w.has(1)
	w.Await("an icon in the tray", w.HasIcon)
	<-time.After(settled)
	w.share(w.the(w.agent), time.Minute)
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

// BenchmarkHundredAccounts is the window with a hundred accounts that count
// seconds. Target: 5 % of a core.
func BenchmarkHundredAccounts(b *testing.B) {
	w := begin(b)
	w.has(100)
	for _, row := range []struct {
		name    string
		prepare func()
		during  time.Duration
	}{
		{"shown", func() {}, 30 * time.Second},
		{"minimised", func() { w.Minimise("Tokentray") }, 20 * time.Second},
	} {
		b.Run(row.name, func(b *testing.B) {
			w := *w
			w.b = b
			w.tokentray()
			w.Await("the window", func() bool { return len(w.Windows("--name", "^Tokentray$")) == 1 })
			w.Away()
			row.prepare()
			<-time.After(settled)
			w.share(w.the(w.window), row.during)
		})
	}
}
