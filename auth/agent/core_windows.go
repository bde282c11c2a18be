package agent

// NoCore does nothing: Windows writes no memory of a process to a file unless an
// administrator has it do so.
func NoCore() error { return nil }
