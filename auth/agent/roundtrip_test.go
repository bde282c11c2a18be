package agent_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// full makes a T with every field set to something else, nested ones too. Values
// that a separator could break hold line ends and NULs.
func full[T any](t *testing.T) T {
	t.Helper()
	var v T
	f := filler{t: t}
	f.fill(reflect.ValueOf(&v).Elem(), fmt.Sprintf("%T", v))
	return v
}

type filler struct {
	t *testing.T
	n int64
}

func (f *filler) fill(v reflect.Value, path string) {
	f.n++
	text := "canary-" + strconv.FormatInt(f.n, 10) + "\r\n\x00\"{é"
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 11, 22, 9, 14, 52, int(f.n), time.UTC)))
		return
	case auth.Secret:
		v.Set(reflect.ValueOf(auth.NewSecret(text + "\xff\xfe"))) // not UTF-8
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(f.n << 33)
	case reflect.Uint64:
		v.SetUint(1<<63 + uint64(f.n)) // a float64 would lose it
	case reflect.Uint8:
		v.SetUint(uint64(f.n % 256))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0), path)
		f.fill(v.Index(1), path)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, path)
		f.fill(value, path)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if v.Type() == reflect.TypeFor[auth.Error]() && field.Name == "Cause" {
				continue // stays where it is, as auth.Error says
			}
			f.fill(v.Field(i), path+"."+field.Name)
		}
	default:
		f.t.Fatalf("%s: no way to fill a %s", path, v.Type())
	}
}

// same compares what crossed.
func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

func ok(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: got error %v, want none", what, err)
	}
}

func TestEveryFieldOfWhatIsReadCrosses(t *testing.T) {
	snapshot, details, token := full[auth.Snapshot](t), full[auth.Details](t), full[auth.Token](t)
	providers, forgotten, want := full[[]auth.Provider](t), full[auth.Forgotten](t), full[auth.Want](t)
	id, name := full[auth.AccountID](t), full[string](t)
	c := dial(t, serve(t, desk{
		snapshot:  func(context.Context) (auth.Snapshot, error) { return snapshot, nil },
		providers: func(context.Context) ([]auth.Provider, error) { return providers, nil },
		find: func(_ context.Context, got string) (auth.AccountID, error) {
			same(t, "the name of Find", got, name)
			return id, nil
		},
		show: func(_ context.Context, got auth.AccountID) (auth.Details, error) {
			same(t, "the account of Show", got, id)
			return details, nil
		},
		token: func(_ context.Context, gotID auth.AccountID, got auth.Want) (auth.Token, error) {
			same(t, "the account of Token", gotID, id)
			same(t, "the want of Token", got, want)
			return token, nil
		},
		forget: func(_ context.Context, got auth.AccountID) (auth.Forgotten, error) {
			same(t, "the account of Forget", got, id)
			return forgotten, nil
		},
	}).addr)
	ctx := t.Context()

	gotSnapshot, err := c.Snapshot(ctx)
	ok(t, "Snapshot", err)
	same(t, "Snapshot", gotSnapshot, snapshot)
	gotProviders, err := c.Providers(ctx)
	ok(t, "Providers", err)
	same(t, "Providers", gotProviders, providers)
	gotID, err := c.Find(ctx, name)
	ok(t, "Find", err)
	same(t, "Find", gotID, id)
	gotDetails, err := c.Show(ctx, id)
	ok(t, "Show", err)
	same(t, "Show", gotDetails, details)
	gotToken, err := c.Token(ctx, id, want)
	ok(t, "Token", err)
	same(t, "Token", gotToken, token)
	gotForgotten, err := c.Forget(ctx, id)
	ok(t, "Forget", err)
	same(t, "Forget", gotForgotten, forgotten)
}

func TestEveryFieldOfWhatIsGivenCrosses(t *testing.T) {
	connection, change := full[auth.Connection](t), full[auth.Change](t)
	status, steps := full[auth.Status](t), full[[]auth.SignInStep](t)
	passphrase, timeout := full[auth.Secret](t), full[time.Duration](t)
	tellAll := func(tell func(auth.SignInStep)) {
		for _, s := range steps {
			tell(s)
		}
	}
	c := dial(t, serve(t, desk{
		connect: func(_ context.Context, got auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
			same(t, "Connection", got, connection)
			tellAll(tell)
			return status, nil
		},
		reconnect: func(_ context.Context, id auth.AccountID, got time.Duration, tell func(auth.SignInStep)) (auth.Status, error) {
			same(t, "the account of Reconnect", id, "k7q2")
			same(t, "the timeout of Reconnect", got, timeout)
			tellAll(tell)
			return status, nil
		},
		edit: func(_ context.Context, id auth.AccountID, got auth.Change) error {
			same(t, "the account of Edit", id, "k7q2")
			same(t, "Change", got, change)
			return nil
		},
		unlock: func(_ context.Context, got auth.Secret) error {
			same(t, "the passphrase, revealed", got.Reveal(), passphrase.Reveal())
			return nil
		},
	}).addr)
	ctx := t.Context()

	var told []auth.SignInStep
	tell := func(s auth.SignInStep) { told = append(told, s) }
	got, err := c.Connect(ctx, connection, tell)
	ok(t, "Connect", err)
	same(t, "the Status of Connect", got, status)
	same(t, "the steps of Connect", told, steps)
	told = nil
	got, err = c.Reconnect(ctx, "k7q2", auth.Reconnection{Timeout: timeout}, tell)
	ok(t, "Reconnect", err)
	same(t, "the Status of Reconnect", got, status)
	same(t, "the steps of Reconnect", told, steps)
	ok(t, "Edit", c.Edit(ctx, "k7q2", change))
	ok(t, "Unlock", c.Unlock(ctx, passphrase))
}

