package stories_test

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// checkListens reads: listens N. Of the agent's sockets of the Internet protocols so
// many wait for whoever connects, and each at this computer's own address. It wants /proc.
func checkListens(ts *testscript.TestScript, _ bool, args []string) {
	pid, err := agentOf(ts.Getenv("TOKENTRAY_HOME"))
	ts.Check(err)
	var found []string
	eventually(ts, "listens "+args[0], func() bool { // one that ended lingers for a second
		found, err = listeners(pid)
		ts.Check(err)
		return len(found) == number(ts, args[0])
	})
	for _, address := range found {
		if host, _, _ := strings.Cut(address, ":"); host != "0100007F" && host != "00000000000000000000000001000000" {
			ts.Fatalf("the agent listens at %s, want the loopback address alone", address)
		}
	}
}

var socketLink = regexp.MustCompile(`^socket:\[(\d+)\]$`)

// listeners are the addresses (in proc(5)'s form) at which a process accepts
// connections or datagrams of the Internet protocols.
func listeners(pid int) (addresses []string, err error) {
	process := filepath.Join("/proc", strconv.Itoa(pid))
	open, err := filepath.Glob(filepath.Join(process, "fd", "*"))
	if err != nil || len(open) == 0 {
		return nil, errors.Join(errors.New("the open files can't be seen"), err)
	}
	var own []string // inodes
	for _, fd := range open {
		to, err := os.Readlink(fd)
		if errors.Is(err, fs.ErrNotExist) {
			continue // closed meanwhile
		}
		if err != nil {
			return nil, err
		}
		if m := socketLink.FindStringSubmatch(to); m != nil {
			own = append(own, m[1])
		}
	}
	for _, protocol := range []string{"tcp", "tcp6", "udp", "udp6"} {
		table, err := os.Open(filepath.Join(process, "net", protocol))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a system without it
		}
		if err != nil {
			return nil, err
		}
		defer table.Close()
		for lines := bufio.NewScanner(table); lines.Scan(); {
			// sl, local, remote, state, queues, timer, retransmissions, uid, timeout, inode
			field := strings.Fields(lines.Text())
			if len(field) > 9 && slices.Contains(own, field[9]) && strings.HasPrefix(field[2], strings.Repeat("0", 8)) && strings.HasSuffix(field[2], ":0000") {
				addresses = append(addresses, field[1])
			}
		}
	}
	return addresses, nil
}

var coreLimit = regexp.MustCompile(`(?m)^Max core file size +0 `)

// checkNoCore is the command no-core: the system writes no core of the agent. It wants /proc.
func checkNoCore(ts *testscript.TestScript, _ bool, _ []string) {
	pid, err := agentOf(ts.Getenv("TOKENTRAY_HOME"))
	ts.Check(err)
	limits, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "limits"))
	ts.Check(err)
	if !coreLimit.Match(limits) {
		ts.Fatalf("the agent may leave a core:\n%s", limits)
	}
}
