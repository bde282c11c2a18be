package cli_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/cli"
)

const (
	devicePage    = "https://login.example.com/device"
	withCode      = devicePage + "?user_code=WDJB-MJHT"
	deviceLines   = devicePage + "\nWDJB-MJHT\n"
	deviceWords   = "To sign in at Adaptix, open this address in a browser on any device and enter the code; this goes on by itself.\n"
	deviceShorter = "This one brings the code along; compare it there: " + withCode + "\n"
)

// device is a desk where a sign-in goes by a code.
func device(change ...func(*auth.SignInStep)) desk {
	step := auth.SignInStep{Address: withCode, PlainAddress: devicePage, UserCode: "WDJB-MJHT", Until: now.Add(5 * time.Minute)}
	for _, f := range change {
		f(&step)
	}
	d := connecting(new(auth.Connection))
	d.accounts = office().accounts
	d.connect = func(_ context.Context, _ auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
		tell(step)
		return northwind(), nil
	}
	d.reconnect = func(_ context.Context, _ auth.AccountID, _ time.Duration, tell func(auth.SignInStep)) (auth.Status, error) {
		tell(step)
		return northwind(), nil
	}
	d.providers[0].Grants = append(d.providers[0].Grants, auth.DeviceCode)
	return d
}

// noBrowser is w in which no browser may open.
func noBrowser(t *testing.T, w cli.World) cli.World {
	w.Getenv = func(name string) string { return map[string]string{"BROWSER": "firefox"}[name] }
	w.Open = func(string, string) error {
		t.Error("a browser opened, want none")
		return nil
	}
	return w
}

func TestADeviceCodeIsTwoLinesAndNoBrowser(t *testing.T) {
	want := ran{0, deviceLines, deviceWords + deviceShorter + connected}
	for _, more := range [][]string{nil, {"--browser", "none"}} {
		w := noBrowser(t, world(device(), whole(t, append([]string{"--grant", "device_code"}, more...)...)...))
		is(t, "connect "+strings.Join(more, " "), run(t, w), want)
	}
	is(t, "reconnect", run(t, noBrowser(t, world(device(), "reconnect", "k7q2"))), want)
	plain := device(func(s *auth.SignInStep) { s.Address = devicePage })
	is(t, "one address", run(t, noBrowser(t, world(plain, "reconnect", "k7q2"))), ran{0, deviceLines, deviceWords + connected})
}

func TestADeviceCodeWithABrowserThatWasNamed(t *testing.T) {
	var opened []string
	w := world(device(), "reconnect", "k7q2", "--browser", "firefox -P work")
	w.Open = func(address, command string) error {
		opened = append(opened, address, command)
		return nil
	}
	is(t, "reconnect", run(t, w), ran{0, deviceLines, deviceWords + connected})
	if want := []string{withCode, "firefox -P work"}; !reflect.DeepEqual(opened, want) {
		t.Errorf("opened %q, want %q", opened, want)
	}
	w.Open = func(string, string) error { return errors.New("not found") }
	is(t, "one that fails", run(t, w), ran{0, deviceLines, deviceWords + "No browser could be opened here.\n" + connected})
	w.Open = func(string, string) error {
		return &auth.Error{Kind: auth.KindInvalidAnswer, Detail: "it is not https"}
	}
	d := device()
	d.reconnect = func(ctx context.Context, _ auth.AccountID, _ time.Duration, tell func(auth.SignInStep)) (auth.Status, error) {
		tell(auth.SignInStep{Address: "file:///x", PlainAddress: devicePage, UserCode: "WDJB-MJHT"})
		<-ctx.Done()
		return auth.Status{}, &auth.Error{Kind: auth.KindCancelled, Cause: ctx.Err()}
	}
	refused := world(d, "reconnect", "k7q2", "--browser", "firefox")
	refused.Open = w.Open
	is(t, "an address that is refused", run(t, refused).code, 1)
}

func TestADeviceCodeAsJSONComesBeforeTheDocument(t *testing.T) {
	out := run(t, noBrowser(t, world(device(), whole(t, "--grant", "device_code", "--json")...)))
	contains(t, "stdout", out.out, deviceLines+`{"id":"k7q2","name":"Adaptix · Northwind"`)
	is(t, "lines", strings.Count(out.out, "\n"), 3)
	is(t, "stderr", out.err, "")
}

func TestADeviceCodeThatTurnsTheTerminalIsNotShown(t *testing.T) {
	d := device()
	d.connect = func(ctx context.Context, _ auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
		tell(auth.SignInStep{Address: withCode, PlainAddress: devicePage, UserCode: "A\x1b[31mB"})
		<-ctx.Done()
		return auth.Status{}, &auth.Error{Kind: auth.KindCancelled, Cause: ctx.Err()}
	}
	got := run(t, world(d, whole(t, "--grant", "device_code")...))
	if got.code != 1 || strings.Contains(got.out+got.err, "\x1b") {
		t.Errorf("got %+v, want it refused with 1", got)
	}
}

func TestATerminalHearsHowLongACodeWaitsAndOfNoRedirectAddress(t *testing.T) {
	w := atTerminal(world(device(), "connect", "adaptix", "--set", "address=https://x.example", "--client-secret-file", secretFile(t), "--grant", "device_code"), "1_abc\n")
	w.ReadSecret = func(context.Context) (auth.Secret, error) { return auth.NewSecret("canary-secret"), nil }
	d := device()
	d.accounts = nil
	w.Dial = world(d).Dial
	out := run(t, w)
	contains(t, "stderr", out.err, "Client ID: ", "\nWaiting, 05:00 at most. Ctrl+C stops it.\n")
	if out.code != 0 || strings.Contains(out.err, "redirect address") {
		t.Errorf("got %+v, want no word of a redirect address", out)
	}
}
