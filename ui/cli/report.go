package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// told is an error that brings its own words, because only the command line
// knows them: what was typed, and where the output went.
type told struct {
	kind auth.Kind
	words.Explanation
}

// Error is the sentence.
func (t told) Error() string { return t.Sentence }

// usage is a mistake in how a command was written.
func usage(sentence, next string) error {
	return told{auth.KindUsage, words.Explanation{Sentence: sentence, Next: next}}
}

// otherNext is an error whose usual next step doesn't fit here.
type otherNext struct {
	err  *auth.Error
	next string
}

func (o otherNext) Error() string { return o.err.Error() }

// Unwrap is the error itself.
func (o otherNext) Unwrap() error { return o.err }

// report tells what went wrong, as JSON where that was asked for and in two
// lines otherwise, and returns the exit code.
func (i *invocation) report(ctx context.Context, err error) int {
	var child Ended
	if errors.As(err, &child) {
		return child.Code // it has said itself what there was to say
	}
	e, explanation := explain(ctx, err)
	if asksForJSON(i.Args) {
		// An error that can't be written has nowhere else to go; the exit code stays.
		_ = writeJSON(i.Stderr, errorDocument{Error: errorRow(e, explanation)})
	} else {
		i.say(explanation.Line())
		i.say(explanation.Next)
	}
	return exitCode(e.Kind)
}

// explain finds the kind of err and the words for it. When ctx has ended the
// person stopped the command, and whatever else went wrong follows from that.
func explain(ctx context.Context, err error) (*auth.Error, words.Explanation) {
	var own told
	var other otherNext
	var e *auth.Error
	switch {
	case errors.As(err, &own):
		return &auth.Error{Kind: own.kind}, own.Explanation
	case ctx.Err() != nil:
		e = &auth.Error{Kind: auth.KindCancelled}
	case errors.As(err, &other):
		explanation := words.Explain(other.err, words.CommandLine)
		explanation.Next = other.next
		return other.err, explanation
	case errors.As(err, &e):
	case errors.Is(err, context.DeadlineExceeded):
		e = &auth.Error{Kind: auth.KindUnreachable, Detail: "no answer in time"}
	default:
		e = &auth.Error{Kind: auth.KindInternal, Detail: err.Error()}
	}
	return e, words.Explain(e, words.CommandLine)
}

// asksForJSON looks at the arguments themselves: the answer has to be known also
// where they can't be parsed.
func asksForJSON(args []string) bool {
	for _, a := range args {
		if a == "--" {
			return false
		}
		if a == "--json" || strings.HasPrefix(a, "--json=t") || a == "--json=1" {
			return true
		}
	}
	return false
}
