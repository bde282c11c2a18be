package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// patience is how long the agent may take to answer after its start.
const patience = 15 * time.Second

// desk is a program, the home that it uses, and the agent that runs there, if any.
type desk struct {
	program, home, passphrase string
	environment               []string
	agent                     *exec.Cmd
	agentSaid                 bytes.Buffer
}

// furnish makes everything in a home that the program needs: a passphrase file,
// and an environment without a keyring or a desktop.
func furnish(program, home, opener string) (*desk, error) {
	d := &desk{program: program, home: filepath.Join(home, "tokentray"), passphrase: filepath.Join(home, "passphrase")}
	if err := os.WriteFile(d.passphrase, []byte(rand.Text()+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("write a passphrase: %w", err)
	}
	d.environment = []string{
		"TOKENTRAY_HOME=" + d.home, "BROWSER=" + opener,
		"HOME=" + home, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "NO_COLOR=1",
	}
	return d, nil
}

func (d *desk) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, d.program, args...)
	cmd.Env = d.environment
	return cmd
}

// start starts the agent and waits until it answers.
func (d *desk) start(ctx context.Context) error {
	d.agentSaid.Reset()
	// It is ended by end or stop; an interrupted walk ends it in order, too.
	d.agent = d.command(context.WithoutCancel(ctx), "agent", "--no-tray", "--passphrase-file", d.passphrase)
	d.agent.Stdout, d.agent.Stderr = &d.agentSaid, &d.agentSaid
	if err := d.agent.Start(); err != nil {
		return fmt.Errorf("start the agent: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		_, err := d.run(ctx, "list", "--no-start")
		if err == nil {
			return nil
		}
		if pause(ctx, 50*time.Millisecond) != nil {
			d.stop() // before its words are read
			return fmt.Errorf("the agent did not answer within %s: %w; it said: %s", patience, err, d.agentSaid.String())
		}
	}
}

// end ends the agent by a signal and waits for its end.
func (d *desk) end(how os.Signal) error {
	if err := d.agent.Process.Signal(how); err != nil {
		return fmt.Errorf("end the agent: %w", err)
	}
	err := d.agent.Wait()
	d.agent = nil
	if how == os.Kill {
		return nil // it was killed, and that is what err says
	}
	if err != nil {
		return fmt.Errorf("the agent did not end in order: %w; it said: %s", err, d.agentSaid.String())
	}
	return nil
}

// stop ends the agent, whatever it does, if one runs.
func (d *desk) stop() {
	if d.agent == nil {
		return
	}
	_ = d.agent.Process.Kill() // it may have ended by itself
	_ = d.agent.Wait()
	d.agent = nil
}

// run runs one command to its end and returns what it printed for a script.
func (d *desk) run(ctx context.Context, args ...string) (string, error) {
	cmd := d.command(ctx, args...)
	var words bytes.Buffer
	cmd.Stderr = &words
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("tokentray %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(words.String()))
	}
	return string(out), nil
}

// show runs one command and shows what it printed.
func (d *desk) show(ctx context.Context, args ...string) error {
	out, err := d.run(ctx, args...)
	if err != nil {
		return err
	}
	quote(out)
	return nil
}

// account is what the walk reads of `list --json`.
type account struct {
	Name      string    `json:"name"`
	State     string    `json:"state"`
	ExpiresAt time.Time `json:"expires_at"`
}

// account returns the one account there is.
func (d *desk) account(ctx context.Context) (account, error) {
	out, err := d.run(ctx, "list", "--json")
	if err != nil {
		return account{}, err
	}
	var list struct {
		Accounts []account `json:"accounts"`
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		return account{}, fmt.Errorf("read the list: %w", err)
	}
	if len(list.Accounts) != 1 || list.Accounts[0].Name != name {
		return account{}, errors.New("the list does not hold the one account " + name)
	}
	return list.Accounts[0], nil
}

// pause waits for d, or returns why it can't.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

func say(format string, args ...any) { fmt.Printf("\n"+format+"\n", args...) }

// quote shows what somebody else said.
func quote(text string) { _, _ = io.WriteString(os.Stdout, indent(text)) }

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ") + "\n"
}
