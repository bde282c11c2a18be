package desktop

import (
	"path/filepath"
	"syscall"
)

// desktopOpener asks the shell for the handler of the address's scheme, without
// cmd.exe, to which & and % mean something. The whole path keeps a file of the
// same name elsewhere from being run.
func desktopOpener(getenv func(string) string) []string {
	rundll := "rundll32.exe"
	if root := getenv("SystemRoot"); root != "" {
		rundll = filepath.Join(root, "System32", rundll)
	}
	return []string{rundll, "url.dll,FileProtocolHandler"}
}

// detached keeps a Ctrl+C in this console from reaching the browser.
func detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
