package agent_test

import (
	"context"
	"reflect"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/tokentray/tokentray/auth"
)

// recorder is an auth.Front that notes what it was asked and answers with what a
// test put there: the results of the call under way, without the error.
type recorder struct {
	answer []any
	steps  []auth.SignInStep

	mu    sync.Mutex // guards what follows
	asked string
	with  []any
}

func (r *recorder) note(method string, with ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked, r.with = method, with
}

// result is the n-th result of the call under way; zero where the test put none there.
func result[T any](r *recorder, n int) (v T) {
	if n < len(r.answer) {
		v = r.answer[n].(T)
	}
	return v
}

func (r *recorder) Snapshot(context.Context) (auth.Snapshot, error) {
	r.note("Snapshot")
	return result[auth.Snapshot](r, 0), nil
}

func (r *recorder) Watch(context.Context) (<-chan struct{}, error) { panic("a stream") }

func (r *recorder) Find(_ context.Context, name string) (auth.AccountID, error) {
	r.note("Find", name)
	return result[auth.AccountID](r, 0), nil
}

func (r *recorder) Show(_ context.Context, id auth.AccountID) (auth.Details, error) {
	r.note("Show", id)
	return result[auth.Details](r, 0), nil
}

func (r *recorder) Providers(context.Context) ([]auth.Provider, error) {
	r.note("Providers")
	return result[[]auth.Provider](r, 0), nil
}

func (r *recorder) Token(_ context.Context, id auth.AccountID, want auth.Want) (auth.Token, error) {
	r.note("Token", id, want)
	return result[auth.Token](r, 0), nil
}

func (r *recorder) Connect(_ context.Context, c auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
	r.note("Connect", c)
	r.tell(tell)
	return result[auth.Status](r, 0), nil
}

func (r *recorder) Reconnect(_ context.Context, id auth.AccountID, how auth.Reconnection, tell func(auth.SignInStep)) (auth.Status, error) {
	r.note("Reconnect", id, how)
	r.tell(tell)
	return result[auth.Status](r, 0), nil
}

func (r *recorder) tell(tell func(auth.SignInStep)) {
	for _, s := range r.steps {
		tell(s)
	}
}

func (r *recorder) Replace(_ context.Context, id auth.AccountID) (auth.Status, error) {
	r.note("Replace", id)
	return result[auth.Status](r, 0), nil
}

func (r *recorder) Paste(_ context.Context, attempt string, address auth.Secret) error {
	r.note("Paste", attempt, address)
	return nil
}

func (r *recorder) Discover(_ context.Context, issuer string) (auth.Provider, error) {
	r.note("Discover", issuer)
	return result[auth.Provider](r, 0), nil
}

func (r *recorder) Refresh(_ context.Context, id auth.AccountID) error {
	r.note("Refresh", id)
	return nil
}

func (r *recorder) Edit(_ context.Context, id auth.AccountID, change auth.Change) error {
	r.note("Edit", id, change)
	return nil
}

func (r *recorder) Rename(_ context.Context, id auth.AccountID, name string) error {
	r.note("Rename", id, name)
	return nil
}

func (r *recorder) Pause(_ context.Context, id auth.AccountID, until time.Time) error {
	r.note("Pause", id, until)
	return nil
}

func (r *recorder) Resume(_ context.Context, id auth.AccountID) error {
	r.note("Resume", id)
	return nil
}

func (r *recorder) Snooze(_ context.Context, id auth.AccountID, until time.Time) error {
	r.note("Snooze", id, until)
	return nil
}

func (r *recorder) Forget(_ context.Context, id auth.AccountID) (auth.Forgotten, error) {
	r.note("Forget", id)
	return result[auth.Forgotten](r, 0), nil
}

func (r *recorder) Unlock(_ context.Context, passphrase auth.Secret) error {
	r.note("Unlock", passphrase)
	return nil
}

func (r *recorder) Lock(context.Context) error {
	r.note("Lock")
	return nil
}

func (r *recorder) Seal(_ context.Context, by auth.SealedBy, passphrase auth.Secret) error {
	r.note("Seal", by, passphrase)
	return nil
}

func (r *recorder) PutRecovery(_ context.Context, passphrase auth.Secret) error {
	r.note("PutRecovery", passphrase)
	return nil
}

