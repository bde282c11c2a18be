package desktop

import (
	"net"
	"strings"
)

// settingsOf reads what macOS's `scutil --proxy` says: a dictionary of one
// "KEY : VALUE" a line, in which ExceptionsList is a numbered list.
func settingsOf(said string) proxySettings {
	values, straight := map[string]string{}, []string{}
	var within []string // the outermost first
	for line := range strings.Lines(said) {
		line = strings.TrimSpace(line)
		key, value, _ := strings.Cut(line, " : ")
		switch {
		case strings.HasSuffix(line, "{"):
			within = append(within, key)
		case line == "}" && len(within) > 0:
			within = within[:len(within)-1]
		case len(within) == 1:
			values[key] = value
		case len(within) == 2 && within[1] == "ExceptionsList":
			straight = append(straight, value)
		}
	}
	if values["ExcludeSimpleHostnames"] == "1" {
		straight = append(straight, "<local>")
	}
	var servers []string
	for _, kind := range []string{"HTTP", "HTTPS"} {
		host, port := values[kind+"Proxy"], values[kind+"Port"]
		if values[kind+"Enable"] != "1" || host == "" {
			continue
		}
		if port != "" {
			host = net.JoinHostPort(host, port)
		}
		servers = append(servers, strings.ToLower(kind)+"="+host)
	}
	return proxySettings{servers: strings.Join(servers, ";"), bypass: strings.Join(straight, ";")}
}
