package agent

import (
	"time"

	"github.com/tokentray/tokentray/auth"
)

// verb is what is asked for. The agent knows this closed set; none of it brings
// a refresh token or a client secret.
type verb string

const (
	verbSnapshot  verb = "snapshot"
	verbWatch     verb = "watch"
	verbFind      verb = "find"
	verbShow      verb = "show"
	verbProviders verb = "providers"
	verbToken     verb = "token"
	verbConnect   verb = "connect"
	verbReconnect verb = "reconnect"
	verbEdit      verb = "edit"
	verbForget    verb = "forget"
	verbUnlock    verb = "unlock"
	verbRename    verb = "rename"
	verbPause     verb = "pause"
	verbResume    verb = "resume"
	verbCopy      verb = "copy"
	verbOpen      verb = "open"
	verbSummoned  verb = "summoned"
	verbStop      verb = "stop" // the same in every protocol
)

// request is a verb and what it needs. Values of auth that hold no secret and no
// error cross as they are, under their Go names; the others are in this
// package's own form.
type request struct {
	Verb         verb              `json:"verb"`
	Name         string            `json:"name,omitzero"`
	Account      auth.AccountID    `json:"account,omitzero"`
	Want         auth.Want         `json:"want,omitzero"`
	Connection   connection        `json:"connection,omitzero"`
	Change       change            `json:"change,omitzero"`
	Reconnection auth.Reconnection `json:"reconnection,omitzero"`
	Passphrase   []byte            `json:"passphrase,omitzero"` // see reveal
	Form         string            `json:"form,omitzero"`
	Until        time.Time         `json:"until,omitzero"`
	Session      auth.Session      `json:"session,omitzero"`
	Summons      auth.Summons      `json:"summons,omitzero"`
}

// repeatable reports whether asking twice does no more than asking once, so that
// a lost answer may be asked for again.
func (r request) repeatable() bool {
	switch r.Verb {
	case verbSnapshot, verbFind, verbShow, verbProviders:
		return true
	case verbToken:
		return !r.Want.Force
	case verbWatch, verbConnect, verbReconnect, verbEdit, verbForget, verbUnlock, verbRename, verbPause, verbResume, verbCopy, verbOpen, verbSummoned, verbStop:
		return false
	}
	return false
}

// event marks an answer that is not the last one.
type event string

const (
	eventWatching event = "watching" // from now on changes are told
	eventPoke     event = "poke"     // something changed
	eventStep     event = "step"     // Step is set
	eventSummons  event = "summons"  // Summons is set
)

// answer is an event, or the last word on a request: its result or an error.
type answer struct {
	Event event           `json:"event,omitzero"`
	Step  auth.SignInStep `json:"step,omitzero"`

	Summons auth.Summons `json:"summons,omitzero"`
	Trouble *problem     `json:"trouble,omitzero"`

	Error     *problem        `json:"error,omitzero"`
	Snapshot  snapshot        `json:"snapshot,omitzero"`
	Account   auth.AccountID  `json:"account,omitzero"`
	Details   details         `json:"details,omitzero"`
	Providers []auth.Provider `json:"providers,omitzero"`
	Token     token           `json:"token,omitzero"`
	Status    status          `json:"status,omitzero"`
	Forgotten auth.Forgotten  `json:"forgotten,omitzero"`
}

// last reports whether nothing follows.
func (a answer) last() bool { return a.Event == "" }
