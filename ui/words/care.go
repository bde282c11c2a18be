package words

import (
	"strings"

	"github.com/tokentray/tokentray/auth"
)

// SealedBy says what opens the vault.
func SealedBy(by auth.SealedBy) string {
	switch by {
	case auth.SealedByKeyring:
		return "Your keyring opens the vault."
	case auth.SealedByPassphrase:
		return "A passphrase opens the vault."
	}
	return "What opens the vault is not known yet."
}

// VaultWarning says what is not as it should be about the vault's place.
func VaultWarning(w auth.VaultWarning, who Audience) Explanation {
	switch w {
	case auth.WarnNetworkFileSystem:
		return Explanation{
			Sentence: "The vault is kept on a network drive, where what was saved may get lost without a word.",
			Next:     moveTo("a disk of this computer", who),
		}
	case auth.WarnSyncedFolder:
		return Explanation{
			Sentence: "The vault is in a folder that is kept the same on several computers, where another one may replace it.",
			Next:     moveTo("a folder that isn’t synchronised", who),
		}
	case auth.WarnOwner:
		return Explanation{
			Sentence: "The vault, or its folder, belongs to another user of this computer, who can take it away or replace it.",
			Next:     "Make yourself the owner of the folder and of what is in it, and start Tokentray again.",
		}
	case auth.WarnModeRepaired:
		return Explanation{
			Sentence: "Others on this computer could read the vault’s file; it was sealed all the same, and now they can’t.",
			Next:     "You don’t need to do anything, unless you don’t know who made it readable.",
		}
	}
	return Explanation{
		Sentence: "Something about the vault’s place is not as it should be.",
		Next:     "Update Tokentray to read what it is.",
	}
}

func moveTo(place string, who Audience) string {
	if who == Window {
		return "Quit Tokentray and move its folder to " + place + "."
	}
	return "End the agent and move its folder to " + place + "; tokentray doctor shows where it is."
}

// Remedy says what a remedy does, before anybody chooses it, and what comes after.
func Remedy(r auth.Remedy) Explanation {
	switch r {
	case auth.RemedyRestore:
		return Explanation{
			Sentence: "A backup takes the vault’s place; the file that is there is moved aside and kept.",
			Next:     "Tokens that were refreshed after the backup may be refused; an account that is needs one sign-in.",
		}
	case auth.RemedySalvage:
		return Explanation{
			Sentence: "What can still be read of the vault is kept in a new file; the damaged one is moved aside and kept.",
			Next:     "Accounts that can’t be read any more have to be connected again.",
		}
	case auth.RemedyStartOver:
		return Explanation{
			Sentence: "The vault is moved aside and kept, and an empty one begins.",
			Next:     "Every account has to be connected again, unless the old file can be opened one day.",
		}
	}
	return Explanation{
		Sentence: "This remedy is one that this Tokentray doesn’t know.",
		Next:     "Update Tokentray and look again.",
	}
}

// Mended says what a remedy did.
func Mended(m auth.Mended, r auth.Remedy) Explanation {
	sentence := "The vault has " + counted(len(m.Accounts), "account") + " again"
	if r == auth.RemedyStartOver {
		sentence = "The vault begins anew"
	}
	if m.Lost > 0 {
		sentence += "; " + counted(m.Lost, "account") + " didn’t come back"
	}
	if m.SetAside != "" {
		sentence += ". The old file is kept as " + Named(m.SetAside)
	}
	e := Explanation{Sentence: sentence + ".", Next: "Look at the accounts; one that needs you says so."}
	if len(m.Accounts) == 0 {
		e.Next = "Connect an account to go on."
	}
	return e
}

// counted writes "1 account", "3 accounts".
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return number(n) + " " + what + "s"
}

// Care says in one line how the vault is sealed and saved.
func Care(c auth.Care) string {
	parts := []string{strings.TrimSuffix(SealedBy(c.SealedBy), ".")}
	if c.Recovery {
		parts = append(parts, "a recovery passphrase does, too")
	}
	if n := len(c.Backups); n > 0 {
		parts = append(parts, "there are "+counted(n, "backup"))
		if n == 1 {
			parts[len(parts)-1] = "there is 1 backup"
		}
	} else {
		parts = append(parts, "there is no backup yet")
	}
	return strings.Join(parts, "; ") + "."
}
