//go:build unix

package tour_test

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// ending is how a command ended.
type ending struct {
	code       int
	out, words string
}

// longest is how long any command may take.
const longest = time.Minute

// setting is an argument that is none, but a variable of the environment.
var setting = regexp.MustCompile(`^[A-Z_]+=`)

// try runs tokentray to its end. First arguments such as "DISPLAY=" go to its environment.
func (v *visitor) try(args ...string) ending {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	env := v.Env(v.env...)
	for len(args) > 0 && setting.MatchString(args[0]) {
		env, args = append(env, args[0]), args[1:]
	}
	c := exec.CommandContext(ctx, filepath.Join(programs, command), args...)
	var words strings.Builder
	c.Env, c.Stderr = env, &words
	out, err := c.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		v.t.Fatalf("tokentray %s: %v", strings.Join(args, " "), err)
	}
	return ending{c.ProcessState.ExitCode(), string(out), words.String()}
}

// tokentray runs it to its end, which has to be a good one.
func (v *visitor) tokentray(args ...string) string {
	v.t.Helper()
	e := v.try(args...)
	if e.code != 0 {
		v.t.Fatalf("tokentray %s: exit code %d, want 0; it said: %s", strings.Join(args, " "), e.code, e.words)
	}
	return e.out
}
