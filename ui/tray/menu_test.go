package tray

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("", 3600))

func status(name string, state auth.State) auth.Status {
	return auth.Status{ID: auth.AccountID("id-" + name), Name: name, State: state, ExpiresAt: noon.Add(62 * time.Minute).UTC()}
}

// doubtful is an account whose refresh was interrupted, and whose token has that much
// left; tried is when it is tried again, if it is.
func doubtful(left time.Duration, tried time.Time) auth.Status {
	a := status("A", auth.StateInDoubt)
	a.ExpiresAt, a.RefreshAt = noon.Add(left), tried
	return a
}

func unlocked(accounts ...auth.Status) auth.Snapshot {
	return auth.Snapshot{Vault: auth.VaultUnlocked, Accounts: accounts}
}

// lines is a menu as a person reads it; a separator is "-", and what stands in a
// menu of its own begins with a tab.
func lines(entries []entry) []string {
	var lines []string
	for _, e := range entries {
		if e.deed == separator {
			e.label = "-"
		}
		if e.inner {
			e.label = "\t" + e.label
		}
		lines = append(lines, e.label)
	}
	return lines
}

func TestMenuSaysFirstWhoNeedsYou(t *testing.T) {
	signingIn := status("C", auth.StateNeedsSignIn)
	signingIn.SigningIn = true
	tomorrow := status("T", auth.StateExpiring)
	tomorrow.ExpiresAt = noon.Add(24 * time.Hour)
	later := status("L", auth.StateFresh)
	later.ExpiresAt = noon.AddDate(0, 0, 7)
	unknown := status("U", auth.StateUnknownExpiry)
	unknown.ExpiresAt = time.Time{}
	stuck, soon, settling := doubtful(-time.Second, time.Time{}), doubtful(time.Hour, time.Time{}), doubtful(-time.Second, noon)
	offline := status("O", auth.StateRetrying)
	offline.ExpiresAt = noon.Add(-time.Second)
	for _, row := range []struct {
		what     string
		snapshot auth.Snapshot
		want     []string
	}{
		{"nothing yet", unlocked(), []string{"Add your first account…"}},
		{
			"what needs you, and tokens",
			unlocked(status("A", auth.StateNeedsSignIn), status("B", auth.StateMisconfigured), signingIn, status("D", auth.StateFresh)),
			[]string{"A — sign in…", "B — settings problem", "C — signing in", "-", "Copy token · D    until 13:02"},
		},
		{
			"refreshes that were interrupted", unlocked(stuck, soon, settling),
			[]string{"A — refresh interrupted", "-", "Copy token · A    until 13:00", "More accounts…"},
		},
		{"only what needs you", unlocked(status("A", auth.StateNeedsSignIn)), []string{"A — sign in…"}},
		{
			"times",
			unlocked(later, tomorrow, unknown),
			[]string{"Copy token · L    until 29 Nov at 12:00", "Copy token · T    until tomorrow at 12:00", "Copy token · U"},
		},
		{
			"no token to copy",
			unlocked(status("A", auth.StateFresh), offline, status("P", auth.StatePaused)),
			[]string{"Copy token · A    until 13:02", "More accounts…"},
		},
		{
			"odd names",
			unlocked(status(strings.Repeat("n", 80), auth.StateFresh), status("a\x1b\u202eb", auth.StateFresh)),
			[]string{"Copy token · " + strings.Repeat("n", 47) + "…    until 13:02", "Copy token · a\ufffd\ufffdb    until 13:02"},
		},
		{"locked", auth.Snapshot{Vault: auth.VaultLocked}, []string{"The vault is locked — unlock…"}},
		{"damaged", auth.Snapshot{Vault: auth.VaultDamaged}, []string{"The vault can’t be opened — see why…"}},
		{"read-only", auth.Snapshot{Vault: auth.VaultReadOnly}, []string{"The vault can’t be opened — see why…"}},
		{"none", auth.Snapshot{Vault: auth.VaultNone}, []string{"Add your first account…"}},
	} {
		got := lines(menu(row.snapshot, nil, noon))
		footer := []string{"-", "Open Tokentray", "Quit"}
		if len(row.snapshot.Accounts) > 0 {
			footer = []string{
				"-", "Open Tokentray", "Pause all", "\tPause all for an hour", "\tPause all until tomorrow",
				"\tPause all until I resume them", "Lock", "Quit",
			}
			if slices.ContainsFunc(row.snapshot.Accounts, func(a auth.Status) bool { return a.State == auth.StatePaused }) {
				footer = slices.Insert(footer, 6, "\tResume all")
			}
		}
		if want := append(row.want, footer...); !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", row.what, got, want)
		}
	}
}

