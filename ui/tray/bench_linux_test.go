package tray_test

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/tokentray/tokentray/auth"
	fixture "github.com/tokentray/tokentray/test/desktop"
)

// BenchmarkClickWhileFiftyFlap is from a click on a line of the menu, over D-Bus, to
// what it does, while fifty accounts change their state a hundred times a second: the
// median and the worst of a thousand, and how often the menu was built anew meanwhile.
// A click that meets that may be lost, which is counted; none where the panel tells that
// it opened the menu. Beside it the same while nothing changes. Target: 100 ms.
func BenchmarkClickWhileFiftyFlap(b *testing.B) {
	for _, row := range []struct {
		what  string
		flap  time.Duration // between two changes; 0: none
		tells bool          // that the menu is open
	}{{"still", 0, false}, {"flapping", 10 * time.Millisecond, false}, {"opened", 10 * time.Millisecond, true}} {
		b.Run(row.what, func(b *testing.B) {
			bus := fixture.StartBus(b)
			p := startPanel(b, bus)
			s := start(b, bus, fifty(0)...)
			p.shows(b)
			if row.flap > 0 {
				defer flapping(b, s.tell, row.flap)()
			}
			var took []time.Duration
			const clicks = 1000
			menus := map[int32]bool{} // by the number of the line in it
			for range clicks {
				<-time.After(17 * time.Millisecond) // no divisor of how long a menu stays
				if row.tells {
					s.opens()
				}
				id := s.awaitLine("Open Tokentray")
				menus[id] = true
				if d, arrived := s.clickTakes(id); arrived {
					took = append(took, d)
				}
			}
			if len(took) == 0 {
				b.Fatal("no click is heard")
			}
			slices.Sort(took)
			b.ReportMetric(took[len(took)/2].Seconds()*1000, "ms-median")
			b.ReportMetric(took[len(took)-1].Seconds()*1000, "ms-worst")
			b.ReportMetric(float64(clicks-len(took)), "lost")
			b.ReportMetric(float64(len(menus)), "menus")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// fifty are accounts of which every other one needs a person.
func fifty(turn int) []auth.Status {
	var all []auth.Status
	for n := range 50 {
		all = append(all, status(fmt.Sprintf("A%02d", n), []auth.State{auth.StateFresh, auth.StateNeedsSignIn}[(n+turn)%2]))
	}
	return all
}

// flapping has the fifty change all the time until stop is called.
func flapping(b *testing.B, tell io.Writer, every time.Duration) (stop func()) {
	b.Helper()
	var turns [2][]byte
	for n := range turns {
		text, err := json.Marshal(auth.Snapshot{Vault: auth.VaultUnlocked, Accounts: fifty(n)})
		if err != nil {
			b.Fatal(err)
		}
		turns[n] = text
	}
	stopped := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-stopped:
				return
			case <-tick.C:
			}
			if _, err := fmt.Fprintf(tell, "has %s\n", turns[n%2]); err != nil {
				b.Error(err)
				return
			}
		}
	})
	return func() {
		close(stopped)
		running.Wait()
	}
}

// awaitLine is the number of the line with label, once there is one.
func (s *shown) awaitLine(label string) (id int32) {
	s.t.Helper()
	eventually(s.t, "the menu says "+label, func() bool {
		for _, l := range s.menu() {
			if l.label == label {
				id = l.id
				return true
			}
		}
		return false
	})
	return id
}

// clickTakes is how long a click on a line takes to do something; false: it did
// nothing within a second.
func (s *shown) clickTakes(id int32) (time.Duration, bool) {
	s.t.Helper()
	clicked := time.Now()
	// Where the line is gone meanwhile the error says so: that click is lost.
	_ = s.conn.Object(s.name, "/StatusNotifierItem/menu").
		Call("com.canonical.dbusmenu.Event", 0, id, "clicked", dbus.MakeVariant(int32(0)), uint32(0)).Err
	select {
	case <-s.did:
		return time.Since(clicked), true
	case <-time.After(time.Second):
		return 0, false
	}
}
