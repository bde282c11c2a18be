package tray

import (
	"fmt"
	"slices"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// look is how the icon looks: a closed set.
type look int

const (
	plain    look = iota
	needsYou      // a red dot
	dimmed        // the vault can't be used
)

// view is everything the tray shows.
type view struct {
	look    look
	tooltip string
	entries []entry
}

// viewOf is what s looks like.
func viewOf(s auth.Snapshot, copied map[auth.AccountID]int, now time.Time) view {
	return view{look: lookOf(s, now), tooltip: tooltip(s, now), entries: menu(s, copied, now)}
}

func (v view) equal(other view) bool {
	return v.look == other.look && v.tooltip == other.tooltip && slices.Equal(v.entries, other.entries)
}

func lookOf(s auth.Snapshot, now time.Time) look {
	switch {
	case s.Vault == auth.VaultNone:
		return plain
	case s.Vault != auth.VaultUnlocked:
		return dimmed
	case slices.ContainsFunc(s.Accounts, func(a auth.Status) bool { return needsPerson(a, now) }):
		return needsYou
	}
	return plain
}

// tooltip is the shortest answer to "is everything all right?".
func tooltip(s auth.Snapshot, now time.Time) string {
	if s.Vault != auth.VaultUnlocked && s.Vault != auth.VaultNone {
		return words.Vault(s.Vault, words.Window).Sentence
	}
	var needing, fresh int
	for _, a := range s.Accounts {
		switch {
		case needsPerson(a, now):
			needing++
		case a.State == auth.StateFresh || a.State == auth.StateRefreshing || a.State == auth.StateUnknownExpiry:
			fresh++
		}
	}
	switch all := len(s.Accounts); {
	case all == 0:
		return "No accounts yet"
	case needing == 1:
		return "1 account needs you"
	case needing > 1:
		return fmt.Sprintf("%d accounts need you", needing)
	case fresh < all:
		return fmt.Sprintf("%d of %d accounts fresh", fresh, all)
	case all == 1:
		return "1 account fresh"
	default:
		return fmt.Sprintf("%d accounts fresh", all)
	}
}
