package oauth

import (
	"net/url"
	"testing"
)

func TestTheSystemsProxySettingsAreReadAsWindowsWritesThem(t *testing.T) {
	const both = "http=web.example.com:80;https=secure.example.com:8443"
	for _, row := range []struct{ servers, bypass, address, want string }{
		{"proxy.example.com:8080", "", "https://login.northwind.example/token", "http://proxy.example.com:8080"},
		{"https://proxy.example.com", "", "https://login.northwind.example/token", "https://proxy.example.com"},
		{both, "", "https://login.northwind.example/token", "http://secure.example.com:8443"},
		{"socks=s.example.com:1080", "", "https://login.northwind.example/token", ""},
		{"", "", "https://login.northwind.example/token", ""},
		{"://", "", "https://login.northwind.example/token", ""},
		{"proxy:8080", "*.northwind.example;<local>", "https://Login.Northwind.Example/token", ""},
		{"proxy:8080", "*.northwind.example; intranet", "https://intranet/token", ""},
		{"proxy:8080", "<local>", "https://intranet:8443/token", ""},
		{"proxy:8080", "<local>;[", "https://login.northwind.example/token", "http://proxy:8080"},
		{"proxy:8080", "", "http://127.0.0.1:17900/token", ""},
		{"proxy:8080", "", "http://localhost:17900/token", ""},
	} {
		address, err := url.Parse(row.address)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		if u := (proxySettings{row.servers, row.bypass}).proxyFor(address); u != nil {
			got = u.String()
		}
		if got != row.want {
			t.Errorf("%q but %q to %s: %q, want %q", row.servers, row.bypass, row.address, got, row.want)
		}
	}
}
