package agent

import (
	"time"

	"github.com/tokentray/tokentray/auth"
)

// verb is what is asked for. The agent knows this closed set; none of it brings
// a refresh token or a client secret, but export, which brings them sealed.
type verb string

const (
	verbSnapshot    verb = "snapshot"
	verbWatch       verb = "watch"
	verbFind        verb = "find"
	verbShow        verb = "show"
	verbProviders   verb = "providers"
	verbDiscover    verb = "discover"
	verbToken       verb = "token"
	verbAtHand      verb = "at_hand"
	verbConnect     verb = "connect"
	verbReconnect   verb = "reconnect"
	verbReplace     verb = "replace"
	verbPaste       verb = "paste"
	verbRefresh     verb = "refresh"
	verbEdit        verb = "edit"
	verbRename      verb = "rename"
	verbPause       verb = "pause"
	verbResume      verb = "resume"
	verbSnooze      verb = "snooze"
	verbForget      verb = "forget"
	verbUnlock      verb = "unlock"
	verbLock        verb = "lock"
	verbSeal        verb = "seal"
	verbPutRecovery verb = "put_recovery"
	verbCare        verb = "care"
	verbMend        verb = "mend"
	verbExport      verb = "export"
	verbImport      verb = "import"
	verbPreferences verb = "preferences"
	verbPrefer      verb = "prefer"
	verbCopy        verb = "copy"
	verbOpen        verb = "open"
	verbSummoned    verb = "summoned"
	verbStop        verb = "stop" // the same in every protocol
)

// request is a verb and what it needs. Values of auth that hold no secret and no
// error cross as they are, under their Go names; the others are in this
// package's own form.
type request struct {
	Verb         verb                     `json:"verb"`
	Name         string                   `json:"name,omitzero"`
	Account      auth.AccountID           `json:"account,omitzero"`
	Want         auth.Want                `json:"want,omitzero"`
	Connection   apart[connection]        `json:"connection,omitzero"`
	Reconnection apart[auth.Reconnection] `json:"reconnection,omitzero"`
	Attempt      string                   `json:"attempt,omitzero"`
	Address      []byte                   `json:"address,omitzero"` // that a browser ended at; see reveal
	Issuer       string                   `json:"issuer,omitzero"`
	Change       apart[change]            `json:"change,omitzero"`
	Passphrase   []byte                   `json:"passphrase,omitzero"` // see reveal
	SealedBy     auth.SealedBy            `json:"sealed_by,omitzero"`
	Mending      apart[mending]           `json:"mending,omitzero"`
	Export       apart[export]            `json:"export,omitzero"`
	File         []byte                   `json:"file,omitzero"` // to import; at most maxFile bytes
	Preferences  apart[auth.Preferences]  `json:"preferences,omitzero"`
	Form         string                   `json:"form,omitzero"`
	Until        time.Time                `json:"until,omitzero"`
	Session      apart[auth.Session]      `json:"session,omitzero"`
	Summons      apart[auth.Summons]      `json:"summons,omitzero"`
}

// repeatable reports whether asking twice does no more than asking once, so that
// a lost answer may be asked for again.
func (r request) repeatable() bool {
	switch r.Verb {
	case verbSnapshot, verbFind, verbShow, verbAtHand, verbProviders, verbDiscover, verbCare, verbPreferences:
		return true
	case verbToken:
		return !r.Want.Force
	case verbWatch, verbSummoned, verbStop, verbConnect, verbReconnect, verbReplace, verbPaste, verbRefresh, verbEdit,
		verbRename, verbPause, verbResume, verbSnooze, verbForget, verbUnlock, verbLock, verbSeal, verbPutRecovery,
		verbMend, verbExport, verbImport, verbPrefer, verbCopy, verbOpen:
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
	Event event                  `json:"event,omitzero"`
	Step  apart[auth.SignInStep] `json:"step,omitzero"`

	Summons apart[auth.Summons] `json:"summons,omitzero"`
	Trouble *problem            `json:"trouble,omitzero"`

	Error       *problem                `json:"error,omitzero"`
	Snapshot    apart[snapshot]         `json:"snapshot,omitzero"`
	Account     auth.AccountID          `json:"account,omitzero"`
	Details     apart[details]          `json:"details,omitzero"`
	Providers   apart[[]auth.Provider]  `json:"providers,omitzero"`
	Provider    apart[auth.Provider]    `json:"provider,omitzero"`
	Token       token                   `json:"token,omitzero"`
	Text        []byte                  `json:"text,omitzero"` // a token in a form; see reveal
	Status      apart[status]           `json:"status,omitzero"`
	Forgotten   apart[auth.Forgotten]   `json:"forgotten,omitzero"`
	Care        apart[auth.Care]        `json:"care,omitzero"`
	Mended      apart[auth.Mended]      `json:"mended,omitzero"`
	File        []byte                  `json:"file,omitzero"` // of an export: sealed, or without any secret
	Imported    apart[imported]         `json:"imported,omitzero"`
	Preferences apart[auth.Preferences] `json:"preferences,omitzero"`
}

// last reports whether nothing follows.
func (a answer) last() bool { return a.Event == "" }
