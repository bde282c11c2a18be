// Package words has the sentences of Tokentray: durations, states, errors and
// the next step, the same ones in the window, the tray and on the command line.
//
// Everything in it is a pure function from what the domain says to what a person
// reads: what happened, what it means, what to do next; never a blame and never
// a bare code. What a provider said stands apart from our own words, quoted and
// labelled as the provider's. Where the next step depends on where the person
// is, the function takes an Audience.
package words

// Audience is where the person reads: it decides what a next step names.
type Audience int

// The audiences.
const (
	Window      Audience = iota // next steps name what can be chosen there
	CommandLine                 // next steps name the command to run
)

// Explanation is what a person is told. Sentence and Next are whole sentences
// that end with a full stop; Said is the provider's own words, or "".
type Explanation struct {
	Sentence string // what happened and what it means
	Said     string // as Quote makes it, e.g. Adaptix said: 400 invalid_grant — “…”
	Next     string // what to do next
}

// Line is Sentence and Said on one line.
func (e Explanation) Line() string {
	if e.Said == "" {
		return e.Sentence
	}
	return e.Sentence + " " + e.Said
}
