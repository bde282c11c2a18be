package agent

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Limits of one frame's JSON, in bytes.
const (
	maxGreeting = 4 << 10
	maxUsual    = 1 << 20  // what nobody needs more than, but to import a file
	maxRequest  = 24 << 20 // an import: maxFile bytes are 22 MiB in base64
	maxAnswer   = 24 << 20 // an export; thousands of accounts, or a large catalogue, are less
)

const (
	headerSize = 4
	// firstBite is the room made before a frame's bytes arrive: enough for nearly
	// all of them, and little enough to give to whoever only claims a length.
	firstBite = 8 << 10
)

// errUnsendable is a value that makes no frame; nothing of it was sent.
var errUnsendable = errors.New("it can't be sent")

// makeFrame is v as one frame, to be sent in one write. It may hold a secret:
// whoever sent it clears it.
func makeFrame(limit int, v any) ([]byte, error) {
	var frame bytes.Buffer
	frame.Write(make([]byte, headerSize))
	if err := json.NewEncoder(&frame).Encode(v); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnsendable, err)
	}
	b := frame.Bytes()
	size := len(b) - headerSize
	if size > limit {
		clear(b)
		return nil, fmt.Errorf("%w: larger than %d bytes", errUnsendable, limit)
	}
	binary.BigEndian.PutUint32(b, uint32(size))
	return b, nil
}

// readFrame reads one frame into v. A frame that is empty, larger than limit or
// not the JSON of a v is ErrMalformed; what was wrong with it is not told, since
// that would quote it.
func readFrame(r io.Reader, limit int, v any) error {
	size, err := readSize(r, limit)
	if err != nil {
		return err
	}
	return readBody(r, size, v)
}

// readSize reads the length of a frame.
func readSize(r io.Reader, limit int) (int64, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return 0, err
	}
	size := int64(binary.BigEndian.Uint32(header[:]))
	if size == 0 || size > int64(limit) {
		return 0, ErrMalformed
	}
	return size, nil
}

// readBody reads the rest of a frame.
func readBody(r io.Reader, size int64, v any) error {
	body := bytes.NewBuffer(make([]byte, 0, min(size, firstBite)+bytes.MinRead))
	defer func() { clear(body.Bytes()) }() // it may hold a secret
	if _, err := io.CopyN(body, r, size); err != nil {
		return fmt.Errorf("read a frame: %w", err)
	}
	if err := json.Unmarshal(body.Bytes(), v); err != nil {
		return ErrMalformed
	}
	return nil
}
