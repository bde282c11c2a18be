package storage_test

import (
	"crypto/rand"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// BenchmarkPutGrant is one rotation saved. Beside each stands a commit of bbolt
// alone, of one key as large as the sealed grant, since disks have moods: x-bare is
// how many of those one rotation takes, by the medians.
func BenchmarkPutGrant(b *testing.B) {
	v := sealedIn(b.TempDir())
	must(b, v.Open(auth.Secret{}))
	must(b, v.Create(passphrase))
	defer func() { must(b, v.Close()) }()
	a, c, g := vaulttest.Sample(1)
	must(b, v.Add(a, c, g))
	bare := bareCommits(b)
	var sealed, plain []time.Duration
	for b.Loop() {
		began := time.Now()
		g.Generation++
		must(b, v.PutGrant(a.ID, g.Generation-1, g))
		sealed = append(sealed, time.Since(began))
		b.StopTimer()
		began = time.Now()
		bare()
		plain = append(plain, time.Since(began))
		b.StartTimer()
	}
	b.ReportMetric(float64(median(sealed).Microseconds()), "µs/median")
	b.ReportMetric(float64(median(plain).Microseconds()), "µs/bare")
	b.ReportMetric(float64(median(sealed))/float64(median(plain)), "x-bare")
	b.ReportMetric(float64(time.Second/median(sealed)), "grants/s")
}

// BenchmarkPutGrantsOfMany is the rotations of sixteen accounts at once, beside as
// many writers who commit one key each to a bbolt without anything around it.
func BenchmarkPutGrantsOfMany(b *testing.B) {
	const many = 16
	v := sealedIn(b.TempDir())
	must(b, v.Open(auth.Secret{}))
	must(b, v.Create(passphrase))
	defer func() { must(b, v.Close()) }()
	for n := range many {
		must(b, v.Add(vaulttest.Sample(n+1)))
	}
	bare := bareCommits(b)
	rotations := 0
	var together, plain time.Duration
	for b.Loop() {
		rotations++
		together += atOnce(many, func(n int) {
			a, _, g := vaulttest.Sample(n + 1)
			was := g.Generation + auth.Generation(rotations) - 1
			g.Generation = was + 1
			must(b, v.PutGrant(a.ID, was, g))
		})
		b.StopTimer()
		plain += atOnce(many, func(int) { bare() })
		b.StartTimer()
	}
	b.ReportMetric(many*float64(rotations)/together.Seconds(), "grants/s")
	b.ReportMetric(many*float64(rotations)/plain.Seconds(), "bare/s")
}

// atOnce is how long it takes until everybody has done it.
func atOnce(many int, do func(n int)) time.Duration {
	began := time.Now()
	var group sync.WaitGroup
	for n := range many {
		group.Go(func() { do(n) })
	}
	group.Wait()
	return time.Since(began)
}

// bareCommits returns one commit of bbolt alone.
func bareCommits(b *testing.B) func() {
	db, err := bolt.Open(filepath.Join(b.TempDir(), "bare.db"), 0o600,
		&bolt.Options{Timeout: time.Second, FreelistType: bolt.FreelistMapType, NoStatistics: true})
	must(b, err)
	b.Cleanup(func() { must(b, db.Close()) })
	return func() {
		value := make([]byte, sealedGrantSize)
		_, _ = rand.Read(value) // never fails
		must(b, db.Update(func(tx *bolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("grants"))
			if err != nil {
				return err
			}
			return bucket.Put([]byte("a1"), value)
		}))
	}
}

// sealedGrantSize is about what the sample's grant takes.
const sealedGrantSize = 900

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
