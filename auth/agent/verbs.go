package agent

import (
	"context"
	"fmt"

	"github.com/tokentray/tokentray/auth"
)

// carryOut asks the desk for what r says.
func (c *call) carryOut(ctx context.Context, r request) (answer, error) {
	for _, part := range []func(context.Context, request) (answer, bool, error){c.look, c.signIn, c.change, c.keep, c.travel} {
		if a, mine, err := part(ctx, r); mine {
			return a, err
		}
	}
	switch r.Verb {
	case verbWatch:
		return answer{}, c.watch(ctx)
	case verbSummoned:
		return answer{}, c.summoned(ctx)
	case verbStop: // reply calls stop after the answer has left
		return answer{}, nil
	}
	return answer{}, trouble(nil, "the agent (version %q) does not understand the request", c.hello.Version)
}

// look has the verbs that change nothing; mine says whether r is one of them.
func (c *call) look(ctx context.Context, r request) (a answer, mine bool, err error) {
	switch r.Verb {
	case verbSnapshot:
		s, err := c.desk.Snapshot(ctx)
		return answer{Snapshot: apart[snapshot]{snapshotOf(s)}}, true, err
	case verbFind:
		a.Account, err = c.desk.Find(ctx, r.Name)
	case verbShow:
		d, err := c.desk.Show(ctx, r.Account)
		return answer{Details: apart[details]{detailsOf(d)}}, true, err
	case verbProviders:
		a.Providers.is, err = c.desk.Providers(ctx)
	case verbDiscover:
		a.Provider.is, err = c.desk.Discover(ctx, r.Issuer)
	case verbCare:
		a.Care.is, err = c.desk.Care(ctx)
	case verbPreferences:
		a.Preferences.is, err = c.desk.Preferences(ctx)
	default:
		return answer{}, false, nil
	}
	return a, true, err
}

// signIn has the verbs around tokens, and where they come from.
func (c *call) signIn(ctx context.Context, r request) (a answer, mine bool, err error) {
	switch r.Verb {
	case verbToken:
		t, err := c.desk.Token(ctx, r.Account, r.Want)
		return answer{Token: tokenOf(t)}, true, err
	case verbAtHand:
		text, err := c.desk.AtHand(ctx, r.Name, r.Form, r.Want.Validity)
		return answer{Text: reveal(text)}, true, err
	case verbConnect:
		s, err := c.desk.Connect(ctx, r.Connection.is.domain(), c.step)
		return answer{Status: apart[status]{statusOf(s)}}, true, err
	case verbReconnect:
		s, err := c.desk.Reconnect(ctx, r.Account, r.Reconnection.is, c.step)
		return answer{Status: apart[status]{statusOf(s)}}, true, err
	case verbReplace:
		s, err := c.desk.Replace(ctx, r.Account)
		return answer{Status: apart[status]{statusOf(s)}}, true, err
	case verbPaste:
		err = c.desk.Paste(ctx, r.Attempt, conceal(r.Address))
	case verbRefresh:
		err = c.desk.Refresh(ctx, r.Account)
	case verbCopy:
		trouble, err := c.desk.Copy(ctx, r.Account, r.Form, r.Session.is)
		return answer{Trouble: problemIn(trouble)}, true, err
	default:
		return answer{}, false, nil
	}
	return answer{}, true, err
}

// change has the verbs that change an account, or what is told and shown.
func (c *call) change(ctx context.Context, r request) (a answer, mine bool, err error) {
	switch r.Verb {
	case verbEdit:
		err = c.desk.Edit(ctx, r.Account, r.Change.is.domain())
	case verbRename:
		err = c.desk.Rename(ctx, r.Account, r.Name)
	case verbPause:
		err = c.desk.Pause(ctx, r.Account, r.Until)
	case verbResume:
		err = c.desk.Resume(ctx, r.Account)
	case verbSnooze:
		err = c.desk.Snooze(ctx, r.Account, r.Until)
	case verbForget:
		a.Forgotten.is, err = c.desk.Forget(ctx, r.Account)
	case verbPrefer:
		err = c.desk.Prefer(ctx, r.Preferences.is)
	case verbOpen:
		err = c.desk.Open(ctx, r.Summons.is, r.Session.is)
	default:
		return answer{}, false, nil
	}
	return a, true, err
}

// keep has the verbs that change how the vault stands.
func (c *call) keep(ctx context.Context, r request) (a answer, mine bool, err error) {
	switch r.Verb {
	case verbUnlock:
		err = c.desk.Unlock(ctx, conceal(r.Passphrase))
	case verbLock:
		err = c.desk.Lock(ctx)
	case verbSeal:
		err = c.desk.Seal(ctx, r.SealedBy, conceal(r.Passphrase))
	case verbPutRecovery:
		err = c.desk.PutRecovery(ctx, conceal(r.Passphrase))
	case verbMend:
		a.Mended.is, err = c.desk.Mend(ctx, r.Mending.is.domain())
	default:
		return answer{}, false, nil
	}
	return a, true, err
}

// travel has the verbs that move accounts between machines.
func (c *call) travel(ctx context.Context, r request) (a answer, mine bool, err error) {
	switch r.Verb {
	case verbExport:
		a.File, err = c.desk.Export(ctx, r.Export.is.domain())
		if err == nil && len(a.File) > maxFile {
			return answer{}, true, tooLarge(len(a.File), "export fewer accounts at a time")
		}
	case verbImport:
		if len(r.File) > maxFile {
			return answer{}, true, tooLarge(len(r.File), "it is no file of ours")
		}
		i, err := c.desk.Import(ctx, r.File, conceal(r.Passphrase))
		return answer{Imported: apart[imported]{importedOf(i)}}, true, err
	default:
		return answer{}, false, nil
	}
	return a, true, err
}

// tooLarge refuses a file, wherever it was going.
func tooLarge(size int, then string) error {
	return &auth.Error{Kind: auth.KindUsage, Detail: fmt.Sprintf("the file has %d bytes, and %d is the limit: %s", size, maxFile, then)}
}
