package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/cli"
)

func TestEveryKindHasItsExitCode(t *testing.T) {
	want := map[auth.Kind]int{
		auth.KindInternal: 1, auth.KindUsage: 2, auth.KindUnknownAccount: 3, auth.KindAmbiguousName: 2,
		auth.KindUnknownProvider: 3, auth.KindNameTaken: 2, auth.KindSignInNeeded: 4, auth.KindDenied: 4,
		auth.KindTimedOut: 4, auth.KindUnreachable: 5, auth.KindThrottled: 5, auth.KindIntercepted: 5,
		auth.KindMisconfigured: 7, auth.KindInvalidAnswer: 1, auth.KindPaused: 1, auth.KindPortTaken: 1,
		auth.KindVault: 6, auth.KindAgent: 1, auth.KindCancelled: 130, auth.KindOtherPerson: 4, auth.KindInDoubt: 4, auth.KindDesktop: 1,
	}
	for _, k := range auth.Kinds() {
		code, known := want[k]
		if !known {
			t.Errorf("%s has no exit code in the contract", k)
		}
		d := office()
		d.token = func(context.Context, auth.AccountID, auth.Want) (auth.Token, error) {
			return auth.Token{}, &auth.Error{Kind: k, Cause: errors.New("canary-cause")}
		}
		got := run(t, world(d, "token", "k7q2"))
		is(t, string(k), got.code, code)
		is(t, string(k)+" on stdout", got.out, "")
		if lines := strings.Count(got.err, "\n"); lines != 2 || strings.Contains(got.err, "canary-") {
			t.Errorf("%s: %q, want two lines without the cause", k, got.err)
		}
	}
}

func TestListAsJSON(t *testing.T) {
	fresh := `{"id":"k7q2","name":"Adaptix · Northwind","provider":"adaptix","state":"fresh","since":"2026-11-22T09:14:52Z","cause":null,` +
		`"expires_at":"2026-11-22T14:02:11Z","refresh_at":"2026-11-22T13:57:11Z","sign_in_by":"2026-12-06T13:02:11Z",` +
		`"subject":"desk@northwind.example","scopes":[],"grant":"authorization_code"}`
	is(t, "list", run(t, world(office(), "list", "--json")), ran{0, `{"accounts":[` + fresh + "]}\n", ""})
	is(t, "an empty list", run(t, world(desk{}, "list", "--json")), ran{0, `{"accounts":[]}` + "\n", ""})

	d := office()
	d.accounts[0] = auth.Status{
		ID: "a", Name: "<A & B>", Provider: "adaptix", ProviderName: "Adaptix", State: auth.StateNeedsSignIn,
		Scopes: []string{"openid"}, Grant: auth.ClientCredentials,
		Cause: &auth.Error{Kind: auth.KindSignInNeeded, Said: auth.Said{Status: 400, Code: "invalid_grant", Description: "Gone."}},
	}
	is(t, "an account that needs somebody", run(t, world(d, "list", "--json")), ran{0, `{"accounts":[{"id":"a","name":"<A & B>",` +
		`"provider":"adaptix","state":"needs_sign_in","since":null,"cause":{"kind":"needs_sign_in","message":"Adaptix wants you to sign in again.",` +
		`"provider_said":{"status":400,"code":"invalid_grant","description":"Gone."},` +
		`"next":"Run tokentray reconnect \"<A & B>\" and sign in once; refreshing goes on by itself then."},"expires_at":null,"refresh_at":null,"sign_in_by":null,` +
		`"subject":"","scopes":["openid"],"grant":"client_credentials"}]}` + "\n", ""})
}

func TestProvidersAsJSON(t *testing.T) {
	want := `{"providers":[{"id":"adaptix","name":"Adaptix","grants":["authorization_code","client_credentials"],` +
		`"settings":[{"key":"address","type":"url","required":true}]}]}` + "\n"
	is(t, "providers", run(t, world(office(), "providers", "--json")), ran{0, want, ""})
}

