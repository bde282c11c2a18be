package desktop

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Display is an X server that nobody sees.
type Display struct{ Name string }

// StartDisplay starts an X server on a number that is free; it ends with t.
func StartDisplay(t testing.TB) Display {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset")
	server.ExtraFiles = []*os.File{write}
	start(t, server)
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb gave no number: %v", err)
	}
	return Display{":" + strings.TrimSpace(number)}
}

// pasteTime bounds one look: xclip waits for ever for an owner that ended just then.
const pasteTime = 5 * time.Second

// Clipboard is what another program would paste; "" where there is nothing.
func (d Display) Clipboard() string {
	ctx, stop := context.WithTimeout(context.Background(), pasteTime)
	defer stop()
	out, err := exec.CommandContext(ctx, "xclip", "-display", d.Name, "-out", "-selection", "clipboard").Output()
	if err != nil {
		return "" // nobody has the selection
	}
	return string(out)
}
