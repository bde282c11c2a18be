package desktop

import "errors"

// whyNotCopied is what a person needs to know of an error of Clipboard.Copy.
func whyNotCopied(err error) string {
	switch {
	case errors.Is(err, ErrTooLong):
		return "this is longer than the clipboard takes in one piece"
	case errors.Is(err, ErrOldWaylandCopy):
		return "under Wayland a secret is copied with wl-copy 2.3 or newer, and the one here is missing or would write it to a file"
	case errors.Is(err, ErrNoDisplay):
		return "there is no display, and so no clipboard"
	}
	return "it did not take the text onto the clipboard"
}
