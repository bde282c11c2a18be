package auth

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// findName resolves what a person wrote: an ID; else the exact name; else the
// name ignoring case; else a prefix of it, ignoring case, that fits only one.
func findName(accounts map[AccountID]*held, name string) (AccountID, error) {
	if _, known := accounts[AccountID(name)]; known {
		return AccountID(name), nil
	}
	for _, fits := range []func(string) bool{
		func(n string) bool { return n == name },
		func(n string) bool { return strings.EqualFold(n, name) },
		func(n string) bool { return hasPrefixFold(n, name) },
	} {
		var found []AccountID
		for id, h := range accounts {
			if fits(h.account.Name) {
				found = append(found, id)
			}
		}
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return "", &Error{Kind: KindAmbiguousName, Account: name, Candidates: namesOf(accounts, found)}
		}
	}
	return "", &Error{Kind: KindUnknownAccount, Account: name}
}

func hasPrefixFold(s, prefix string) bool {
	return prefix != "" && strings.HasPrefix(strings.ToLower(s), strings.ToLower(prefix))
}

func namesOf(accounts map[AccountID]*held, ids []AccountID) []string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, accounts[id].account.Name)
	}
	sort.Strings(names)
	return names
}

// checkName says whether a person may call an account so.
func checkName(name string) error {
	if name == "" || utf8.RuneCountInString(name) > maxName || strings.TrimSpace(name) != name || strings.ContainsFunc(name, isControl) {
		return &Error{Kind: KindUsage, Detail: fmt.Sprintf("a name is one line of 1 to %d characters, without blanks at its ends", maxName)}
	}
	return nil
}

// maxName keeps a name on one line of a menu, in characters.
const maxName = 80

func isControl(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }

// freeName is "Provider · who", with a number where that is taken.
func freeName(accounts map[AccountID]*held, provider, who string) string {
	base := provider
	if who != "" {
		base += " · " + who
	}
	base = strings.TrimSpace(strings.Map(func(r rune) rune {
		if isControl(r) {
			return ' '
		}
		return r
	}, base))
	base = cmp.Or(base, "Account")
	for n, number := 2, ""; ; n++ {
		if name := cutTo(maxName-len(number), base) + number; nameTaken(accounts, name, "") == nil {
			return name
		}
		number = fmt.Sprintf(" %d", n)
	}
}

// cutTo is text with at most limit characters, and shows where it isn't all of it.
func cutTo(limit int, text string) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return strings.TrimSpace(string(runes[:limit-1])) + "…"
}

// nameTaken is why an account other than except can't be called name, ignoring case:
// it is another one's name, or its ID, which is looked up before any name. nil: it can.
func nameTaken(accounts map[AccountID]*held, name string, except AccountID) error {
	id := AccountID(strings.ToLower(name))
	if _, known := accounts[id]; known && id != except {
		return &Error{Kind: KindUsage, Detail: name + " is the ID of another account, and so it can't be a name"}
	}
	for id, h := range accounts {
		if id != except && strings.EqualFold(h.account.Name, name) {
			return &Error{Kind: KindNameTaken, Account: name}
		}
	}
	return nil
}

// idTaken reports whether id is an account's, or the name of one, ignoring case,
// which would not be found by it any more.
func idTaken(accounts map[AccountID]*held, id string) bool {
	if _, known := accounts[AccountID(id)]; known {
		return true
	}
	for _, h := range accounts {
		if strings.EqualFold(h.account.Name, id) {
			return true
		}
	}
	return false
}

// idLetters leaves out what looks alike.
const idLetters = "abcdefghjkmnpqrstuvwxyz23456789"

// idLength makes an ID short enough to type; it grows when many are taken.
const idLength = 4

// newID makes a short ID for which taken is false.
func newID(taken func(string) bool) string {
	for tries := 0; ; tries++ {
		raw := make([]byte, idLength+tries/8)
		_, _ = rand.Read(raw) // never fails (crypto/rand)
		for i := range raw {
			raw[i] = idLetters[int(raw[i])%len(idLetters)]
		}
		if id := string(raw); !taken(id) {
			return id
		}
	}
}