func TestShowAsJSON(t *testing.T) {
	got := run(t, world(office(), "show", "k7q2", "--json"))
	contains(t, "show", got.out, `{"id":"k7q2","name":"Adaptix · Northwind","provider":"adaptix","state":"fresh"`,
		`"grant":"authorization_code","provider_name":"Adaptix","signing_in":false,"issued_at":"2026-11-22T13:02:11Z","signed_in_at":null,`+
			`"identity":{"issuer":"","subject":"42","name":"","email":"desk@northwind.example","tenant":""},"asked_scopes":[],`+
			`"client_name":"Northwind tray client","client_id":"1_abc","redirect_address":"http://127.0.0.1:17845/callback",`+
			`"settings":{"address":"https://crm.example.com"},"generation":3,"tokens":[],"history":[]}`)
	if !json.Valid([]byte(got.out)) || got.code != 0 || got.err != "" {
		t.Errorf("show = %+v, want one document", got)
	}
}

func TestErrorsAsJSON(t *testing.T) {
	for _, row := range []struct {
		what string
		got  ran
		want ran
	}{
		{"a provider's word", run(t, world(vaultIs(&auth.Error{
			Kind: auth.KindSignInNeeded, Provider: "Adaptix", Said: auth.Said{Status: 400, Code: "invalid_grant", Description: "Gone."},
		}), "show", "k7q2", "--json")), ran{4, "", `{"error":{"kind":"needs_sign_in","message":"Adaptix wants you to sign in again.",` +
			`"provider_said":{"status":400,"code":"invalid_grant","description":"Gone."},` +
			`"next":"Run tokentray reconnect k7q2 and sign in once; refreshing goes on by itself then."}}` + "\n"}},
		{"an unknown account", run(t, world(office(), "show", "nobody", "--json")), ran{3, "", `{"error":{"kind":"unknown_account",` +
			`"message":"There is no account called “nobody”.","provider_said":null,"next":"Run tokentray list to see the accounts there are."}}` + "\n"}},
		{"a flag that isn't there", run(t, world(office(), "list", "--json", "--quux")), ran{2, "", `{"error":{"kind":"usage",` +
			`"message":"tokentray list has no flag --quux.","provider_said":null,"next":"Run tokentray list --help to see how it is used."}}` + "\n"}},
	} {
		is(t, row.what, row.got, row.want)
	}
}

// vaultIs is a desk whose accounts can't be shown.
func vaultIs(e *auth.Error) auth.Front { return shut{office(), e} }

type shut struct {
	desk
	err error
}

func (s shut) Show(context.Context, auth.AccountID) (auth.Details, error) {
	return auth.Details{}, s.err
}

func TestTheVaultsTroubleIsExitCodeSix(t *testing.T) {
	for _, args := range [][]string{{"list"}, {"list", "--json"}, {}, {"connect", "adaptix"}} {
		for state, sentence := range map[auth.VaultState]string{
			auth.VaultLocked: "The vault is locked.", auth.VaultReadOnly: "The vault may not be written here",
		} {
			d := office()
			d.vault = state
			got := run(t, world(d, args...))
			is(t, strings.Join(args, " "), got.code, 6)
			contains(t, "stderr", got.err, sentence)
		}
	}
}

func TestAmbiguousNamesListTheCandidates(t *testing.T) {
	is(t, "token", run(t, world(office(), "token", "Ada")), ran{2, "", "Several accounts fit “Ada”: “Adaptix · Northwind”, “Adaptix · reporting job”.\n" +
		"Use the whole name, or the ID that tokentray list --json shows.\n"})
}

