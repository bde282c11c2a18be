package agent

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"strings"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// pipeBuffer is what either end may write before the other one reads.
const pipeBuffer = 64 << 10

// pipeName is the pipe that stands for the socket at path. Paths that Windows
// takes for the same give the same pipe.
func pipeName(path string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(filepath.Clean(path))))
	return `\\.\pipe\tokentray-` + hex.EncodeToString(sum[:16])
}

// listen makes the pipe. It is the user's, and nobody else may open it. Where
// the name is taken already, whoever has it is not the holder of our lock.
func listen(path string) (net.Listener, error) {
	user, err := currentUser()
	if err != nil {
		return nil, err
	}
	listener, err := winio.ListenPipe(pipeName(path), &winio.PipeConfig{
		SecurityDescriptor: fmt.Sprintf("O:%[1]sD:P(A;;GA;;;%[1]s)", user),
		InputBufferSize:    pipeBuffer,
		OutputBufferSize:   pipeBuffer,
	})
	if errors.Is(err, fs.ErrPermission) {
		return nil, trouble(fmt.Errorf("%w: %w", ErrForeign, err), "another program has the agent's pipe: %v", err)
	}
	if err != nil {
		return nil, trouble(err, "listen at the agent's pipe: %v", err)
	}
	return listener, nil
}

// dialSocket connects to the agent's pipe and looks at who made it.
func dialSocket(ctx context.Context, path string) (net.Conn, error) {
	conn, err := winio.DialPipeContext(ctx, pipeName(path))
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return nil, interrupted(ctx, err, "connect to the agent")
	case errors.Is(err, fs.ErrNotExist):
		return nil, trouble(fmt.Errorf("%w: %w", ErrNotRunning, err), "no agent runs")
	case errors.Is(err, fs.ErrPermission):
		return nil, trouble(fmt.Errorf("%w: %w", ErrForeign, err), "connect to the agent: %v", err)
	default:
		return nil, trouble(err, "connect to the agent: %v", err)
	}
	if err := checkMaker(conn); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// checkMaker refuses a pipe that another user made in the agent's place.
func checkMaker(conn net.Conn) error {
	pipe, ok := conn.(interface{ Fd() uintptr })
	if !ok {
		return trouble(nil, "the maker of a %T can't be told", conn)
	}
	descriptor, err := windows.GetSecurityInfo(windows.Handle(pipe.Fd()), windows.SE_KERNEL_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return trouble(err, "look at who made the agent's pipe: %v", err)
	}
	owner, _, err := descriptor.Owner()
	if err != nil {
		return trouble(err, "look at who made the agent's pipe: %v", err)
	}
	user, err := currentUser()
	if err != nil {
		return err
	}
	if owner.String() != user {
		return trouble(ErrForeign, "the agent's pipe belongs to another user (%s)", owner)
	}
	return nil
}

// currentUser is the SID of the user of this process.
func currentUser() (string, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return "", trouble(err, "look up the current user: %v", err)
	}
	return user.User.Sid.String(), nil
}

// checkCaller has nothing to do: nobody else may open the pipe.
func checkCaller(net.Conn) error { return nil }

// ownFile trusts what is in the user's own data folder.
func ownFile(string) bool { return true }
