package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/tokentray/tokentray/auth"
)

// canAsk reports whether a person is there to be asked.
func (i *invocation) canAsk() bool { return i.Terminal.In && i.Terminal.Err }

// ask asks for one line until there is something in it.
func (i *invocation) ask(ctx context.Context, label string) (string, error) {
	for {
		answer, err := i.line(ctx, label+": ")
		if err != nil || answer != "" {
			return answer, err
		}
	}
}

// askSecret asks for the client secret without showing it; where it is optional
// an empty line means that there is none.
func (i *invocation) askSecret(ctx context.Context, need auth.Need) (auth.Secret, error) {
	label := "Client secret (it isn’t shown): "
	if need != auth.Required {
		label = "Client secret (it isn’t shown; Enter where there is none): "
	}
	for {
		_, _ = fmt.Fprint(i.Stderr, label) // a terminal that is gone shows in the read
		secret, err := i.ReadSecret(ctx)
		i.say("") // the person's Enter wasn't shown either
		if err != nil || !secret.IsZero() || need != auth.Required {
			return secret, noAnswer(err)
		}
	}
}

// confirm asks a question whose answer is no unless it says yes.
func (i *invocation) confirm(ctx context.Context, question string) (bool, error) {
	answer, err := i.line(ctx, question+" [y/N] ")
	answer = strings.ToLower(answer)
	return answer == "y" || answer == "yes", err
}

// line reads one line from the terminal, without the blanks around it.
func (i *invocation) line(ctx context.Context, prompt string) (string, error) {
	_, _ = fmt.Fprint(i.Stderr, prompt) // a terminal that is gone shows in the read
	s, err := i.keys.line(ctx, i.Stdin)
	return strings.TrimSpace(s), noAnswer(err)
}

// keyboard reads lines, one at a time. A line that nobody waits for any more, such
// as the one in which an address could have been pasted, is the next one's.
type keyboard struct {
	mu      sync.Mutex // guards pending
	pending chan typed
}

type typed struct {
	line string
	err  error
}

// line is the next line, or the end of ctx.
func (k *keyboard) line(ctx context.Context, in io.Reader) (string, error) {
	k.mu.Lock()
	if k.pending == nil {
		lines := make(chan typed, 1)
		go func() { // ends with the line, or with the process
			line, err := readLine(in)
			lines <- typed{line, err}
		}()
		k.pending = lines
	}
	lines := k.pending
	k.mu.Unlock()
	select {
	case t := <-lines:
		k.mu.Lock()
		k.pending = nil
		k.mu.Unlock()
		return t.line, t.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// readLine reads up to a newline and not a byte further: what comes after it may
// be a secret that is read in another way.
func readLine(r io.Reader) (string, error) {
	var line []byte
	b := make([]byte, 1)
	for {
		n, err := r.Read(b)
		switch {
		case n == 1 && b[0] == '\n':
			return string(line), nil
		case n == 1:
			line = append(line, b[0])
		}
		if errors.Is(err, io.EOF) && len(line) > 0 {
			return string(line), nil
		}
		if err != nil {
			return "", err
		}
	}
}

// noAnswer puts the end of the input, Ctrl+D, into words.
func noAnswer(err error) error {
	if errors.Is(err, io.EOF) {
		return usage("There was no answer, so nothing was done.", "Run the command again when you have it at hand.")
	}
	return err
}
