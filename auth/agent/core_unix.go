//go:build linux || darwin

package agent

import "syscall"

// NoCore has the system write no core file of this process, whose memory holds
// tokens and the vault's key, nor of one that it starts and that doesn't ask for one.
// Only what ends it from within is meant: a debugger of the same person sees the same.
func NoCore() error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &limit); err != nil {
		return trouble(err, "read the limit of core files: %v", err)
	}
	limit.Cur = 0 // the most stays, so that the window or a browser can raise it for itself
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &limit); err != nil {
		return trouble(err, "switch core files off: %v", err)
	}
	return nil
}
