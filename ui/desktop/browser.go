package desktop

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// quickFailure is how long an opener is watched: xdg-open answers within a few
// hundred milliseconds that it found nothing, a browser stays.
const quickFailure = time.Second

// OpenBrowser opens address in the person's browser and returns without waiting
// for it; the browser outlives this process. It is opened by command where that
// is given, else by the first entry of $BROWSER, else by what the desktop offers.
// The address is the last argument of the command; no shell is involved, and the
// child has the environment of this process.
//
// An address that a browser has no business with (it must be https, or http on
// this machine) is refused with an *auth.Error of KindInvalidAnswer: nobody
// should open it by hand either. Any other error means that no browser opened.
func OpenBrowser(address, command string, getenv func(string) string) error {
	if err := checkAddress(address); err != nil {
		return err
	}
	if command == "" {
		command, _, _ = strings.Cut(getenv("BROWSER"), string(os.PathListSeparator))
	}
	argv := commandLine(command)
	if len(argv) == 0 {
		argv = desktopOpener(getenv)
	}
	return start(append(argv, address))
}

// checkAddress follows RFC 8252 §6 and what went wrong elsewhere: nothing but a
// whole https address, or http to a loopback host, made of the characters of
// RFC 3986 alone, ever reaches an opener.
func checkAddress(address string) error {
	if err := auth.CheckAddress(address); err != nil {
		return &auth.Error{Kind: auth.KindInvalidAnswer, Detail: "the sign-in address has to be " + err.Error(), Cause: err}
	}
	return nil
}

// commandLine splits a command at its spaces, unless the whole of it is a program
// (C:\Program Files\…). A closing %s, which some write, stands for the address
// that goes there anyway.
func commandLine(command string) []string {
	if _, err := exec.LookPath(command); err == nil {
		return []string{command}
	}
	argv := strings.Fields(command)
	if n := len(argv); n > 1 && argv[n-1] == "%s" {
		argv = argv[:n-1]
	}
	return argv
}

// start runs argv, detached. A child that fails at once is reported; one that
// lives longer is left to itself, and reaped when it ends by a goroutine that
// nobody waits for: it belongs to the child.
func start(argv []string) error {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.SysProcAttr = detached()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("open the browser with %s: %w", argv[0], withoutArguments(err))
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	watch := time.NewTimer(quickFailure)
	defer watch.Stop()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("open the browser with %s: %w", argv[0], err)
		}
	case <-watch.C:
	}
	return nil
}

// withoutArguments is the reason alone: what was run is known already.
func withoutArguments(err error) error {
	for _, known := range []error{exec.ErrNotFound, os.ErrPermission} {
		if errors.Is(err, known) {
			return known
		}
	}
	return err
}
