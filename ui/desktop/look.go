package desktop

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/tokentray/tokentray/ui/words"
)

// Look says what this computer has of what Tokentray needs. Nothing is started,
// nobody is asked and nothing is changed. window is the command that shows the
// window, where that isn't a program of its own. Whatever is missing, tokens are
// given out all the same: nothing here is more than a warning.
func Look(ctx context.Context, window []string, getenv func(string) string) []words.Finding {
	bus := offered("session bus", ReachBus(ctx), "The session bus answers.", "No session bus answers here.",
		"In a desktop session there is one; on a server nothing is missing.")
	tray := offered("tray", Offered(ctx, trayName), "Something shows tray icons.", "Nothing shows tray icons here.",
		"Everything goes on without them.")
	keyring := offered("keyring", Offered(ctx, keyringName), "A keyring is there.", "No keyring is there.",
		"A passphrase does instead: tokentray seal --passphrase asks for one.")
	return []words.Finding{bus, tray, keyring, lookForWindow(window), lookForBrowser(getenv), lookForProxy(ctx, getenv)}
}

// offered is a finding about something that is there where err is nil.
func offered(check string, err error, there, missing, next string) words.Finding {
	if err != nil {
		return words.Finding{Check: check, Health: words.Warning, Sentence: missing, Next: next}
	}
	return words.Finding{Check: check, Health: words.Healthy, Sentence: there}
}

func lookForWindow(command []string) words.Finding {
	there := "This program shows the window itself."
	var err error
	if len(command) == 0 {
		there, err = FindWindow()
		there = "The window’s program is " + words.Named(there) + "."
	}
	return offered("window", err, there, "The window’s program, tokentray-window, is not installed.",
		"Install it beside this one, or go on with the command line.")
}

func lookForBrowser(getenv func(string) string) words.Finding {
	path, err := FindBrowser("", getenv)
	return offered("browser", err, "Addresses are opened with "+words.Named(path)+".", "Nothing here opens addresses.",
		"Install a browser, or sign in with --browser none and open the address anywhere.")
}

// lookForProxy tells what the environment names, else this computer's settings, without
// a password.
func lookForProxy(ctx context.Context, getenv func(string) string) words.Finding {
	f := words.Finding{Check: "proxy", Health: words.Healthy}
	address := &url.URL{Scheme: "https", Host: "provider.example", Path: "/"}
	u, err := http.ProxyFromEnvironment(&http.Request{URL: address})
	switch {
	case err != nil:
		f.Health, f.Sentence = words.Warning, "The proxy that the environment names has no address that can be read."
		f.Next = "Set HTTPS_PROXY to an address such as http://proxy.example:3128."
	case u != nil:
		f.Sentence = "The environment names the proxy " + words.Plain(u.Redacted()) + "."
	case getenv("NO_PROXY")+getenv("no_proxy")+getenv("HTTP_PROXY")+getenv("http_proxy") != "":
		f.Sentence = "The environment says which proxies there are, and names none for https. The " + knowsProxies + " is not asked then."
	default:
		f.Sentence = systemsProxy(ctx, address)
	}
	return f
}

// proxyTime is what the settings get to be read.
const proxyTime = time.Second

// systemsProxy tells what this computer's settings say where the environment is silent.
func systemsProxy(ctx context.Context, address *url.URL) string {
	const noScripts = " Automatic proxy scripts (PAC) are not supported; where there is one, name the proxy itself."
	ctx, stop := context.WithTimeout(ctx, proxyTime)
	defer stop()
	u, err := SystemProxy(ctx, address)
	var sentence string
	switch {
	case err != nil:
		return "The environment names no proxy, and the " + knowsProxies + " can’t be asked for one." + noScripts
	case u == nil:
		sentence = "The environment names no proxy, and the " + knowsProxies + " names none, either."
	default:
		sentence = "The " + knowsProxies + " names the proxy " + words.Plain(u.Redacted()) + "."
	}
	if runsScripts {
		return sentence
	}
	return sentence + noScripts
}
