// Package agent is the local socket by which the command line and the window
// reach the agent, and the lock that makes it the only one.
//
// The model in one breath: whoever takes the lock file is the agent.
// Beside the lock lies a small file that says where it listens. Hold.Serve
// offers an auth.Front on a socket that belongs to one person; Dial gives an
// auth.Front that reaches it, so that a caller can't tell which end it holds.
// Ensure is Dial for callers who want an agent to be there afterwards.
//
// What crosses the socket are frames: four bytes of length, big endian, and
// that many bytes of JSON. The caller greets first and is greeted back; both
// greetings tell the Protocol and the version of the program. Then requests and
// answers take turns. A request may bring several answers: those with an event
// come before the one without, which is the last. Closing the connection
// cancels the request under way. While a sign-in waits on one connection the
// address that a browser ended at is pasted by another one, with the attempt that
// the step named; closing the first one still cancels it. The form of the greeting and the verb "stop"
// are the same in every protocol, so that a newer program can always ask an
// older agent to finish.
//
// Both ends look at who the other is: the owner of the folder, of the socket and
// of the process behind it must be the same person. There is no verb that brings
// a refresh token or a client secret in the clear. The one exception to "none at
// all" is export: it is sealed before it gets here, with a passphrase that only ever
// travels towards the agent.
//
// Every error of this package is an *auth.Error. One of the sentinels below is
// its cause where a caller may want to branch.
package agent
