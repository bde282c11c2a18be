package agent

import (
	"context"
	"errors"
	"time"
)

const (
	// startTime is how long an agent may take from its start to its first answer:
	// what a person, and a script's `token`, can be kept waiting.
	startTime = 10 * time.Second
	// stopTime is how long an old agent may take to finish: a refresh under way is
	// given 30 s.
	stopTime = 35 * time.Second
	// othersTime is how long somebody else's agent may still take where ours has ended.
	othersTime = time.Second
	// The naps between two looks grow from the first to the longest: a warm start
	// is seen at once, and a cold one costs few looks.
	firstNap   = 2 * time.Millisecond
	longestNap = 100 * time.Millisecond
)

// Ensure is Dial where somebody has to answer afterwards. Where no agent runs it
// calls start, which starts the agent's process and doesn't wait for it; ended is
// closed when that process ends, or nil where nobody would know. An agent that is
// older than version, or speaks an older protocol, is asked to finish first. It takes
// 10 s at most for an agent to start, and 35 s for an old one to finish; less where
// ctx ends earlier. Where several callers start an agent at the same time one of
// those agents gets the lock and serves them all.
func Ensure(ctx context.Context, addr Address, version string, start func() (ended <-chan struct{}, err error)) (*Client, error) {
	l, theirs, err := reach(ctx, addr, version)
	switch {
	case err == nil && !theirs.outdated(version):
		return accepted(addr, version, l, theirs)
	case err == nil:
		if c, err := retire(ctx, addr, version, l); c != nil || err != nil {
			return c, err
		}
	case !errors.Is(err, ErrNotRunning):
		return nil, err
	}
	ended, err := start()
	if err != nil {
		return nil, trouble(err, "start the agent: %v", err)
	}
	return await(ctx, addr, version, ended)
}

// accepted is the Client for an agent that is not to be replaced.
func accepted(addr Address, version string, l *link, theirs greeting) (*Client, error) {
	if err := theirs.understood(); err != nil {
		l.close()
		return nil, err
	}
	return newClient(addr, version, l, theirs), nil
}

// retire asks the agent behind l to finish and waits until its lock is free, or
// until a newer agent answers that somebody else was quicker to start: that one's
// Client is returned then, and nil otherwise.
func retire(ctx context.Context, addr Address, version string, l *link) (*Client, error) {
	defer l.close()
	limited, cancel := context.WithTimeout(ctx, stopTime)
	defer cancel()
	defer context.AfterFunc(limited, l.close)()
	a, err := converse(l, request{Verb: verbStop}, func(answer) {})
	if err == nil && a.Error != nil {
		return nil, a.Error.domain()
	} // an agent that hangs up instead of answering is finishing too
	for nap := firstNap; ; nap = longer(nap) {
		if free, err := addr.free(); free || err != nil {
			return nil, err
		}
		if l, theirs, err := reach(limited, addr, version); err == nil {
			if !theirs.outdated(version) {
				return accepted(addr, version, l, theirs)
			}
			l.close()
		}
		if !rest(limited, nap) {
			return nil, interrupted(ctx, limited.Err(), "wait for the older agent to finish")
		}
	}
}

// await dials until an agent answers. One that ended may have left the lock to
// another, which answers in a moment.
func await(ctx context.Context, addr Address, version string, ended <-chan struct{}) (*Client, error) {
	limited, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	var gaveUp <-chan time.Time
	for nap := firstNap; ; nap = longer(nap) {
		c, err := Dial(limited, addr, version)
		if err == nil || !errors.Is(err, ErrNotRunning) && limited.Err() == nil {
			return c, err
		}
		select {
		case <-limited.Done():
			return nil, interrupted(ctx, ErrNotRunning, "wait for the agent that was started")
		case <-gaveUp:
			return nil, trouble(ErrNotRunning, "the agent that was started ended at once")
		case <-ended:
			ended, gaveUp = nil, time.After(othersTime)
		case <-time.After(nap):
		}
	}
}

func longer(nap time.Duration) time.Duration { return min(nap*3/2, longestNap) }

// rest waits for d. It returns false at once where ctx ends.
func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