func TestNothingCrossesAsNothing(t *testing.T) {
	// nil and empty differ where auth says so: the scopes of a Connection, the fields of a Change.
	connections := []auth.Connection{{}, {Scopes: []string{}}}
	none := auth.NewSecret("")
	changes := []auth.Change{
		{},
		{ClientIdentifier: new(""), ClientSecret: &none, RedirectAddress: new(""), Scopes: &[]string{}},
	}
	gotConnections, gotChanges := make(chan auth.Connection, 1), make(chan auth.Change, 1)
	c := dial(t, serve(t, desk{
		snapshot:  func(context.Context) (auth.Snapshot, error) { return auth.Snapshot{}, nil },
		providers: func(context.Context) ([]auth.Provider, error) { return nil, nil },
		token: func(_ context.Context, _ auth.AccountID, want auth.Want) (auth.Token, error) {
			same(t, "the usual Want", want, auth.Usual)
			return auth.Token{}, nil
		},
		connect: func(_ context.Context, got auth.Connection, _ func(auth.SignInStep)) (auth.Status, error) {
			gotConnections <- got
			return auth.Status{}, nil
		},
		edit: func(_ context.Context, _ auth.AccountID, got auth.Change) error {
			gotChanges <- got
			return nil
		},
	}).addr)

	snapshot, err := c.Snapshot(t.Context())
	ok(t, "Snapshot", err)
	same(t, "Snapshot", snapshot, auth.Snapshot{})
	providers, err := c.Providers(t.Context())
	ok(t, "Providers", err)
	same(t, "Providers", providers, nil)
	token, err := c.Token(t.Context(), "", auth.Usual)
	ok(t, "Token", err)
	same(t, "Token", token, auth.Token{})
	for _, want := range connections {
		_, err := c.Connect(t.Context(), want, nil)
		ok(t, "Connect", err)
		same(t, "Connection", <-gotConnections, want)
	}
	for _, want := range changes {
		ok(t, "Edit", c.Edit(t.Context(), "", want))
		same(t, "Change", <-gotChanges, want)
	}
}

func TestErrorsCrossWhole(t *testing.T) {
	var failure error
	c := dial(t, serve(t, desk{
		find: func(context.Context, string) (auth.AccountID, error) { return "ignored", failure },
	}).addr)
	for _, kind := range auth.Kinds() {
		want := full[auth.Error](t)
		want.Kind = kind
		sent := want
		sent.Cause = errors.New("stays here")
		failure = fmt.Errorf("wrapped: %w", &sent)
		_, err := c.Find(t.Context(), "work")
		var got *auth.Error
		if !errors.As(err, &got) || !errors.Is(err, &auth.Error{Kind: kind}) {
			t.Fatalf("got %#v, want an error of kind %s", err, kind)
		}
		same(t, "error", *got, want)
	}
	failure = errors.New("nobody foresaw this")
	_, err := c.Find(t.Context(), "work")
	want := &auth.Error{Kind: auth.KindInternal, Detail: "nobody foresaw this"}
	same[error](t, "an error of nobody", err, want)
}

func TestWhatNeedsADesktopCrosses(t *testing.T) {
	session, wish, trouble := full[auth.Session](t), full[auth.Summons](t), full[auth.Error](t)
	trouble.Cause = nil // stays behind
	wishes := make(chan auth.Summons, 1)
	r := serve(t, desk{
		copy: func(_ context.Context, id auth.AccountID, form string, got auth.Session) (*auth.Error, error) {
			same(t, "account and form", [2]string{string(id), form}, [2]string{"k7q2", "curl"})
			same(t, "the session of a copy", got, session)
			return &trouble, nil
		},
		open: func(_ context.Context, got auth.Summons, at auth.Session) error {
			same(t, "the session of a wish", at, session)
			wishes <- got
			return nil
		},
		summoned: func(context.Context) (<-chan auth.Summons, error) { return wishes, nil },
	})
	c := dial(t, r.addr)
	told, err := c.Copy(t.Context(), "k7q2", "curl", session)
	ok(t, "Copy", err)
	same(t, "the trouble of a copy", *told, trouble)
	ok(t, "Open", c.Open(t.Context(), wish, session))
	listening, err := c.Summoned(t.Context())
	ok(t, "Summoned", err)
	same(t, "a wish", <-listening, wish)
	r.end()
	if _, open := <-listening; open {
		t.Error("the stream goes on after the agent")
	}
}

func TestRenamingAndPausingCross(t *testing.T) {
	until := time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC)
	r := serve(t, desk{
		rename: func(id auth.AccountID, name string) error {
			same(t, "who gets a name", [2]string{string(id), name}, [2]string{"k7q2", "Service desk"})
			return nil
		},
		pause: func(id auth.AccountID, got time.Time) error {
			same(t, "who is paused", id, "k7q2")
			same(t, "until when", got, until)
			return nil
		},
		resume: func(id auth.AccountID) error {
			same(t, "who is resumed", id, "")
			return nil
		},
	})
	c := dial(t, r.addr)
	ok(t, "Rename", c.Rename(t.Context(), "k7q2", "Service desk"))
	ok(t, "Pause", c.Pause(t.Context(), "k7q2", until))
	ok(t, "Resume", c.Resume(t.Context(), ""))
}