func TestEveryStateHasALine(t *testing.T) {
	for _, state := range auth.States() {
		got := menu(unlocked(status("A", state)), nil, noon)
		if e := got[0]; e.deed == separator || !strings.Contains(e.label, "A") && e.label != "More accounts…" {
			t.Errorf("%s: the menu begins with %+v", state, e)
		}
	}
	for _, state := range auth.VaultStates() {
		if got := menu(auth.Snapshot{Vault: state}, nil, noon); len(got) != 4 || got[0].deed != open || got[0].label == "" {
			t.Errorf("%s: the menu is %+v, want one line that opens the window", state, got)
		}
	}
}

func TestAThousandAccountsStayAShortMenu(t *testing.T) {
	var all []auth.Status
	for i := range 1000 {
		all = append(all, status(fmt.Sprintf("A%03d", i), auth.States()[i%len(auth.States())]))
	}
	got := menu(unlocked(all...), nil, noon)
	first := 0
	for _, e := range got {
		if !e.inner {
			first++
		}
	}
	if first != 15 || len(got) != 19 {
		t.Errorf("the menu has %d entries and %d in one of its own, want 15 and 4", first, len(got)-first)
	}
	if want := "219 more need you…"; got[3].label != want {
		t.Errorf("the fourth line is %q, want %q", got[3].label, want)
	}
	if tip := tooltip(unlocked(all...), noon); tip != "222 accounts need you" {
		t.Errorf("the tooltip is %q", tip)
	}
	copied := map[auth.AccountID]int{"id-A900": 9, "id-A000": 1, "id-A001": 3}
	var kept []string
	for _, e := range menu(unlocked(all...), copied, noon) {
		if e.deed == copyToken {
			kept = append(kept, string(e.account))
		}
	}
	if want := []string{"id-A000", "id-A001", "id-A002", "id-A900"}; !slices.Equal(kept, want) {
		t.Errorf("lines for %q, want %q", kept, want)
	}
}

func TestPauseAndLockAreOfferedWhereTheyMeanSomething(t *testing.T) {
	paused := unlocked(status("A", auth.StatePaused), status("B", auth.StatePaused))
	if got := lines(menu(paused, nil, noon)); !slices.Contains(got, "Resume all") || slices.Contains(got, "Pause all") {
		t.Errorf("with everybody paused the menu says %q", got)
	}
	some := unlocked(status("A", auth.StatePaused), status("B", auth.StateFresh))
	if got := lines(menu(some, nil, noon)); slices.Contains(got, "Resume all") || !slices.Contains(got, "\tResume all") {
		t.Errorf("with one of two paused the menu says %q", got)
	}
	locked := auth.Snapshot{Vault: auth.VaultLocked, SealedBy: auth.SealedByKeyring}
	if got := menu(locked, nil, noon); got[0].deed != unlock || got[0].label != "Unlock" {
		t.Errorf("locked, and the keyring has the key: the menu begins with %+v", got[0])
	}
}

func TestQuittingAsksWhereItLosesSomething(t *testing.T) {
	s := unlocked(status("A", auth.StateRetrying), status("B", auth.StateRetrying))
	for unsaved, want := range []string{"Quit", "Quit, and lose a sign-in that can’t be saved", "Quit, and lose 2 sign-ins that can’t be saved"} {
		s.Unsaved = unsaved
		if got := lines(menu(s, nil, noon)); got[len(got)-1] != want {
			t.Errorf("with %d unsaved it says %q", unsaved, got[len(got)-1])
		}
	}
}

func TestTooltipAndLook(t *testing.T) {
	for _, row := range []struct {
		snapshot auth.Snapshot
		tooltip  string
		look     look
	}{
		{unlocked(), "No accounts yet", plain},
		{unlocked(status("A", auth.StateFresh)), "1 account fresh", plain},
		{unlocked(status("A", auth.StateFresh), status("B", auth.StateRefreshing)), "2 accounts fresh", plain},
		{unlocked(status("A", auth.StateFresh), status("B", auth.StateRetrying)), "1 of 2 accounts fresh", plain},
		{unlocked(status("A", auth.StateFresh), status("B", auth.StateNeedsSignIn)), "1 account needs you", needsYou},
		{unlocked(status("A", auth.StateMisconfigured), status("B", auth.StateNeedsSignIn)), "2 accounts need you", needsYou},
		{unlocked(doubtful(-time.Second, time.Time{})), "1 account needs you", needsYou},
		{unlocked(doubtful(time.Second, time.Time{})), "0 of 1 accounts fresh", plain},
		{unlocked(doubtful(-time.Second, noon)), "0 of 1 accounts fresh", plain},
		{auth.Snapshot{Vault: auth.VaultNone}, "No accounts yet", plain},
		{auth.Snapshot{Vault: auth.VaultLocked}, "The vault is locked.", dimmed},
	} {
		if tip, look := tooltip(row.snapshot, noon), lookOf(row.snapshot, noon); tip != row.tooltip || look != row.look {
			t.Errorf("got %q and look %d, want %q and %d", tip, look, row.tooltip, row.look)
		}
	}
}
