package cli

import (
	"bytes"
	"context"
	"io"
	"os"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// Files that a person names are read up to these sizes; more is a wrong file.
const (
	maxSecretFile   = 64 << 10 // private keys in PEM are a few kB
	maxProviderFile = 1 << 20
)

// passphrase is what --passphrase-file holds; zero where it wasn't given.
func (i *invocation) passphrase(ctx context.Context) (auth.Secret, error) {
	if i.passphraseFile == "" {
		return auth.Secret{}, nil
	}
	return i.secretFrom(ctx, "--passphrase-file", i.passphraseFile)
}

// secretFrom reads the secret in the file that flag names, and trims one newline
// at its end. An empty one is a mistake.
func (i *invocation) secretFrom(ctx context.Context, flag, path string) (auth.Secret, error) {
	text, err := i.read(ctx, flag, path, maxSecretFile)
	if err != nil {
		return auth.Secret{}, err
	}
	if line, ok := bytes.CutSuffix(text, []byte("\n")); ok {
		text = bytes.TrimSuffix(line, []byte("\r"))
	}
	if len(text) == 0 {
		return auth.Secret{}, usage("There is nothing in the file that "+flag+" names.", "Put it there, alone on one line, and run the command again.")
	}
	return auth.NewSecret(string(text)), nil
}

// read reads a whole file, or standard input for "-", of at most limit bytes.
func (i *invocation) read(ctx context.Context, flag, path string, limit int64) ([]byte, error) {
	if path == "-" {
		if i.stdinTakenBy != "" {
			return nil, usage("Standard input can be read once, and "+i.stdinTakenBy+" reads it already.", "Give "+flag+" a file.")
		}
		i.stdinTakenBy = flag
	}
	text, err := await(ctx, func() ([]byte, error) {
		if path == "-" {
			return io.ReadAll(io.LimitReader(i.Stdin, limit+1))
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(io.LimitReader(f, limit+1))
		return text, firstOf(err, f.Close())
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, usage("The file that "+flag+" names can’t be read: "+words.Named(path)+".", "Check its name and that you may read it.")
	case int64(len(text)) > limit:
		return nil, usage("The file that "+flag+" names is too large to be the right one: "+words.Named(path)+".", "Check its name.")
	}
	return text, nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// await does what can't be interrupted, a read from a terminal or a pipe, and
// gives it up when ctx ends: the goroutine then ends with the process.
func await[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := read()
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
