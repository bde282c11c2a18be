package catalog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth/catalog"
)

// faults are texts, by the key that has to be named, where it stands, and a part
// of what has to be said.
var faults = []struct{ what, text, at, key, want string }{
	{"no TOML", small + "[client", "7:7", "", "expected"},
	{"a key twice", small + "id = \"x\"\nid = \"y\"\n", "8:1", "id", "already"},
	{"not UTF-8", "format = 1\nname = \"\xff\"", "2:9", "", "UTF-8"},
	{"no format", "id = \"northwind\"\n", "1:1", "format", "format = 1"},
	{"a newer format", "format = 2\nfuture = true\n", "1:1", "format", "written for a newer Tokentray"},
	{"an old format", "format = 0\n", "1:1", "format", "must be 1"},
	{"a format in quotes", "format = \"1\"\n", "1:1", "format", "must be 1"},
	{"an unknown key", small + "autorize = \"https://login.example.com\"\n", "7:1", "endpoints.autorize", "known here are issuer, authorize"},
	{"an unknown table", small + "[redirekt]\nrule = \"exact\"\n", "7:2", "redirekt", "known here are format, id"},
	{"an unknown key of a setting", small + "[[settings]]\nname = \"a\"\n", "8:1", "settings.name", "known here are key, label"},
	{"a secret", small + "[team]\nclient_secret = \"canary-secret\"\n", "8:1", "team.client_secret", "never written"},
	{"a sealed secret of nobody", small + "[team]\nclient_secret_sealed = \"canary-sealed\"\n", "8:1", "team.client_secret_sealed", "client_id"},
	{"an empty sealed secret", small + "[team]\nclient_id = \"a\"\nclient_secret_sealed = \" \"\n", "9:1", "team.client_secret_sealed", "sealed text"},
	{"a margin without its unit", small + "[refresh]\nmargin = \"5\"\n", "8:1", "refresh.margin", "seconds"},
	{"text instead of a list", small + "[client]\nhelp = \"First.\"\n", "8:8", "client.help", "a list of texts"},
	{"a number instead of text", small + "[client]\nbody = 1\n", "8:8", "client.body", "text in quotes"},
	{"text instead of true", small + "[rotation]\nkills_old_access_token = \"yes\"\n", "8:26", "rotation.kills_old_access_token", "true or false"},
	{"text instead of a table", small + "[parameters]\ntoken = \"a\"\n", "8:9", "parameters.token", "a table of texts"},
	{"no id", "format = 1\nname = \"N\"\n[endpoints]\nissuer = \"https://a.example\"\n", "1:1", "id", "a-z"},
	{"an id with a blank", strings.Replace(small, `"northwind"`, `"north wind"`, 1), "2:1", "id", "a-z"},
	{"no name", strings.Replace(small, `"Northwind"`, `" "`, 1), "3:1", "name", "what people call"},
	{"a name that turns the line", strings.Replace(small, `"Northwind"`, `"\u202eNorthwind"`, 1), "3:1", "name", "printable"},
	{"a colour by name", "colour = \"blue\"\n" + small, "1:1", "colour", "hexadecimal"},
	{"home without https", "home = \"http://example.com\"\n" + small, "1:1", "home", "https"},

	{"a setting without key", small + "[[settings]]\nlabel = \"a\"\n", "7:3", "settings[0].key", "a-z"},
	{"a setting twice", small + "[[settings]]\nkey = \"a\"\n[[settings]]\nkey = \"a\"\n", "10:1", "settings[1].key", "twice"},
	{"a setting called client_id", small + "[[settings]]\nkey = \"client_id\"\n", "8:1", "settings[0].key", "client_id"},
	{"a kind of setting", small + "[[settings]]\nkey = \"a\"\ntype = \"uri\"\n", "9:1", "settings[0].type", `"uri" is not one of text, url, host, choice`},
	{"a bad example", small + "[[settings]]\nkey = \"a\"\ntype = \"url\"\nexample = \"a.example\"\n", "10:1", "settings[0].example", "scheme"},
	{"no choices", small + "[[settings]]\nkey = \"a\"\ntype = \"choice\"\n", "7:3", "settings[0].choices", "what can be chosen"},
	{"choices of a text", small + "[[settings]]\nkey = \"a\"\nchoices = [\"b\"]\n", "9:1", "settings[0].choices", `type = "choice"`},
	{"too few values", small + "[[settings]]\nkey = \"a\"\ntype = \"choice\"\nchoices = [\"b\", \"c\"]\nvalues = [\"d\"]\n", "11:1", "settings[0].values", "2"},
	{"a choice twice", small + "[[settings]]\nkey = \"a\"\ntype = \"choice\"\nchoices = [\"b\", \"b\"]\n", "10:1", "settings[0].choices", "twice"},

	{"http", small + "token = \"http://login.example.com/token\"\n", "7:1", "endpoints.token", "https"},
	{"a password", small + "token = \"https://you:canary-password@login.example.com\"\n", "7:1", "endpoints.token", "user name"},
	{"a fragment", small + "token = \"https://login.example.com/#a\"\n", "7:1", "endpoints.token", "'#'"},
	{"a query in the issuer", strings.Replace(small, "example.com", "example.com/?a", 1), "6:1", "endpoints.issuer", "'?'"},
	{"no such setting", small + "token = \"{address}/token\"\n", "7:1", "endpoints.token", "{address} is not one of the settings"},
	{"an empty address", small + "token = \"\"\n", "7:1", "endpoints.token", "https://"},
	{"a choice that is no host", small + "token = \"https://{a}.example.com\"\n[[settings]]\nkey = \"a\"\ntype = \"choice\"\nchoices = [\"b\", \"c/d e\"]\n", "7:1", "endpoints.token", "without spaces"},
	{"no endpoints", "format = 1\nid = \"a\"\nname = \"A\"\n", "1:1", "endpoints.token", "issuer"},
	{"no authorize", "format = 1\nid = \"a\"\nname = \"A\"\n[endpoints]\ntoken = \"https://a.example\"\n", "4:2", "endpoints.authorize", "is missing"},
	{"no device", "format = 1\nid = \"a\"\nname = \"A\"\n[endpoints]\ntoken = \"https://a.example\"\n[grants]\nsupported = [\"device_code\"]\n", "4:2", "endpoints.device", "is missing"},

	{"a wrong word", small + "[redirect]\nrule = \"exakt\"\n", "8:1", "redirect.rule", `"exakt" is not one of exact, prefix, any-port, contains`},
	{"an empty word", small + "[redirect]\nrule = \"\"\n", "8:1", "redirect.rule", `"" is not one of exact`},
	{"a redirect to elsewhere", small + "[redirect]\naddress = \"https://app.example.com/callback\"\n", "8:1", "redirect.address", "this computer"},
	{"a redirect without port", small + "[redirect]\naddress = \"http://127.0.0.1/callback\"\n", "8:1", "redirect.address", "port"},
	{"a longer exact redirect", small + "[redirect]\nstate = \"parameter-and-redirect\"\n", "8:1", "redirect.state", "prefix"},
	{"a secret nobody uses", small + "[client]\nauthentication = \"none\"\nsecret = \"required\"\n", "9:1", "client.secret", `must be "none"`},
	{"no grant", small + "[grants]\nsupported = []\n", "8:1", "grants.supported", "at least one"},
	{"an unknown grant", small + "[grants]\nsupported = [\"password\"]\n", "8:1", "grants.supported[0]", `"password" is not one of`},
	{"refresh_token as a grant", small + "[grants]\nsupported = [\"refresh_token\"]\n", "8:1", "grants.supported[0]", "implied"},
	{"a grant twice", small + "[grants]\nsupported = [\"device_code\", \"device_code\"]\n", "8:1", "grants.supported[1]", "twice"},
	{"a scope of a grant that isn't there", small + "[grants]\nclient_credentials_scope = \"a\"\n", "8:1", "grants.client_credentials_scope", "client_credentials"},
	{"scopes that are never sent", small + "[scopes]\nsend = \"never\"\ndefault = [\"a\"]\n", "8:1", "scopes.send", "never"},
	{"two scopes in one", small + "[scopes]\ndefault = [\"a b\"]\n", "8:1", "scopes.default[0]", "one scope"},
	{"a long separator", small + "[scopes]\nseparator = \", \"\n", "8:1", "scopes.separator", "must be"},
	{"a reserved parameter", small + "[parameters.token]\nclient_id = \"a\"\n", "8:1", "parameters.token.client_id", "reserved"},
	{"grant_type at the token endpoint", small + "[parameters.token]\ngrant_type = \"authorization_code\"\n", "8:1", "parameters.token.grant_type", "reserved"},
	{"another grant_type at the authorization endpoint", small + "[parameters.authorize]\ngrant_type = \"password\"\n", "8:1", "parameters.authorize.grant_type", "reserved"},
	{"a parameter on two lines", small + "[parameters.token]\na = \"b\\nc\"\n", "8:1", "parameters.token.a", "one line"},
	{"a lifetime without unit", small + "[lifetimes]\naccess = \"60\"\n", "8:1", "lifetimes.access", `"14d"`},
	{"a negative lifetime", small + "[lifetimes]\naccess = -1\n", "8:1", "lifetimes.access", "seconds"},
	{"an endless lifetime", small + "[lifetimes]\naccess = \"999999999d\"\n", "8:1", "lifetimes.access", "seconds"},
	{"half a second", small + "[lifetimes]\naccess = 0.5\n", "8:1", "lifetimes.access", "seconds"},
	{"a header of ours", small + "[api]\nheaders = { Authorization = \"a\" }\n", "8:13", "api.headers.Authorization", "reserved"},
	{"a method that harms", small + "[api]\nmethod = \"DELETE\"\n", "8:1", "api.method", "not one of GET"},
	{"a team's unknown setting", small + "[team.settings]\na = \"b\"\n", "8:1", "team.settings.a", "no such setting"},
	{"locked without a value", small + "[team]\nlocked = [\"client_id\"]\n", "8:1", "team.locked[0]", "no value"},
}

func TestReadSaysWhatIsWrongAndWhere(t *testing.T) {
	for _, f := range faults {
		t.Run(f.what, func(t *testing.T) {
			_, err := catalog.Read("northwind.toml", []byte(f.text))
			var got *catalog.FileError
			if !errors.As(err, &got) {
				t.Fatalf("error = %v, want a *FileError", err)
			}
			if at := fmt.Sprintf("%d:%d", got.Line, got.Column); got.Key != f.key || at != f.at {
				t.Errorf("at %s, key %q, want %s, %q (%v)", at, got.Key, f.at, f.key, err)
			}
			if !strings.Contains(got.Want, f.want) {
				t.Errorf("it says %q, want %q in it", got.Want, f.want)
			}
			if first, _, _ := strings.Cut(err.Error(), "\n"); first != got.Error() || !strings.HasPrefix(first, "northwind.toml:"+f.at+": ") {
				t.Errorf("error = %q, want it to begin with file and place", err)
			}
			if strings.Contains(err.Error(), "canary-") {
				t.Errorf("error = %q, want no secret in it", err)
			}
		})
	}
}
