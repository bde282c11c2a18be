package agent

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Address says where an agent is to be found. Both paths are absolute.
type Address struct {
	// Socket is in a folder of its own of mode 0700 and at most 103 bytes long.
	// On Windows it is a name only, from which the pipe's is made.
	Socket string
	// Lock is in the data folder. The file named Lock + ".json" beside it says
	// where the agent that holds it listens. They are two files, because on
	// Windows a locked file can't be read by others.
	Lock string
}

// notice is what stands beside the lock, so that a caller with another
// environment (cron, su, SSH) finds the agent all the same.
type notice struct {
	Socket  string    `json:"socket"`
	Process int       `json:"pid"`
	Version string    `json:"version"`
	Started time.Time `json:"started"`
}

func (a Address) noticePath() string { return a.Lock + ".json" }

// writeNotice replaces the notice in one step.
func (a Address) writeNotice(n notice) error {
	text, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("encode %s: %w", a.noticePath(), err)
	}
	draft, err := os.CreateTemp(filepath.Dir(a.Lock), filepath.Base(a.noticePath())+".*")
	if err != nil {
		return fmt.Errorf("create a draft of %s: %w", a.noticePath(), err)
	}
	_, err = draft.Write(append(text, '\n'))
	if closed := draft.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(draft.Name(), a.noticePath())
	}
	if err != nil {
		_ = os.Remove(draft.Name()) // what failed before is what matters
		return fmt.Errorf("write %s: %w", a.noticePath(), err)
	}
	return nil
}

// readNotice returns the zero notice where there is none that can be trusted: it
// may be a leftover, or be half of an older program's.
func (a Address) readNotice() notice {
	if !ownFile(a.noticePath()) {
		return notice{}
	}
	text, err := os.ReadFile(a.noticePath())
	if err != nil {
		return notice{}
	}
	var n notice
	if err := json.Unmarshal(text, &n); err != nil {
		return notice{}
	}
	return n
}
