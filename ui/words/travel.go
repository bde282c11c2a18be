package words

import "github.com/tokentray/tokentray/auth"

// Imported says what an import of accounts brought, and what to mind.
func Imported(i auth.Imported) string {
	var text string
	switch n := len(i.Accounts); n {
	case 0:
		text = "Nothing new came."
	case 1:
		text = "One account came: " + Named(i.Accounts[0].Name) + "."
	default:
		text = number(n) + " accounts came."
	}
	if len(i.Known) > 0 {
		text += " Left as they are, because they were here already: " + names(i.Known) + "."
	}
	if len(i.Rotating) > 0 {
		text += " Don’t use " + names(i.Rotating) + " on the other computer any more: each refresh here ends the sign-in there."
	}
	return text
}
