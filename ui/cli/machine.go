package cli

import "github.com/tokentray/tokentray/ui/words"

// Machine is what can be known of this computer without the agent. What is "" was
// not looked for, and isn't told.
type Machine struct {
	Places   []Place
	Keyring  Found
	Bus      Found // the session bus, which notifications and the tray need
	Tray     Found // what shows tray icons
	Window   Found // the window's program
	Browser  Found
	Proxy    string // what the environment or the preferences name, without a password; "": none
	Graphics Found  // what the window would be drawn with
}

// Place is a folder or file, and what it is for.
type Place struct{ For, Path string }

// Found is one thing that a computer may have: where, or why not. Both "": it was
// not looked for.
type Found struct {
	At      string // what was found, or where
	Missing string // a sentence that says why it wasn't
	Next    string // what to do about it
}

// findings are what the doctor says of m. Whatever is missing, tokens are given
// out all the same: none of it is more than a warning.
func (m Machine) findings() (all []finding) {
	for _, p := range m.Places {
		all = append(all, finding{Check: "place", State: healthy, Message: p.For + ": " + words.Plain(p.Path)})
	}
	for _, one := range []struct {
		check string
		found Found
	}{
		{"keyring", m.Keyring}, {"session bus", m.Bus}, {"tray", m.Tray}, {"window", m.Window}, {"graphics", m.Graphics}, {"browser", m.Browser},
	} {
		switch {
		case one.found.Missing != "":
			all = append(all, finding{one.check, warning, words.Plain(one.found.Missing), words.Plain(one.found.Next)})
		case one.found.At != "":
			all = append(all, finding{Check: one.check, State: healthy, Message: words.Plain(one.found.At)})
		}
	}
	proxy := "No proxy is named."
	if m.Proxy != "" {
		proxy = "Providers are reached by the proxy " + words.Plain(m.Proxy) + "."
	}
	return append(all, finding{Check: "proxy", State: healthy, Message: proxy + " Automatic proxy scripts (PAC) are not supported: name the proxy itself where there is one."})
}
