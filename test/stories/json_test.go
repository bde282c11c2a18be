package stories_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// at finds a value by keys and indexes with dots between them; "." is all of it.
func at(document []byte, path string) (json.RawMessage, error) {
	here := json.RawMessage(document)
	for step := range strings.SplitSeq(strings.Trim(path, "."), ".") {
		if step == "" {
			break
		}
		if n, err := strconv.Atoi(step); err == nil {
			var list []json.RawMessage
			if err := json.Unmarshal(here, &list); err != nil || n >= len(list) {
				return nil, errors.Join(err, errors.New("no element "+step))
			}
			here = list[n]
			continue
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal(here, &object); err != nil {
			return nil, err
		}
		value, there := object[step]
		if !there {
			return nil, errors.New("no key " + step)
		}
		here = value
	}
	return here, nil
}

// plain is a string without its quotes, and everything else as JSON on one line.
func plain(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil && string(value) != "null" {
		return s
	}
	var b bytes.Buffer
	if json.Compact(&b, value) != nil {
		return string(value)
	}
	return b.String()
}

// checkJSON reads: json FILE PATH VALUE. VALUE is what plain gives; "~" before it
// makes it a regular expression; "time" is RFC 3339 in UTC.
func checkJSON(ts *testscript.TestScript, _ bool, args []string) {
	value, err := at([]byte(ts.ReadFile(args[0])), args[1])
	if err != nil {
		ts.Fatalf("%s: %v", args[1], err)
	}
	got, want := plain(value), strings.Join(args[2:], " ")
	fits := got == want
	if pattern, ok := strings.CutPrefix(want, "~"); ok {
		fits = regexp.MustCompile(pattern).MatchString(got)
	}
	if want == "time" {
		_, err := time.Parse("2006-01-02T15:04:05Z", got)
		fits = err == nil
	}
	if !fits {
		ts.Fatalf("%s is %s, want %s", args[1], got, want)
	}
}

// checkKeys reads: keys FILE PATH 'a b c'. The object has these keys in this order.
func checkKeys(ts *testscript.TestScript, _ bool, args []string) {
	value, err := at([]byte(ts.ReadFile(args[0])), args[1])
	if err != nil {
		ts.Fatalf("%s: %v", args[1], err)
	}
	d := json.NewDecoder(bytes.NewReader(value))
	_, err = d.Token() // the opening brace
	ts.Check(err)
	var got []string
	for d.More() {
		name, err := d.Token()
		ts.Check(err)
		text, _ := name.(string)
		got = append(got, text)
		var skipped json.RawMessage
		ts.Check(d.Decode(&skipped))
	}
	if got, want := strings.Join(got, " "), strings.Join(args[2:], " "); got != want {
		ts.Fatalf("%s has the keys %s, want %s", args[1], got, want)
	}
}

// checkOneLine sees that there is one line with one newline, and nothing else.
func checkOneLine(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	if text == "\n" || strings.Count(text, "\n") != 1 || !strings.HasSuffix(text, "\n") {
		ts.Fatalf("%s is %d lines, want one", args[0], strings.Count(text, "\n"))
	}
}

// account is a row of list --json.
func (s *story) account(ts *testscript.TestScript, name string) json.RawMessage {
	e := s.wait(ts, s.start(ts, []string{"list", "--json"}))
	if e.code != 0 {
		ts.Fatalf("list --json: exit code %d: %s", e.code, e.errout)
	}
	var list struct {
		Accounts []json.RawMessage `json:"accounts"`
	}
	d := json.NewDecoder(strings.NewReader(e.out))
	ts.Check(d.Decode(&list))
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		ts.Fatalf("list --json prints more than one document")
	}
	for _, row := range list.Accounts {
		if value, err := at(row, "name"); err == nil && plain(value) == name {
			return row
		}
	}
	ts.Fatalf("no account is called %s", name)
	return nil
}

// setID makes $ID of what an account is called.
func setID(ts *testscript.TestScript, _ bool, args []string) {
	value, err := at(of(ts).account(ts, args[0]), "id")
	ts.Check(err)
	ts.Setenv("ID", plain(value))
}

// awaitAccount reads: await NAME KEY VALUE, as json has it.
func awaitAccount(ts *testscript.TestScript, _ bool, args []string) {
	s, got := of(ts), ""
	holds := func() bool {
		value, err := at(s.account(ts, args[0]), args[1])
		got = plain(value)
		return err == nil && got == args[2]
	}
	defer func() {
		if got != args[2] {
			ts.Logf("%s of %s was %s at last", args[1], args[0], got)
		}
	}()
	eventually(ts, args[1]+" of "+args[0]+" is "+args[2], holds)
}

// waitUntilExpiry waits until the token that an account has now has run out.
func waitUntilExpiry(ts *testscript.TestScript, _ bool, args []string) {
	value, err := at(of(ts).account(ts, args[0]), "expires_at")
	ts.Check(err)
	end, err := time.Parse(time.RFC3339, plain(value))
	ts.Check(err)
	// It is told in whole seconds, rounded down.
	timer := time.NewTimer(time.Until(end) + 1200*time.Millisecond)
	defer timer.Stop()
	<-timer.C
}
