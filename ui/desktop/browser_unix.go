//go:build unix

package desktop

import "syscall"

// detached gives the browser a session of its own, so that neither a Ctrl+C nor
// the end of the terminal reaches it.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
