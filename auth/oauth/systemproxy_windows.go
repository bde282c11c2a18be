package oauth

import "golang.org/x/sys/windows/registry"

// readSettings reads what is entered under Settings › Network › Proxy. What can't be
// read is as good as not entered.
func readSettings() proxySettings {
	key, err := registry.OpenKey(registry.CURRENT_USER, `Software\Microsoft\Windows\CurrentVersion\Internet Settings`, registry.QUERY_VALUE)
	if err != nil {
		return proxySettings{}
	}
	defer key.Close() //nolint:errcheck // it was only read
	if on, _, err := key.GetIntegerValue("ProxyEnable"); err != nil || on == 0 {
		return proxySettings{}
	}
	servers, _, err := key.GetStringValue("ProxyServer")
	if err != nil {
		return proxySettings{}
	}
	bypass, _, err := key.GetStringValue("ProxyOverride")
	if err != nil {
		bypass = ""
	}
	return proxySettings{servers, bypass}
}
