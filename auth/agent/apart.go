package agent

import "encoding/json"

// apart is a T that crosses as it would alone. Before its first frame encoding/json
// learns every field that could be in one, nearly half a millisecond for all that can
// be asked and answered: a program that asks for one token would be learning for a
// fifth of its life. A T in here is learned when one passes.
type apart[T any] struct{ is T }

// MarshalJSON is json.Marshaler's.
func (a apart[T]) MarshalJSON() ([]byte, error) { return json.Marshal(a.is) }

// UnmarshalJSON is json.Unmarshaler's.
func (a *apart[T]) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, &a.is) }
