package storage_test

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// largeAccounts of largeGrant bytes each is far more than anyone has: what doesn't
// hurt there hurts nowhere.
const (
	largeAccounts = 10_000
	largeGrant    = 5 << 10
)

// largeVault makes a closed vault that large.
func largeVault(b *testing.B) (dir string) {
	dir = b.TempDir()
	v := sealedIn(dir)
	must(b, v.Open(auth.Secret{}))
	must(b, v.Create(passphrase))
	_, c, _ := vaulttest.Sample(1)
	must(b, v.Fill(largeAccounts, func(n int) (auth.Account, auth.Client, auth.Grant) {
		a, _, g := vaulttest.Sample(n + 1)
		a.Client = c.ID
		g.AccessToken = auth.NewSecret("canary-" + strings.Repeat("x", largeGrant))
		return a, c, g
	}))
	must(b, v.Close())
	return dir
}

// BenchmarkOpenLarge opens a vault of 10,000 accounts, checked page by page, and
// looks in a process of its own how much memory that leaves it with.
func BenchmarkOpenLarge(b *testing.B) {
	dir := largeVault(b)
	var opens []time.Duration
	for b.Loop() {
		b.StopTimer()
		v := sealedIn(dir)
		b.StartTimer()
		began := time.Now()
		must(b, v.Open(passphrase))
		opens = append(opens, time.Since(began))
		b.StopTimer()
		must(b, v.Close())
		b.StartTimer()
	}
	info, err := os.Stat(dir + "/" + storage.FileName)
	must(b, err)
	b.ReportMetric(float64(median(opens).Microseconds())/1000, "ms/open")
	b.ReportMetric(float64(info.Size())/(1<<20), "MiB/file")
	b.ReportMetric(memoryOnceOpen(b, dir), "MB/anon")
}

// memoryOnceOpen is the anonymous memory of a process that has opened the vault.
func memoryOnceOpen(b *testing.B, dir string) float64 {
	c := startChild(b, nil, "hold", dir)
	must(b, c.Start())
	defer func() { must(b, c.Wait()) }()
	if !c.lines.Scan() {
		b.Fatal("the child said nothing")
	}
	kib, err := strconv.ParseFloat(c.lines.Text(), 64)
	must(b, err)
	return kib / 1000 * 1.024
}

// holdOpen opens a vault, waits until its upkeep has come to rest, and says its
// anonymous memory in KiB.
func holdOpen(args []string) error {
	v := sealedIn(args[0])
	if err := v.Open(passphrase); err != nil {
		return err
	}
	v.AwaitUpkeep()
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if rest, found := strings.CutPrefix(lines.Text(), "RssAnon:"); found {
			fmt.Println(strings.Fields(rest)[0])
		}
	}
	return v.Close()
}