func TestMistakesAreTwoLinesAndExitCodeTwo(t *testing.T) {
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"tokne", "x", "--force"}, "There is no command “tokne”.\nDid you mean tokentray token? Run tokentray --help to see the commands.\n"},
		{[]string{"help", "nope"}, "There is no command “nope”.\nRun tokentray --help to see the commands.\n"}, // copy is two letters away
		{[]string{"help", ""}, "There is no command “”.\nRun tokentray --help to see the commands.\n"},
		{[]string{"help", "Lsit"}, "There is no command “Lsit”.\nDid you mean tokentray list? Run tokentray --help to see the commands.\n"},
		{[]string{"help", "lsit"}, "There is no command “lsit”.\nDid you mean tokentray list? Run tokentray --help to see the commands.\n"},
		{[]string{"token", "k7q2", "--as", "curl-query"}, "This can’t be done as it was asked: this provider’s API takes the token in a header only.\n" +
			"Choose one of raw, bearer, header, curl, httpie, powershell, env, json, postman.\n"},
		{[]string{"rename", "a"}, "tokentray rename needs to know which account, and its new name: tokentray rename NAME NEW.\nRun tokentray rename --help to see how it is used.\n"},
		{[]string{"completion", "tcsh"}, "tokentray completion needs to know one shell: bash, fish, powershell, zsh.\nRun tokentray completion --help to see how it is used.\n"},
		{[]string{"run", "k7q2"}, "tokentray run needs to know which account and what to run: tokentray run NAME -- COMMAND.\nRun tokentray run --help to see how it is used.\n"},
		{[]string{"run", "k7q2", "env"}, "tokentray run needs -- between the account and the command.\nWrite tokentray run k7q2 -- COMMAND.\n"},
		{[]string{"run", "--", "env"}, "tokentray run needs to know which account and what to run: tokentray run NAME -- COMMAND.\nRun tokentray run --help to see how it is used.\n"},
		{[]string{"seal"}, "tokentray seal needs to know which: --passphrase, --keyring, --recovery or --no-recovery.\nRun tokentray seal --help to see how it is used.\n"},
		{[]string{"doctor", "--restore", "--salvage"}, "The remedies don’t go together.\nChoose one of --restore, --salvage and --start-over.\n"},
		{[]string{"doctor", "--start-over"}, "A remedy changes what is kept, and there is no terminal to ask on.\nAdd --yes to say that it is meant.\n"},
		{[]string{"doctor", "x"}, "tokentray doctor takes no name or value, and “x” stands after it.\nRun tokentray doctor --help to see how it is used.\n"},
		{[]string{"import"}, "tokentray import needs to know one file: tokentray import FILE.\nRun tokentray import --help to see how it is used.\n"},
		{[]string{"export"}, "tokentray export needs to know one file to write: tokentray export FILE.\nRun tokentray export --help to see how it is used.\n"},
		{[]string{"help", "list", "now"}, "tokentray list has no command “now” of its own.\nRun tokentray list --help to see how it is used.\n"},
		{[]string{"edit", "k7q2", "--client-id", ""}, "An account needs a client ID, and the one after --client-id is empty.\n" +
			"Run tokentray edit --help to see how it is used.\n"},
		{[]string{"edit", "k7q2", "--redirect-uri="}, "An account needs a redirect address, and the one after --redirect-uri is empty.\n" +
			"Run tokentray edit --help to see how it is used.\n"},
		{[]string{"help", "quux"}, "There is no command “quux”.\nRun tokentray --help to see the commands.\n"},
		{[]string{"connect", "adaptix", "--quux"}, "tokentray connect has no flag --quux.\nRun tokentray connect --help to see how it is used.\n"},
		{[]string{"token", "a", "-x"}, "tokentray token has no flag -x.\nRun tokentray token --help to see how it is used.\n"},
		{[]string{"token", "k7q2", "--as"}, "--as needs a value after it.\nRun tokentray token --help to see how it is used.\n"},
		{[]string{"token", "k7q2", "--min-validity", "soon"}, "“soon” is no time that --min-validity could be.\n" +
			"Write it like 90s, 5m or 1h; run tokentray token --help to see how it is used.\n"},
		{[]string{"token", "k7q2", "--min-validity", "-5s"}, "A token can’t be good for less than no time.\nWrite --min-validity like 60s or 5m.\n"},
		{[]string{"token", "k7q2", "--force=maybe"}, "“maybe” is nothing that --force could be.\nRun tokentray token --help to see how it is used.\n"},
		{[]string{"token", "k7q2", "--as", "xml"}, "“xml” is no form of a token.\n" +
			"Choose one of raw, bearer, header, curl, curl-query, curl-body, httpie, powershell, env, json, postman.\n"},
		{[]string{"token"}, "tokentray token needs to know which account: tokentray token NAME.\nRun tokentray list to see the accounts there are.\n"},
		{[]string{"token", "Adaptix", "Northwind"}, "tokentray token is about one account, and 2 names stand after it.\n" +
			"A name with blanks in it goes into quotes: tokentray token \"Adaptix Northwind\".\n"},
		{[]string{"list", "x"}, "tokentray list takes no name or value, and “x” stands after it.\nRun tokentray list --help to see how it is used.\n"},
		{[]string{"edit", "k7q2"}, "There is nothing to change: no flag says what.\nRun tokentray edit --help to see how it is used.\n"},
		{[]string{"connect", "adaptix", "--timeout", "0s"}, "A sign-in needs some time.\nWrite --timeout like 90s or 5m.\n"},
		{[]string{"connect"}, "tokentray connect needs to know where: tokentray connect PROVIDER.\n" +
			"Run tokentray providers to see what there is, or bring your own with --provider-file.\n"},
		{[]string{"connect", "adaptix", "--provider-file", "x"}, "Both a provider and a provider file are named, and only one can be used.\n" +
			"Leave out “adaptix” or --provider-file.\n"},
		{[]string{"forget", "k7q2"}, "Forgetting an account can’t be taken back, and there is no terminal to ask on.\nAdd --yes to say that it is meant.\n"},
		{[]string{"list", "--passphrase-file", "/nowhere/at-all"}, "The file that --passphrase-file names can’t be read: “/nowhere/at-all”.\n" +
			"Check its name and that you may read it.\n"},
	} {
		is(t, strings.Join(row.args, " "), run(t, world(office(), row.args...)), ran{2, "", row.want})
	}
}

