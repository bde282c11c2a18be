package storage_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// inMemory is how much of the file, as this process has it mapped, is in memory, in KiB.
func inMemory(t *testing.T, path string) (kib int) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/smaps")
	must(t, err)
	ours := false
	for line := range strings.Lines(string(maps)) {
		fields := strings.Fields(line)
		switch {
		case strings.Contains(fields[0], "-"):
			ours = fields[len(fields)-1] == path
		case ours && fields[0] == "Rss:":
			n, err := strconv.Atoi(fields[1])
			must(t, err)
			kib += n
		}
	}
	return kib
}

func TestWhatWasReadOnceIsLetGo(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	v, clock := clocked(dir)
	must(t, v.Open(auth.Secret{}))
	must(t, v.Create(passphrase))
	_, c, _ := vaulttest.Sample(1)
	must(t, v.Fill(500, func(n int) (auth.Account, auth.Client, auth.Grant) {
		a, _, g := vaulttest.Sample(n + 1)
		a.Client = c.ID
		g.AccessToken = auth.NewSecret("canary-" + strings.Repeat("x", 4<<10))
		return a, c, g
	}))
	path := filepath.Join(dir, storage.FileName)
	read := func() auth.Contents {
		t.Helper()
		contents, err := v.Contents()
		must(t, err)
		return contents
	}
	before := read()
	if got := inMemory(t, path); got < 2<<10 {
		t.Fatalf("got %d KiB of the file in memory once all of it was read, want it there", got)
	}
	clock.Await(1)
	clock.Advance(10 * time.Second)
	eventually(t, "a file that is hardly in memory", func() bool { return inMemory(t, path) <= 512 })
	if after := read(); len(after.Grants) != len(before.Grants) {
		t.Errorf("got %d grants afterwards, want %d", len(after.Grants), len(before.Grants))
	}
	must(t, v.Close())
}
