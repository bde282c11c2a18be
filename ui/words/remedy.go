package words

import (
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Choice is one thing that can be done for a vault that can't be used.
type Choice struct {
	Label string // what it is, in a few words
	About string // what it does, and what it doesn't
	Yes   string // the word to choose it by
}

// RestoreChoice puts the backup b in place of the vault.
func RestoreChoice(b auth.Backup, now time.Time) Choice {
	return Choice{
		Label: "Restore the backup of " + trimAt(At(b.At, now)) + " (" + accounts(b.Accounts) + ")",
		About: "It takes the place of the damaged file, which is moved aside and kept. What was added after it is missing, and a sign-in " +
			"that was refreshed since may have to be made again.",
		Yes: "Restore it",
	}
}

// SalvageChoice keeps n of all accounts; of 0 nobody knows how many there are.
func SalvageChoice(n, all int) Choice {
	label := "Keep what can still be read"
	if all > 0 {
		label += " (" + number(n) + " of " + accounts(all) + ")"
	}
	return Choice{
		Label: label,
		About: "A new file is made of what is whole; the damaged one is moved aside and kept. What can’t be read has to be added again.",
		Yes:   "Keep what can be read",
	}
}

// StartOverChoice leaves everything behind.
func StartOverChoice() Choice {
	return Choice{
		Label: "Start over without any account",
		About: "The file is moved aside and kept, in case its key or a repair turns up. Every account has to be added and signed in anew.",
		Yes:   "Start over",
	}
}

func accounts(n int) string { return counted(n, "account") }
