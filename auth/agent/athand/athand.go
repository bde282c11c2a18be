// Package athand asks the agent for a token that it has, by as few steps as there
// are: one connection, one write with the greeting and the request in it, and no
// package that a program would be learning for longer than the answer takes. Package
// agent serves it like every other caller (the verb at_hand) and has the whole of the
// protocol.
//
// It knows one good answer, to the letter. Whatever else happens (no agent, another
// version, another user's socket, a token that has to be refreshed first, a name that
// fits two accounts) is "not at hand": the caller then asks by package agent, which
// knows what to say.
package athand

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"time"
	"unicode/utf8"
)

// Protocol is the number of what is spoken after the greeting; package agent says
// when it grows.
const Protocol = 2

// Question is what is asked for.
type Question struct {
	Name     string        // of the account, as a person writes it
	Form     string        // of package copyas; "": the bare token
	Validity time.Duration // what the token has to be good for; negative: the usual time
}

// frames are the greeting and the request, to be sent in one piece; false: the
// question has something in it that would have to be escaped.
func (q Question) frames(version string) (all []byte, ok bool) {
	if !plain(q.Name) || !plain(q.Form) || !plain(version) {
		return nil, false
	}
	request := `{"verb":"at_hand","name":"` + q.Name + `","form":"` + q.Form +
		`","want":{"Validity":` + strconv.FormatInt(int64(q.Validity), 10) + `}}`
	return frame(frame(nil, greeting(version)), []byte(request)), true
}

// greeting is the frame that opens a conversation, at either end.
func greeting(version string) []byte {
	return []byte(`{"tokentray":` + strconv.Itoa(Protocol) + `,"version":"` + version + `"}`)
}

// plain reports whether s can stand between the quotes of JSON as it is.
func plain(s string) bool {
	for _, r := range s {
		if r < ' ' || r == '"' || r == '\\' || r == utf8.RuneError {
			return false
		}
	}
	return true
}

// frame appends text as one frame: its length and itself.
func frame(to, text []byte) []byte {
	return append(binary.BigEndian.AppendUint32(to, uint32(len(text))), text...)
}

// written is the text in an answer that has one and nothing beside it.
func written(answer []byte) (text []byte, ok bool) {
	encoded, opens := bytes.CutPrefix(answer, []byte(`{"text":"`))
	encoded, closes := bytes.CutSuffix(encoded, []byte(`"}`))
	if !opens || !closes || len(encoded) == 0 {
		return nil, false
	}
	text, err := base64.StdEncoding.AppendDecode(nil, encoded)
	return text, err == nil
}
