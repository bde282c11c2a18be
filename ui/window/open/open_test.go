package open

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestWhatDoesNotEndIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, takes := range []time.Duration{time.Second, time.Minute} {
			ended, forced := make(chan struct{}), false
			timer := time.AfterFunc(takes, func() { close(ended) })
			endWithin(endTime, ended, func() { forced = true })
			if want := takes > endTime; forced != want {
				t.Errorf("it ends after %v: forced %v, want %v", takes, forced, want)
			}
			timer.Stop()
		}
	})
}
