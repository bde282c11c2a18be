package desktop

import (
	"errors"

	"github.com/tokentray/tokentray/ui/words"
)

// ExplainCopy says why Clipboard.Copy failed and what to do next.
func ExplainCopy(err error) words.Explanation {
	e := words.Explanation{
		Sentence: "The desktop didn’t take it onto the clipboard.",
		Next:     "Try it once more; tokentray token NAME prints it in a terminal.",
	}
	switch {
	case err == nil:
		return words.Explanation{}
	case errors.Is(err, ErrTooLong):
		e.Sentence = "This is longer than the clipboard takes in one piece."
	case errors.Is(err, ErrOldWaylandCopy):
		e.Sentence = "Under Wayland a secret is copied with wl-copy, and the one here is missing or would write it to a file."
		e.Next = "Install wl-clipboard 2.3 or newer; until then, tokentray token NAME prints it in a terminal."
	case errors.Is(err, ErrNoDisplay):
		e.Sentence = "There is no desktop here, and so no clipboard."
		e.Next = "In a terminal, tokentray token NAME prints it."
	}
	return e
}
