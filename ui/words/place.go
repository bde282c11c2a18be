package words

import "github.com/tokentray/tokentray/auth"

// Place says what is not as it should be about where the vault is kept, and what
// to do about it.
func Place(w auth.VaultWarning) Explanation {
	switch w {
	case auth.WarnNetworkFileSystem:
		return Explanation{
			Sentence: "The vault is on a network drive, where a power cut or two computers at once can damage it.",
			Next:     "Move Tokentray’s folder to this computer’s own disk.",
		}
	case auth.WarnSyncedFolder:
		return Explanation{
			Sentence: "The vault is in a folder that is kept in step with other computers, so an old copy may replace it.",
			Next:     "Move Tokentray’s folder out of it.",
		}
	case auth.WarnOwner:
		return Explanation{
			Sentence: "The vault’s file or folder belongs to another user.",
			Next:     "Have it given to you, or let Tokentray make a vault of your own.",
		}
	case auth.WarnModeRepaired:
		return Explanation{
			Sentence: "Others on this computer could read the vault’s file. It is sealed, and now only you can.",
			Next:     "There is nothing else to do.",
		}
	}
	return Explanation{
		Sentence: "Something about the place of the vault is not as it should be.",
		Next:     "Update Tokentray to learn what.",
	}
}