func TestHelpListsWhatIsThereAndNothingElse(t *testing.T) {
	got := run(t, world(nil, "--help"))
	if got.code != 0 || got.err != "" {
		t.Fatalf("--help = %+v", got)
	}
	for _, name := range []string{
		"agent", "completion", "connect", "copy", "doctor", "edit", "export", "forget", "import", "list", "lock", "pause", "providers", "reconnect",
		"refresh", "rename", "resume", "run", "seal", "show", "token", "unlock", "version", "window",
	} {
		contains(t, "--help", got.out, "\n  "+name+" ")
		if of := run(t, world(nil, "help", name)); of.code != 0 || !strings.Contains(of.out, "tokentray "+name) {
			t.Errorf("help %s = %+v", name, of)
		}
	}
	const least = 24 // of the list above
	if listed := strings.Count(got.out[strings.Index(got.out, "Available Commands:"):strings.Index(got.out, "Flags:")], "\n  "); listed != least+1 {
		t.Errorf("--help lists %d commands, want the %d above and help", listed, least)
	}
}

func TestJSONMayStandBeforeTheCommand(t *testing.T) {
	is(t, "list", run(t, world(desk{}, "--json", "list")), ran{0, `{"accounts":[]}` + "\n", ""})
	got := run(t, world(office(), "--json", "show", "k7q2"))
	contains(t, "show", got.out, `{"id":"k7q2"`)
	is(t, "a command without it", run(t, world(office(), "--json", "token", "k7q2")), ran{2, "", `{"error":{"kind":"usage",` +
		`"message":"tokentray token has no flag --json.","provider_said":null,"next":"Write --as json to have it so."}}` + "\n"})
}

