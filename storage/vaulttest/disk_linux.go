package vaulttest

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// SmallDisk mounts a file system of 1 MiB until t ends, and returns its folder. Where
// nobody may mount one t is skipped.
func SmallDisk(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=1m")
	if errors.Is(err, unix.EPERM) {
		t.Skip("may not mount a small disk; storage's TestWriteBeyondALimit has what can be had without")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// FillDisk makes the file at path and has it take all the room that is left there.
func FillDisk(t testing.TB, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = file.Write(make([]byte, 4096))
	}
	if closed := file.Close(); closed != nil || !errors.Is(err, unix.ENOSPC) {
		t.Fatalf("got %v (%v), want a full disk", err, closed)
	}
}
