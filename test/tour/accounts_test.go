//go:build unix

package tour_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// account is what is read of `list --json`.
type account struct {
	Name, State string
	Subject     string
	ExpiresAt   time.Time `json:"expires_at"`
}

// account is the one called name; none has no Name.
func (v *visitor) account(name string) account {
	v.t.Helper()
	for _, a := range v.accounts() {
		if a.Name == name {
			return a
		}
	}
	return account{}
}

func (v *visitor) accounts() []account {
	v.t.Helper()
	var list struct{ Accounts []account }
	if err := json.Unmarshal([]byte(v.tokentray("list", "--json")), &list); err != nil {
		v.t.Fatalf("read the list: %v", err)
	}
	return list.Accounts
}

// awaits waits until an account has a state.
func (v *visitor) awaits(name, state string) account {
	v.t.Helper()
	var a account
	v.Await(fmt.Sprintf("%s %s", name, state), func() bool {
		a = v.account(name)
		return a.State == state
	})
	return a
}

func (v *visitor) token(name string) string {
	v.t.Helper()
	return strings.TrimSpace(v.tokentray("token", name))
}

// holdsToken waits until the clipboard holds what `tokentray token` prints.
func (v *visitor) holdsToken(name string) {
	v.t.Helper()
	v.Await("the token of "+name+" on the clipboard", func() bool { return v.Clipboard() == v.token(name) })
}

// details is what is read of `show --json`.
type details struct {
	Generation int
	History    []struct{ What string }
	ClientID   string `json:"client_id"`
}

func (v *visitor) details(name string) details {
	v.t.Helper()
	var d details
	if err := json.Unmarshal([]byte(v.tokentray("show", name, "--json")), &d); err != nil {
		v.t.Fatalf("read the details of %s: %v", name, err)
	}
	return d
}

// happened is how often that is in the history of an account.
func (v *visitor) happened(name, what string) (times int) {
	v.t.Helper()
	for _, e := range v.details(name).History {
		if e.What == what {
			times++
		}
	}
	return times
}
