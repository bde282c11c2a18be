package canary_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/tokentray/tokentray/test/canary"
)

const fake = canary.Word + "secret"

func TestScanFindsASecretInAnyFile(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "clean.log"), "nothing here\n")
	write(t, filepath.Join(dir, ".deep", "vault"), "one\ntwo\x00"+fake+"\n")
	finds, err := canary.Scan(dir, filepath.Join(dir, "missing"))
	if err != nil {
		t.Fatal(err)
	}
	want := canary.Find{Where: filepath.Join(dir, ".deep", "vault"), Line: 2}
	if len(finds) != 1 || finds[0] != want {
		t.Errorf("Scan found %v, want [%v]", finds, want)
	}
}

func TestScanProcessSeesArgumentsEnvironmentAndChildren(t *testing.T) {
	for _, row := range []struct {
		what, script, environment string
		want                      int
	}{
		{"a clean one", "echo; read wait", "A=1", 0},
		{"an argument", "echo; read " + "wait # " + fake, "A=1", 1},
		{"the environment", "echo; read wait", "A=" + fake, 1},
		{"a child's argument", "sh -c 'echo; read wait; :' " + "child " + `"$(printf 'canary%s' -x)"; :`, "A=1", 1},
	} {
		t.Run(row.what, func(t *testing.T) {
			finds, err := canary.ScanProcess(start(t, row.script, row.environment))
			if err != nil {
				t.Fatal(err)
			}
			if len(finds) != row.want {
				t.Errorf("ScanProcess found %v, want %d places", finds, row.want)
			}
		})
	}
}

func TestScanProcessRefusesOneThatIsGone(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "true")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if _, err := canary.ScanProcess(cmd.Process.Pid); err == nil {
		t.Error("ScanProcess of a process that ended gave no error")
	}
}

// start runs a script that says when it is ready and lives until the test ends.
func start(t *testing.T, script, environment string) (pid int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", script)
	cmd.Env = []string{"PATH=/usr/bin:/bin", environment}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		_ = cmd.Wait() // read fails at the end of the input, and says so
	})
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
