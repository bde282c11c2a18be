package desktop

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/tokentray/tokentray/auth"
)

// FindWindow returns the window's program: beside this one, else on PATH, else
// ErrNoWindow.
func FindWindow() (string, error) {
	if path, there := beside("tokentray-window"); there {
		return path, nil
	}
	path, err := exec.LookPath("tokentray-window") // on Windows with .exe
	if err != nil {
		return "", ErrNoWindow
	}
	return path, nil
}

// beside is the program called name in this one's own folder, if it is there.
func beside(name string) (path string, there bool) {
	self, err := os.Executable()
	if err != nil {
		return "", false
	}
	path = filepath.Join(filepath.Dir(self), name)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	info, err := os.Stat(path)
	return path, err == nil && info.Mode().IsRegular()
}

// windowArguments have the window's program show the window itself, instead of
// asking the agent for it.
var windowArguments = []string{"window", "--here"}

// StartWindow starts the window on the desktop of s and reaps it: by command, or
// where that is empty by the program that FindWindow finds. Its end is sent once;
// output goes to log.
func StartWindow(command []string, s auth.Session, log *os.File) (<-chan error, error) {
	if len(command) == 0 {
		program, err := FindWindow()
		if err != nil {
			return nil, err
		}
		command = append([]string{program}, windowArguments...)
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.SysProcAttr = detached()
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = append(os.Environ(), environment(s)...)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(command[0]), withoutArguments(err))
	}
	ended := make(chan error, 1)
	go func() { ended <- reason(cmd.Wait()) }() // ends with the window
	return ended, nil
}

// NoGraphics is the exit code of a window's process that could show none. What it
// says otherwise goes to the log, which nobody reads at that moment.
const NoGraphics = 69 // EX_UNAVAILABLE of sysexits.h

// ErrNoGraphics means that the display can't show the window.
var ErrNoGraphics = errors.New("the graphics driver doesn’t offer OpenGL 2.1")

// reason puts what can be known of the end of a window's process into words.
func reason(ended error) error {
	var exit *exec.ExitError
	if errors.As(ended, &exit) && exit.ExitCode() == NoGraphics {
		return ErrNoGraphics
	}
	return ended
}

// environment is what makes s a process's own desktop. What s lacks stays as this
// process has it.
func environment(s auth.Session) []string {
	var env []string
	for name, value := range map[string]string{
		"DISPLAY": s.Display, "XAUTHORITY": s.Authority, "WAYLAND_DISPLAY": s.WaylandDisplay, "XDG_RUNTIME_DIR": s.RuntimeDir,
		"DBUS_SESSION_BUS_ADDRESS": s.Bus, "XDG_ACTIVATION_TOKEN": s.Activation,
	} {
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}
