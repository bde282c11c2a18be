//go:build unix

package storage_test

import (
	"os/signal"

	"golang.org/x/sys/unix"
)

// limitFileSize has every file of this process end at n bytes.
func limitFileSize(n uint64) error {
	signal.Ignore(unix.SIGXFSZ) // which would end the process instead of failing the write
	return unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: n, Max: n})
}
