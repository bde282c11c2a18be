//go:build slim

package main

import "context"

// windowCommand is the window's own program: this one has no window in it.
var windowCommand []string

// runWindow is missing here, so that the command line asks the agent for a window.
var runWindow func(ctx context.Context) error
