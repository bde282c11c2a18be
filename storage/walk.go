package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// walk goes over the pages of one file, each at most once.
type walk struct {
	file io.ReaderAt
	meta meta
	seen map[uint64]bool
}

// page reads page id with what overflows it.
func (w *walk) page(id uint64) ([]byte, error) {
	b := make([]byte, w.meta.pageSize)
	if id < firstOrdinary || id >= w.meta.high {
		return nil, fmt.Errorf("page %d of %d", id, w.meta.high)
	}
	if _, err := w.file.ReadAt(b, int64(id)*int64(w.meta.pageSize)); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	ne := binary.NativeEndian
	more := uint64(ne.Uint32(b[12:]))
	if ne.Uint64(b) != id || more > maxPagesAtATime || id+more >= w.meta.high {
		return nil, fmt.Errorf("page %d says it is page %d and %d more", id, ne.Uint64(b), more)
	}
	for i := range more + 1 {
		if w.seen[id+i] {
			return nil, fmt.Errorf("page %d is used twice", id+i)
		}
	}
	if more > 0 {
		b = make([]byte, (more+1)*uint64(w.meta.pageSize))
		if _, err := w.file.ReadAt(b, int64(id)*int64(w.meta.pageSize)); err != nil {
			return nil, fmt.Errorf("page %d and %d more: %w", id, more, err)
		}
	}
	for i := range more + 1 { // what can't be read is not seen: sift may still find some of it
		w.seen[id+i] = true
	}
	return b, nil
}

func (w *walk) freelist(id uint64) error {
	if id == noFreelist {
		return nil
	}
	b, err := w.page(id)
	if err != nil {
		return err
	}
	ne := binary.NativeEndian
	if ne.Uint16(b[8:]) != freelistPage {
		return fmt.Errorf("page %d is something else", id)
	}
	count, entries := uint64(ne.Uint16(b[10:])), b[pageHead:]
	if count == longFreelist {
		count, entries = ne.Uint64(entries), entries[8:]
	}
	if count > uint64(len(entries)/8) {
		return fmt.Errorf("%d entries don't fit", count)
	}
	for i := range count {
		free := ne.Uint64(entries[i*8:])
		if free < firstOrdinary || free >= w.meta.high || w.seen[free] {
			return fmt.Errorf("page %d can't be free", free)
		}
		w.seen[free] = true
	}
	return nil
}

// tree walks the pages of a bucket and the buckets in it.
func (w *walk) tree(id uint64) error {
	b, err := w.page(id)
	if err != nil {
		return err
	}
	switch flags := binary.NativeEndian.Uint16(b[8:]); flags {
	case branchPage:
		return w.branches(b)
	case leafPage:
		return w.leaves(b)
	default:
		return fmt.Errorf("page %d has flags %#x", id, flags)
	}
}

func (w *walk) branches(b []byte) error {
	ne := binary.NativeEndian
	count := int(ne.Uint16(b[10:]))
	if count == 0 || pageHead+count*elementHead > len(b) {
		return fmt.Errorf("%d branches", count)
	}
	var before []byte
	for i := range count {
		at := pageHead + i*elementHead
		key, _, err := cut(b, at, ne.Uint32(b[at:]), ne.Uint32(b[at+4:]), 0)
		// The first key of a branch may be anything up to its child's first.
		if err != nil || (i > 0 && bytes.Compare(before, key) >= 0) {
			return errors.Join(fmt.Errorf("branch %d", i), err)
		}
		before = key
		if err := w.tree(ne.Uint64(b[at+8:])); err != nil {
			return err
		}
	}
	return nil
}

// leaves checks a leaf page, or the page that a small bucket holds inside its value.
func (w *walk) leaves(b []byte) error {
	ne := binary.NativeEndian
	count := int(ne.Uint16(b[10:]))
	if pageHead+count*elementHead > len(b) {
		return fmt.Errorf("%d leaves", count)
	}
	var before []byte
	for i := range count {
		at := pageHead + i*elementHead
		key, value, err := cut(b, at, ne.Uint32(b[at+4:]), ne.Uint32(b[at+8:]), ne.Uint32(b[at+12:]))
		if err != nil || (i > 0 && bytes.Compare(before, key) >= 0) {
			return errors.Join(fmt.Errorf("leaf %d", i), err)
		}
		before = key
		if ne.Uint32(b[at:])&bucketEntry != 0 {
			if err := w.bucket(value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *walk) bucket(value []byte) error {
	if len(value) < bucketHead {
		return errors.New("a bucket is cut off")
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return w.tree(root)
	}
	inline := value[bucketHead:]
	if len(inline) < pageHead || binary.NativeEndian.Uint16(inline[8:]) != leafPage {
		return errors.New("a small bucket is cut off")
	}
	return w.leaves(inline)
}

// cut returns the key and the value of the element at at; pos counts from there.
func cut(b []byte, at int, pos, keyLength, valueLength uint32) (key, value []byte, err error) {
	from := uint64(at) + uint64(pos)
	middle := from + uint64(keyLength)
	to := middle + uint64(valueLength)
	if keyLength == 0 || to > uint64(len(b)) {
		return nil, nil, errors.New("an entry leads out of its page")
	}
	return b[from:middle], b[middle:to], nil
}