// What the agent won't do as it was written leads to the help of the command.
func TestARefusedRequestLeadsToWhereItIsSaidHow(t *testing.T) {
	refuses := func(detail string, candidates ...string) error {
		return &auth.Error{Kind: auth.KindUsage, Detail: detail, Candidates: candidates}
	}
	d := office()
	d.rename = func(auth.AccountID, string) error {
		return refuses("a name is one line of 1 to 80 characters, without blanks at its ends")
	}
	d.edit = func(auth.AccountID, auth.Change) error {
		return refuses("the redirect address has to be http", "--redirect-uri")
	}
	d.mend = func(auth.Mending) (auth.Mended, error) { return auth.Mended{}, refuses("there is no backup \"x\"") }
	d.imports = func([]byte, auth.Secret) (auth.Imported, error) {
		return auth.Imported{}, refuses("the file can't be opened: the passphrase does not fit")
	}
	const change = "Change the command and run it again. "
	for _, row := range []struct {
		args []string
		next string
	}{
		{[]string{"rename", "k7q2", " x"}, change + "Run tokentray rename --help to see how it is used."},
		{[]string{"edit", "k7q2", "--redirect-uri", "x"}, "Give it with --redirect-uri. " + change + "Run tokentray edit --help to see how it is used."},
		{[]string{"doctor", "--restore", "x", "--yes"}, "Run tokentray doctor to see the backups there are."},
		{[]string{"import", phraseFile(t)}, "Nothing was brought in. Check the file and its passphrase with whoever made it, and run the command again."},
	} {
		got := run(t, world(d, row.args...))
		_, next, _ := strings.Cut(got.err, "\n")
		is(t, row.args[0], next, row.next+"\n")
		is(t, row.args[0], got.code, 2)
	}
}

func TestVersion(t *testing.T) {
	is(t, "version", run(t, world(nil, "version")), ran{0, "tokentray 1.2.3\n", ""})
}

func TestNoStartReachesTheDial(t *testing.T) {
	for _, row := range []struct {
		args []string
		want cli.Start
	}{{[]string{"list"}, cli.StartIfNeeded}, {[]string{"--no-start", "list"}, cli.StartNever}, {[]string{"--no-start"}, cli.StartNever}} {
		w := world(nil, row.args...)
		w.Dial = func(_ context.Context, s cli.Start) (auth.Front, func() error, error) {
			is(t, "start", s, row.want)
			return nil, nil, &auth.Error{Kind: auth.KindAgent, Detail: "no agent runs"}
		}
		got := run(t, w)
		is(t, "exit code", got.code, 1)
		contains(t, "stderr", got.err, "Tokentray’s agent can’t be used: no agent runs.")
	}
}

func TestThePassphraseUnlocksFirst(t *testing.T) {
	file := filepath.Join(t.TempDir(), "passphrase")
	for text, want := range map[string]string{
		"canary-pass\n": "canary-pass", "canary-pass": "canary-pass", " canary \n\n": " canary \n", "canary\r\n": "canary",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, from := range []string{file, "-"} {
			d := office()
			var got string
			d.unlock = func(s auth.Secret) error {
				got = s.Reveal()
				return nil
			}
			w := world(d, "--passphrase-file", from, "token", "k7q2")
			w.Stdin = strings.NewReader(text)
			is(t, "token", run(t, w), ran{0, "canary-token\n", ""})
			is(t, "passphrase", got, want)
		}
	}
	d := office()
	d.unlock = func(auth.Secret) error { return &auth.Error{Kind: auth.KindVault, Vault: auth.VaultKeyWrong} }
	is(t, "a wrong one", run(t, world(d, "token", "k7q2", "--passphrase-file", file)).code, 6)
	w := world(d, "edit", "k7q2", "--passphrase-file", "-", "--client-secret-file", "-")
	w.Stdin = strings.NewReader("canary-1\n")
	contains(t, "two readers", run(t, w).err, "Standard input can be read once")
	contains(t, "an empty one", run(t, world(d, "list", "--passphrase-file", "-")).err, "There is nothing in the file that --passphrase-file names.")
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestOutputThatCantBeWrittenIsAFailure(t *testing.T) {
	for _, args := range [][]string{{"token", "k7q2"}, {"list"}, {"list", "--json"}, {"providers"}, {"show", "k7q2"}, {"version"}} {
		var words strings.Builder
		w := world(office(), args...)
		w.Stdout, w.Stderr = full{}, &words
		is(t, strings.Join(args, " "), cli.Run(t.Context(), w), 1)
		contains(t, "stderr", words.String(), "The output can’t be written where it was sent.")
	}
}
