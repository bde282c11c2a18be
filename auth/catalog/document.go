package catalog

import "reflect"

// document is a provider file as it is written. What is missing is the zero
// value; places tells it from what was written so.
type document struct {
	Format     int64           `toml:"format"`
	ID         string          `toml:"id"`
	Name       string          `toml:"name"`
	Colour     string          `toml:"colour"`
	Home       string          `toml:"home"`
	Settings   []settingTable  `toml:"settings"`
	Endpoints  endpointsTable  `toml:"endpoints"`
	Client     clientTable     `toml:"client"`
	Grants     grantsTable     `toml:"grants"`
	Redirect   redirectTable   `toml:"redirect"`
	Scopes     scopesTable     `toml:"scopes"`
	Parameters parametersTable `toml:"parameters"`
	Lifetimes  lifetimesTable  `toml:"lifetimes"`
	Rotation   rotationTable   `toml:"rotation"`
	Refresh    refreshTable    `toml:"refresh"`
	Errors     errorsTable     `toml:"errors"`
	API        apiTable        `toml:"api"`
	Team       teamTable       `toml:"team"`
}

type settingTable struct {
	Key      string   `toml:"key"`
	Label    string   `toml:"label"`
	Type     string   `toml:"type"`
	Choices  []string `toml:"choices"`
	Values   []string `toml:"values"`
	Example  string   `toml:"example"`
	Help     string   `toml:"help"`
	Required bool     `toml:"required"`
}

type endpointsTable struct {
	Issuer     string `toml:"issuer"`
	Authorize  string `toml:"authorize"`
	Token      string `toml:"token"`
	Refresh    string `toml:"refresh"`
	Revoke     string `toml:"revoke"`
	Device     string `toml:"device"`
	UserInfo   string `toml:"userinfo"`
	JWKS       string `toml:"jwks"`
	Introspect string `toml:"introspect"`
}

type clientTable struct {
	Authentication string   `toml:"authentication"`
	Body           string   `toml:"body"`
	Secret         string   `toml:"secret"`
	Help           []string `toml:"help"`
}

type grantsTable struct {
	Supported              []string `toml:"supported"`
	ClientCredentialsScope string   `toml:"client_credentials_scope"`
}

type redirectTable struct {
	Rule    string `toml:"rule"`
	Address string `toml:"address"`
	State   string `toml:"state"`
	PKCE    string `toml:"pkce"`
}

type scopesTable struct {
	Send      string   `toml:"send"`
	Separator string   `toml:"separator"`
	Default   []string `toml:"default"`
	Refresh   string   `toml:"refresh"`
}

type parametersTable struct {
	Authorize map[string]string `toml:"authorize"`
	Token     map[string]string `toml:"token"`
	Refresh   map[string]string `toml:"refresh"`
	Revoke    map[string]string `toml:"revoke"`
}

// lifetimesTable holds seconds or text such as "14d".
type lifetimesTable struct {
	Code              any    `toml:"code"`
	Access            any    `toml:"access"`
	Refresh           any    `toml:"refresh"`
	RefreshCountsFrom string `toml:"refresh_counts_from"`
}

type rotationTable struct {
	RefreshToken        string `toml:"refresh_token"`
	KillsOldAccessToken bool   `toml:"kills_old_access_token"`
	Grace               any    `toml:"grace"`
}

// refreshTable holds seconds or text such as "5m".
type refreshTable struct {
	Margin   any `toml:"margin"`
	Interval any `toml:"interval"`
}

type errorsTable struct {
	Shape  string   `toml:"shape"`
	SignIn []string `toml:"sign_in"`
}

type apiTable struct {
	Method  string            `toml:"method"`
	URL     string            `toml:"url"`
	Headers map[string]string `toml:"headers"`
	TokenIn []string          `toml:"token_in"`
}

type teamTable struct {
	ClientID           string            `toml:"client_id"`
	ClientSecretSealed string            `toml:"client_secret_sealed"`
	Settings           map[string]string `toml:"settings"`
	Locked             []string          `toml:"locked"`
}

// typeAt is the type that path leads to in a document; nil where it leads nowhere.
func typeAt(path []string) reflect.Type {
	t := reflect.TypeFor[document]()
	for _, part := range path {
		if t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		next := reflect.Type(nil)
		switch t.Kind() {
		case reflect.Map:
			next = t.Elem()
		case reflect.Struct:
			for f := range t.Fields() {
				if f.Tag.Get("toml") == part {
					next = f.Type
				}
			}
		}
		if next == nil {
			return nil
		}
		t = next
	}
	return t
}

// keysAt lists the keys of the table that path leads to.
func keysAt(path []string) []string {
	t := typeAt(path)
	if t != nil && t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for f := range t.Fields() {
		names = append(names, f.Tag.Get("toml"))
	}
	return names
}

// kindAt says in words what is expected at path.
func kindAt(path []string) string {
	t := typeAt(path)
	if t == nil {
		return "a value of another kind"
	}
	switch t.Kind() {
	case reflect.String:
		return "text in quotes"
	case reflect.Int64:
		return "a whole number"
	case reflect.Bool:
		return "true or false, without quotes"
	case reflect.Map:
		return "a table of texts"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			return `a list of texts, like ["a", "b"]`
		}
		return "tables, each with the right kinds of values"
	default:
		return "a table"
	}
}
