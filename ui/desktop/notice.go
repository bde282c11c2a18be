package desktop

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// ErrNoNotifications means that nothing here shows notifications.
var ErrNoNotifications = errors.New("no notifications here")

// Notice is a notification in words. It never holds a secret.
type Notice struct {
	Key     string           // a later Notice with the same Key takes its place
	Account auth.AccountID   // whom a click is about; "": several
	All     []auth.AccountID // whom the notification is about
	Title   string
	Body    string   // plain text
	Actions []Action // the first is what a click on the notification itself does
}

// Action is what a person can choose on a notification: a closed set.
type Action string

// The actions.
const (
	ActionSignIn Action = "sign-in"
	ActionOpen   Action = "open"
	ActionLater  Action = "later" // nothing about these accounts until tomorrow
)

// Label is the word on an action's button.
func (a Action) Label() string {
	switch a {
	case ActionSignIn:
		return "Sign in"
	case ActionLater:
		return "Remind me tomorrow"
	case ActionOpen:
	}
	return "Open Tokentray"
}

// Click is what a person chose.
type Click struct {
	Key     string
	Account auth.AccountID
	All     []auth.AccountID
	Action  Action
}

// Tomorrow is when "Remind me tomorrow" reminds: when a working day begins, in the
// time zone of now.
func Tomorrow(now time.Time) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day()+1, workBegins, 0, 0, 0, now.Location())
}

// workBegins is an hour at which most people are at their desks.
const workBegins = 9

// maxNamed is how many accounts a notification names: more would not fit on it.
const maxNamed = 5

// NoticeOf puts n into words. A Notice about nobody has none: it is to be withdrawn.
func NoticeOf(n auth.Notice) Notice {
	notice := Notice{Key: n.Key, Actions: []Action{ActionOpen, ActionLater}}
	for _, a := range n.Accounts {
		notice.All = append(notice.All, a.ID)
	}
	switch len(n.Accounts) {
	case 0:
		return notice
	case 1:
		notice.Account = n.Accounts[0].ID
		if n.Concern == auth.ConcernSignIn || n.Concern == auth.ConcernEnding && n.Accounts[0].State == auth.StateExpiring {
			notice.Actions = []Action{ActionSignIn, ActionLater}
		}
		notice.Title, notice.Body = one(n)
	default:
		notice.Title, notice.Body = several(n), named(n.Accounts)
	}
	return notice
}

// one is the words about a single account.
func one(n auth.Notice) (title, body string) {
	a := n.Accounts[0]
	name, provider := words.Plain(a.Name), words.Plain(a.ProviderName)
	switch n.Concern {
	case auth.ConcernSignIn:
		title = "Sign in to " + name + " again"
		body = provider + " ended this sign-in. One minute in the browser, and it refreshes by itself again."
	case auth.ConcernInDoubt:
		title = name + ": refresh interrupted"
		body = words.Explain(&auth.Error{Kind: auth.KindInDoubt}, words.Window).Sentence + " Try it once more, or sign in again."
	case auth.ConcernSettings:
		title = name + ": settings problem"
		body = provider + " doesn’t accept the client’s details, and signing in again would not change that."
	case auth.ConcernUnreachable:
		title = name + " can’t be refreshed"
		body = provider + " can’t be reached. Tokentray goes on trying by itself."
		if !a.ExpiresAt.IsZero() {
			body = "Its token has run out, and " + body
		}
	case auth.ConcernEnding:
		title = name + " needs you soon"
		body = provider + " ends this sign-in before long, because nothing refreshes it now. " + remedy(a)
	}
	if a.Cause != nil && !a.Cause.Said.IsZero() {
		body += "\n" + words.Quote(a.ProviderName, a.Cause.Said)
	}
	return title, body
}

// remedy is what keeps a sign-in that ends soon.
func remedy(a auth.Status) string {
	switch a.State {
	case auth.StatePaused:
		return "Resume it to keep it."
	case auth.StateRetrying:
		return "It is kept as soon as " + words.Plain(a.ProviderName) + " can be reached."
	default:
		return "Signing in again takes one minute."
	}
}

// several is the title above the names of several accounts of one provider.
func several(n auth.Notice) string {
	accounts := fmt.Sprintf("%d accounts at %s", len(n.Accounts), words.Plain(n.Accounts[0].ProviderName))
	switch n.Concern {
	case auth.ConcernSignIn:
		return accounts + " need you to sign in again"
	case auth.ConcernInDoubt:
		return accounts + ": refresh interrupted"
	case auth.ConcernSettings:
		return accounts + ": settings problem"
	case auth.ConcernEnding:
		return accounts + " need you soon"
	case auth.ConcernUnreachable:
	}
	return accounts + " can’t be refreshed"
}

func named(accounts []auth.Status) string {
	var names []string
	for _, a := range accounts[:min(len(accounts), maxNamed)] {
		names = append(names, words.Plain(a.Name))
	}
	list := strings.Join(names, ", ")
	if more := len(accounts) - maxNamed; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}
