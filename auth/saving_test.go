package auth_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// tapped is a vault where something happens in the middle of a call. Nil funcs don't.
type tapped struct {
	*authtest.Vault
	putGrant func(g auth.Grant, put func() error) error
	remove   func(remove func() error) error
	mend     error
}

func (v *tapped) PutGrant(id auth.AccountID, was auth.Generation, g auth.Grant) error {
	put := func() error { return v.Vault.PutGrant(id, was, g) }
	if v.putGrant == nil {
		return put()
	}
	return v.putGrant(g, put)
}

func (v *tapped) Remove(id auth.AccountID) error {
	remove := func() error { return v.Vault.Remove(id) }
	if v.remove == nil {
		return remove()
	}
	return v.remove(remove)
}

func (v *tapped) Mend(m auth.Mending) (auth.Mended, error) {
	if v.mend != nil {
		return auth.Mended{}, v.mend
	}
	return v.Vault.Mend(m)
}

// tap is a desk whose vault can be tapped, with one account.
func tap(t *testing.T) (*desk, *tapped, auth.AccountID) {
	v := &tapped{Vault: authtest.NewVault()}
	d := newDesk(t, v.Vault, time.Hour, func(p *auth.Parts) { p.Vault = v })
	return d, v, d.connect(t, "work")
}

var errFlush = errors.New("the flush failed")

// saved checks that nothing is unsaved, and that the account goes on as if nothing
// had happened.
func (d *desk) saved(t *testing.T, id auth.AccountID) {
	t.Helper()
	s, err := d.Snapshot(context.Background())
	if err != nil || s.Unsaved != 0 {
		t.Fatalf("%d unsaved, %v", s.Unsaved, err)
	}
	before := d.give.count.Load()
	time.Sleep(3 * time.Hour)
	synctest.Wait()
	token, err := d.Token(context.Background(), id, usual)
	if err != nil || token.Trouble != nil || !token.ExpiresAt.After(time.Now()) {
		t.Errorf("got a token until %v, %v, %v", token.ExpiresAt, token.Trouble, err)
	}
	if got := d.give.count.Load() - before; got < 3 || got > 5 {
		t.Errorf("%d refreshes in three hours", got)
	}
}

// A commit whose end is reported as a failure may be on disk: the next try finds
// it there.
func TestAGrantThatIsOnDiskAfterAllIsSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, v, id := tap(t)
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			v.BreakLate(errFlush)
			return d.give.answer(), nil
		})
		if _, err := d.Token(context.Background(), id, auth.Want{Force: true}); !errors.Is(err, auth.ErrVault) {
			t.Fatalf("got %v, want that it is not saved", err)
		}
		v.Break(nil)
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
		time.Sleep(2 * time.Second)
		synctest.Wait()
		d.saved(t, id)
	})
}

// What is saved on the way to a vault that is not mended after all is saved.
func TestWhatWasSavedBeforeAMendThatFailsIsSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, v, id := tap(t)
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			v.Break(errFlush)
			return d.give.answer(), nil
		})
		if _, err := d.Token(context.Background(), id, auth.Want{Force: true}); !errors.Is(err, auth.ErrVault) {
			t.Fatalf("got %v, want that it is not saved", err)
		}
		v.Break(nil)
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
		v.mend = errors.New("no such backup")
		if _, err := d.Mend(context.Background(), auth.Mending{Remedy: auth.RemedyRestore}); !errors.Is(err, v.mend) {
			t.Fatalf("got %v, want %v", err, v.mend)
		}
		d.saved(t, id)
	})
}

// A sign-in that ends while a refresh does is the newer one, also in memory.
func TestAnOlderGrantNeverReplacesASignIn(t *testing.T) {
	for what, row := range map[string]struct {
		answer  error // of the refresh
		store   bool  // what it writes
		reaches func(auth.Grant) bool
	}{
		"the refresh brought a grant":                   {nil, true, func(g auth.Grant) bool { return g.Generation == 2 }},
		"the refresh brought one that can't be written": {nil, false, func(g auth.Grant) bool { return g.Generation == 2 }},
		"the refresh was refused": {
			failure(auth.OutcomeNeedsSignIn, "invalid_grant"), true, func(g auth.Grant) bool { return g.Refusal.Standing() },
		},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := context.Background()
				d, v, id := tap(t)
				d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), row.answer })
				var signedIn string
				v.putGrant = func(g auth.Grant, put func() error) error {
					if !row.reaches(g) {
						return put()
					}
					v.putGrant = nil
					err := errFlush
					if row.store {
						err = put()
					}
					if _, again := d.Reconnect(ctx, id, auth.Reconnection{}, func(auth.SignInStep) {}); again != nil {
						t.Error(again)
					}
					kept, _ := v.Grant(id)
					signedIn = kept.AccessToken.Reveal()
					return err
				}
				if _, err := d.Token(ctx, id, auth.Want{Force: true}); err != nil {
					t.Errorf("somebody who waited: %v", err)
				}
				d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
				token, err := d.Token(ctx, id, usual)
				if err != nil || token.AccessToken.Reveal() != signedIn || signedIn == "" {
					t.Errorf("got %q, %v; want %q of the sign-in", token.AccessToken.Reveal(), err, signedIn)
				}
				if s := d.status(t, id); s.State != auth.StateFresh {
					t.Errorf("state %v, want fresh", s.State)
				}
				d.saved(t, id)
			})
		})
	}
}