func (r *recorder) Care(context.Context) (auth.Care, error) {
	r.note("Care")
	return result[auth.Care](r, 0), nil
}

func (r *recorder) Mend(_ context.Context, m auth.Mending) (auth.Mended, error) {
	r.note("Mend", m)
	return result[auth.Mended](r, 0), nil
}

func (r *recorder) Export(_ context.Context, e auth.Export) ([]byte, error) {
	r.note("Export", e)
	return result[[]byte](r, 0), nil
}

func (r *recorder) Import(_ context.Context, file []byte, passphrase auth.Secret) (auth.Imported, error) {
	r.note("Import", file, passphrase)
	return result[auth.Imported](r, 0), nil
}

func (r *recorder) Preferences(context.Context) (auth.Preferences, error) {
	r.note("Preferences")
	return result[auth.Preferences](r, 0), nil
}

func (r *recorder) Prefer(_ context.Context, p auth.Preferences) error {
	r.note("Prefer", p)
	return nil
}

func (r *recorder) AtHand(_ context.Context, name, form string, validity time.Duration) (auth.Secret, error) {
	r.note("AtHand", name, form, validity)
	return result[auth.Secret](r, 0), nil
}

func (r *recorder) Copy(_ context.Context, id auth.AccountID, form string, s auth.Session) (*auth.Error, error) {
	r.note("Copy", id, form, s)
	return result[*auth.Error](r, 0), nil
}

func (r *recorder) Open(_ context.Context, what auth.Summons, s auth.Session) error {
	r.note("Open", what, s)
	return nil
}

func (r *recorder) Summoned(context.Context) (<-chan auth.Summons, error) { panic("a stream") }

// verbs are the names of all methods as they cross, and "stop".
func verbs() (all []string) {
	front := reflect.TypeFor[auth.Front]()
	for i := range front.NumMethod() {
		var verb []rune
		for _, r := range front.Method(i).Name {
			if unicode.IsUpper(r) && len(verb) > 0 {
				verb = append(verb, '_')
			}
			verb = append(verb, unicode.ToLower(r))
		}
		all = append(all, string(verb))
	}
	return append(all, "stop")
}

// Every method of auth.Front reaches the one of its name at the other end, with
// every field of every argument, and every field of its results comes back.
func TestEveryMethodCrossesWhole(t *testing.T) {
	r := &recorder{steps: full[[]auth.SignInStep](t)}
	client := reflect.ValueOf(dial(t, serve(t, r).addr))
	front := reflect.TypeFor[auth.Front]()
	for i := range front.NumMethod() {
		method := front.Method(i)
		if method.Name == "Watch" || method.Name == "Summoned" {
			continue // streams have tests of their own
		}
		t.Run(method.Name, func(t *testing.T) {
			var told []auth.SignInStep
			args, want := arguments(t, method.Type, func(s auth.SignInStep) { told = append(told, s) })
			r.answer = results(t, method.Type)
			got := client.MethodByName(method.Name).Call(args)
			if err := got[len(got)-1]; !err.IsNil() {
				t.Fatalf("got error %v, want none", err)
			}
			same(t, "the method asked", r.asked, method.Name)
			same(t, "what it was asked with", r.with, want)
			for n, want := range r.answer {
				same(t, "what came back", got[n].Interface(), want)
			}
			if len(want) < len(args)-1 { // there was a tell
				same(t, "the steps told", told, r.steps)
			}
		})
	}
}

// arguments are full values for every parameter; those that the other end notes
// are returned a second time.
func arguments(t *testing.T, method reflect.Type, tell func(auth.SignInStep)) (args []reflect.Value, noted []any) {
	for i := range method.NumIn() {
		switch in := method.In(i); {
		case i == 0:
			args = append(args, reflect.ValueOf(t.Context()))
		case in == reflect.TypeOf(tell):
			args = append(args, reflect.ValueOf(tell))
		default:
			v := reflect.New(in).Elem()
			fillIn(t, v)
			args, noted = append(args, v), append(noted, v.Interface())
		}
	}
	return args, noted
}

// results are full values for every result but the error.
func results(t *testing.T, method reflect.Type) (all []any) {
	for i := range method.NumOut() - 1 {
		v := reflect.New(method.Out(i)).Elem()
		fillIn(t, v)
		all = append(all, v.Interface())
	}
	return all
}
