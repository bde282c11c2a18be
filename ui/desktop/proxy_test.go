package desktop

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

func TestMacOSSettingsAreReadAsScutilPrintsThem(t *testing.T) {
	const both = `<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
    2 : *.northwind.example
  }
  ExcludeSimpleHostnames : 1
  FTPPassive : 1
  HTTPEnable : 1
  HTTPPort : 80
  HTTPProxy : web.example.com
  HTTPSEnable : 1
  HTTPSPort : 8443
  HTTPSProxy : secure.example.com
  ProxyAutoConfigEnable : 0
  __SCOPED__ : <dictionary> {
    en0 : <dictionary> {
      HTTPSPort : 1
      ExceptionsList : <array> {
        0 : *
      }
    }
    HTTPSProxy : scoped.example.com
  }
}
`
	for _, row := range []struct {
		what, said string
		want       proxySettings
	}{
		{"both", both, proxySettings{"http=web.example.com:80;https=secure.example.com:8443", "*.local;169.254/16;*.northwind.example;<local>"}},
		{"none", "<dictionary> {\n  FTPPassive : 1\n}\n", proxySettings{}},
		{"entered, but off", "<dictionary> {\n  HTTPSEnable : 0\n  HTTPSPort : 8443\n  HTTPSProxy : secure.example.com\n}\n", proxySettings{}},
		{"IPv6", "<dictionary> {\n  HTTPSEnable : 1\n  HTTPSPort : 8443\n  HTTPSProxy : fd00::1\n}\n", proxySettings{"https=[fd00::1]:8443", ""}},
		{"no port", "<dictionary> {\n  HTTPSEnable : 1\n  HTTPSProxy : secure.example.com\n}\n", proxySettings{"https=secure.example.com", ""}},
		{"nothing", "", proxySettings{}},
		{"nonsense", "}\n}\n{\n : \n{ : {\n}", proxySettings{}},
	} {
		if got := settingsOf(row.said); got != row.want {
			t.Errorf("%s: got %+v, want %+v", row.what, got, row.want)
		}
	}
}
