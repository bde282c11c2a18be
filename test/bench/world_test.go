//go:build unix

package bench_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
	"github.com/tokentray/tokentray/test/desktop"
	"github.com/tokentray/tokentray/test/program"
	"github.com/tokentray/tokentray/test/tour/seat"
)

// world is a desktop with Tokentray on it.
type world struct {
	*seat.Seat
	b                      *testing.B
	command, agent, window string // the programs
	home                   string
}

func begin(b *testing.B) *world {
	b.Helper()
	s := seat.Sit(b)
	s.Panel()
	desktop.StartKeyring(b, s.Bus)
	folder := b.TempDir()
	command, err := program.Build(folder)
	if err != nil {
		b.Fatal(err)
	}
	window, err := program.BuildWindow(folder)
	if err != nil {
		b.Fatal(err)
	}
	w := &world{Seat: s, b: b, command: command, agent: filepath.Join(folder, program.Agent), window: window, home: filepath.Join(s.Bus.Home, "tokentray")}
	b.Cleanup(func() {
		for _, p := range append(w.processes(window), w.processes(w.agent)...) {
			_ = p.Kill() // it may have ended meanwhile
		}
	})
	return w
}

func (w *world) processes(program string) []*os.Process {
	return seat.Processes(program, "TOKENTRAY_HOME="+w.home)
}

func (w *world) tokentray(args ...string) {
	w.b.Helper()
	c := exec.Command(w.command, args...)
	c.Env = w.Env("TOKENTRAY_HOME="+w.home, "NO_COLOR=1", "LIBGL_ALWAYS_SOFTWARE=1")
	if out, err := c.CombinedOutput(); err != nil {
		w.b.Fatalf("tokentray %s: %v: %s", strings.Join(args, " "), err, out)
	}
}

// show starts the window without the agent's help, and waits until it can be seen.
func (w *world) show() {
	w.b.Helper()
	c := exec.Command(w.window, "window", "--here")
	c.Env = w.Env("TOKENTRAY_HOME="+w.home, "LIBGL_ALWAYS_SOFTWARE=1")
	if err := c.Start(); err != nil {
		w.b.Fatal(err)
	}
	w.b.Cleanup(func() { _ = c.Wait() }) // it was killed, and says so
	w.Await("the window", func() bool { return len(w.Windows("--name", "^Tokentray$")) == 1 })
}

// the is the one process of program.
func (w *world) the(program string) *os.Process {
	w.b.Helper()
	var all []*os.Process
	w.Await("one process of "+filepath.Base(program), func() bool {
		all = w.processes(program)
		return len(all) == 1
	})
	return all[0]
}

// close ends the window, as nothing can refuse.
func (w *world) close() {
	w.b.Helper()
	if err := w.the(w.window).Kill(); err != nil {
		w.b.Fatal(err)
	}
	w.Await("the end of the window", func() bool {
		return len(w.processes(w.window)) == 0 && len(w.Windows("--name", "^Tokentray$")) == 0
	})
}

const providerFile = `format = 1
id = "bench"
name = "Bench"

[endpoints]
issuer = "ADDRESS"

[client]
authentication = "basic"
secret = "required"

[grants]
supported = ["client_credentials"]

[redirect]
rule = "exact"
address = "http://127.0.0.1:17845/callback"

[scopes]
default = ["openid"]
`

// has connects so many accounts, whose tokens live for an hour: each counts seconds.
func (w *world) has(accounts int) {
	w.b.Helper()
	const client, secret = "bench-client", "canary-secret-of-a-bench"
	server := practicetest.Start(w.b, practice.Options{
		AccessLife: time.Hour - time.Minute,
		Clients: []practice.Client{{
			ID: client, Secret: auth.NewSecret(secret), RedirectAddresses: []string{"http://127.0.0.1:17845/callback"},
		}},
	})
	file, secretFile := filepath.Join(w.Bus.Home, "bench.toml"), filepath.Join(w.Bus.Home, "secret")
	for path, text := range map[string]string{file: strings.ReplaceAll(providerFile, "ADDRESS", server.Address()), secretFile: secret} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			w.b.Fatal(err)
		}
	}
	for i := range accounts {
		w.tokentray("connect", "--provider-file", file, "--grant", "client_credentials",
			"--client-id", client, "--client-secret-file", secretFile, "--name", fmt.Sprintf("Account %03d", i+1))
	}
}

// ticksPerSecond is Linux's clock for /proc, on every machine of these days.
const ticksPerSecond = 100

// cpu is what a process has used.
func (w *world) cpu(p *os.Process) time.Duration {
	w.b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Pid))
	if err != nil {
		w.b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), ") ") // what is before may hold spaces
	fields := strings.Fields(after)
	total := 0
	for _, i := range []int{11, 12} { // utime, stime: proc(5) counts from 1 and two more
		n, err := strconv.Atoi(fields[i])
		if err != nil {
			w.b.Fatal(err)
		}
		total += n
	}
	return time.Duration(total) * time.Second / ticksPerSecond
}

// memory is a line of /proc/PID/status in MB.
func (w *world) memory(p *os.Process, line string) float64 {
	w.b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Pid))
	if err != nil {
		w.b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), line+":")
	kb, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		w.b.Fatal(err)
	}
	return float64(kb) / 1024
}

// switches is how often the process's threads have gone to sleep.
func (w *world) switches(p *os.Process) (all int) {
	w.b.Helper()
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", p.Pid))
	if err != nil {
		w.b.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // the thread has ended
		}
		_, after, _ := strings.Cut(string(text), "\nvoluntary_ctxt_switches:")
		n, err := strconv.Atoi(strings.Fields(after)[0])
		if err != nil {
			w.b.Fatal(err)
		}
		all += n
	}
	return all
}

// share measures a process for a while and reports it in % of one core, how often
// it woke (the half seconds in which any of its threads did), and its memory.
func (w *world) share(p *os.Process, during time.Duration) {
	w.b.Helper()
	began, before, slept, wakes := time.Now(), w.cpu(p), w.switches(p), 0
	for time.Since(began) < during {
		<-time.After(time.Second / 2)
		if now := w.switches(p); now != slept {
			wakes, slept = wakes+1, now
		}
	}
	used := w.cpu(p) - before
	w.b.ReportMetric(100*used.Seconds()/time.Since(began).Seconds(), "%core")
	w.b.ReportMetric(float64(wakes)/time.Since(began).Minutes(), "wakes/min")
	w.b.ReportMetric(w.memory(p, "VmRSS"), "MB")
	w.b.ReportMetric(w.memory(p, "RssAnon"), "MB-own")
	w.b.ReportMetric(0, "ns/op") // nobody waits for it
}