func (d *desk) generation(t *testing.T, id auth.AccountID) auth.Generation {
	t.Helper()
	s, err := d.Show(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return s.Generation
}

// revoked are the refresh tokens that the provider was asked to forget.
func (d *desk) revoked() *[]string {
	var tokens []string
	d.wire.onRevoke(func(g auth.Grant) error {
		tokens = append(tokens, g.RefreshToken.Reveal())
		return nil
	})
	return &tokens
}

// Whatever ends between the steps of Forget, the newest refresh token is revoked.
func TestForgetRevokesWhatARefreshBringsMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d, v, id := tap(t)
		tokens := d.revoked()
		var asking sync.WaitGroup
		v.remove = func(remove func() error) error {
			asking.Go(func() { _, _ = d.Token(ctx, id, auth.Want{Force: true}) }) // whatever becomes of it
			for d.generation(t, id) < 2 {
				runtime.Gosched()
			}
			return remove()
		}
		if _, err := d.Forget(ctx, id); err != nil {
			t.Fatal(err)
		}
		asking.Wait()
		if !slices.Contains(*tokens, "canary-r2") {
			t.Errorf("revoked %q, want the newest, canary-r2", *tokens)
		}
	})
}

func TestARefreshOrASignInRevokesWhatNobodyWantsAnyMore(t *testing.T) {
	for what, bring := range map[string]func(*desk, auth.AccountID) error{
		"a refresh": func(d *desk, id auth.AccountID) error { return d.Refresh(context.Background(), id) },
		"a sign-in": func(d *desk, id auth.AccountID) error {
			_, err := d.Reconnect(context.Background(), id, auth.Reconnection{}, func(auth.SignInStep) {})
			return err
		},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for _, before := range []bool{false, true} {
					d, v, id := tap(t)
					tokens := d.revoked()
					v.putGrant = func(g auth.Grant, put func() error) error {
						if g.Generation != 2 {
							return put()
						}
						v.putGrant = nil
						forget := func() {
							if _, err := d.Forget(context.Background(), id); err != nil {
								t.Error(err)
							}
						}
						if before {
							forget()
							return put()
						}
						err := put()
						forget()
						return err
					}
					if err := bring(d, id); !errors.Is(err, auth.ErrUnknownAccount) {
						t.Errorf("got %v, want that the account is not known any more", err)
					}
					if !slices.Contains(*tokens, "canary-r2") {
						t.Errorf("revoked %q, want the newest, canary-r2", *tokens)
					}
				}
			})
		})
	}
}

// A removal that is on disk although it was reported as a failure is one.
func TestAnAccountThatIsGoneAfterAllIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d, v, id := tap(t)
		tokens := d.revoked()
		v.BreakLate(errFlush)
		if _, err := d.Forget(ctx, id); err != nil {
			t.Errorf("Forget: %v", err)
		}
		v.Break(nil)
		if s, err := d.Snapshot(ctx); err != nil || len(s.Accounts) != 0 {
			t.Errorf("%d accounts, %v", len(s.Accounts), err)
		}
		if !slices.Equal(*tokens, []string{"canary-r1"}) {
			t.Errorf("revoked %q, want canary-r1", *tokens)
		}
	})
}

// An account that was not added after all does not come back with the next start:
// its grant was revoked.
func TestAnAccountThatWasNotAddedLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, v, _ := tap(t)
		v.BreakLate(errFlush)
		_, err := d.Connect(context.Background(), auth.Connection{Provider: "northwind", Name: "home", ClientIdentifier: "tray"}, func(auth.SignInStep) {})
		v.Break(nil)
		if kept, _ := v.Contents(); !errors.Is(err, auth.ErrVault) || len(kept.Accounts) != 1 {
			t.Errorf("%d accounts are kept, %v", len(kept.Accounts), err)
		}
	})
}

// A sign-in that is on disk although it was reported as a failure counts.
func TestASignInThatIsOnDiskAfterAllCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d, v, id := tap(t)
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			return auth.Answer{}, failure(auth.OutcomeNeedsSignIn, "invalid_grant")
		})
		if err := d.Refresh(ctx, id); !errors.Is(err, auth.ErrSignInNeeded) {
			t.Fatalf("got %v, want a sign-in", err)
		}
		v.BreakLate(errFlush)
		if _, err := d.Reconnect(ctx, id, auth.Reconnection{}, func(auth.SignInStep) {}); err != nil {
			t.Errorf("Reconnect: %v", err)
		}
		v.Break(nil)
		if s := d.status(t, id); s.State != auth.StateFresh {
			t.Errorf("state %v, want fresh", s.State)
		}
	})
}

// An account whose grant is gone from the vault is not asked for again and again.
func TestAnAccountWithoutAGrantIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, v, id := tap(t)
		if err := v.Vault.Remove(id); err != nil {
			t.Fatal(err)
		}
		time.Sleep(24 * time.Hour) // would not end where it tries without a pause
		if _, err := d.Token(context.Background(), id, usual); !errors.Is(err, auth.ErrUnknownAccount) && !errors.Is(err, auth.ErrUnreachable) {
			t.Errorf("got %v", err)
		}
		if n := d.give.count.Load(); n != 1 {
			t.Errorf("%d answers for an account without a grant", n-1)
		}
	})
}
