package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
)

// sift reads a file that may be damaged, with plain reads and past whatever makes
// no sense: first what can be reached from the newest meta page, then every other
// page, where older and cut-off records are. It judges nothing; the seals do.
type sift struct {
	walk
	found func(sighting)
}

// sighting is one entry of a bucket, somewhere in a file.
type sighting struct {
	bucket string // "": nobody can tell
	id     string
	value  []byte
	live   bool // the file's newest state names it
}

// largestSighting bounds what one page is believed to hold with what overflows
// it: far more than the largest token there is.
const largestSighting = 4 << 20

// findings is all that sift came by in one file.
type findings struct {
	sightings []sighting
	// whole: nothing of the file's newest state is missing, but for what is
	// inside the seals. Then it names every account there is.
	whole bool
	// newest: both meta pages are good, so that what is live is the last that
	// was written, and not what stood there one commit earlier.
	newest bool
}

// siftFile reads the file at path; an error says that it can't be read at all.
func siftFile(path string) (f findings, err error) {
	file, err := os.Open(path)
	if err != nil {
		return f, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return f, err
	}
	err = guarded(func() error {
		f = siftAll(file, info.Size())
		return nil
	})
	return f, err
}

func siftAll(file io.ReaderAt, size int64) (f findings) {
	m, metas := newestMeta(file, size)
	s := sift{
		walk:  walk{file: file, meta: m, seen: map[uint64]bool{}},
		found: func(at sighting) { f.sightings = append(f.sightings, at) },
	}
	f.newest = metas == bothMetas
	f.whole = examine(file, size) == nil
	if metas > 0 {
		s.tree(m.root, "")
	} else {
		s.meta.pageSize = likelyPageSize(file, size)
	}
	s.others(size)
	return f
}

// likelyPageSize is the size with which most pages stand where they say they do.
func likelyPageSize(file io.ReaderAt, size int64) uint32 {
	best, most := uint32(os.Getpagesize()), 0
	number := make([]byte, 8)
	for try := int64(smallestPage); try <= largestPage; try *= 2 {
		fits := 0
		for id := int64(firstOrdinary); (id+1)*try <= size; id++ {
			if _, err := file.ReadAt(number, id*try); err == nil && binary.NativeEndian.Uint64(number) == uint64(id) {
				fits++
			}
		}
		if fits > most {
			best, most = uint32(try), fits
		}
	}
	return best
}

// tree goes over the pages of a bucket that the newest state names.
func (s *sift) tree(id uint64, bucket string) {
	b, err := s.page(id)
	if err != nil {
		return
	}
	ne := binary.NativeEndian
	switch ne.Uint16(b[8:]) {
	case branchPage:
		for i := range int(ne.Uint16(b[10:])) {
			if at := pageHead + i*elementHead; at+elementHead <= len(b) {
				s.tree(ne.Uint64(b[at+8:]), bucket)
			}
		}
	case leafPage:
		s.leaves(b, sighting{bucket: bucket, live: true})
	default:
		delete(s.seen, id) // among the others it may still be read
	}
}

// others goes over every page that the tree didn't lead to.
func (s *sift) others(size int64) {
	page := int64(s.meta.pageSize)
	b := make([]byte, page)
	for id := int64(firstOrdinary); id*page < size; id++ {
		if s.seen[uint64(id)] {
			continue
		}
		clear(b)
		if _, err := s.file.ReadAt(b, id*page); err != nil && !errors.Is(err, io.EOF) { // a page may be cut off
			continue
		}
		switch binary.NativeEndian.Uint16(b[8:]) {
		case branchPage, freelistPage:
			continue
		}
		all := bytes.Clone(b)
		if reach := min(reach(b), largestSighting, size-id*page); reach > page {
			all = make([]byte, reach)
			if _, err := s.file.ReadAt(all, id*page); err != nil {
				continue
			}
		}
		s.leaves(all, sighting{})
	}
}

// reach is how far the entries of a leaf page say they go.
func reach(b []byte) (to int64) {
	ne := binary.NativeEndian
	for i := range leafCount(b) {
		at := pageHead + i*elementHead
		end := int64(at) + int64(ne.Uint32(b[at+4:])) + int64(ne.Uint32(b[at+8:])) + int64(ne.Uint32(b[at+12:]))
		if end <= largestSighting {
			to = max(to, end)
		}
	}
	return to
}

// leafCount is how many entries a leaf page has. Its number may be damaged; the
// first entry's bytes stand right behind the last one's head, which tells, too.
func leafCount(b []byte) int {
	if len(b) < pageHead+elementHead {
		return 0
	}
	ne := binary.NativeEndian
	count := int(ne.Uint16(b[10:]))
	if first := ne.Uint32(b[pageHead+4:]); first%elementHead == 0 && first <= math.MaxUint16*elementHead {
		count = max(count, int(first/elementHead))
	}
	return min(count, (len(b)-pageHead)/elementHead)
}

// leaves reports the entries of a leaf page, or of the page that a small bucket
// holds inside its value; as says what is known of them.
func (s *sift) leaves(b []byte, as sighting) {
	ne := binary.NativeEndian
	for i := range leafCount(b) {
		at := pageHead + i*elementHead
		key, value, err := cut(b, at, ne.Uint32(b[at+4:]), ne.Uint32(b[at+8:]), ne.Uint32(b[at+12:]))
		if err != nil {
			continue
		}
		as.id, as.value = string(key), value
		if ne.Uint32(b[at:])&bucketEntry != 0 {
			s.bucket(as)
			continue
		}
		s.found(as)
	}
}

// bucket goes on in the bucket whose entry is at. The pages of one that isn't
// live are met as others.
func (s *sift) bucket(at sighting) {
	if at.bucket != "" || len(at.value) < bucketHead { // the vault has no buckets in buckets
		return
	}
	if root := binary.NativeEndian.Uint64(at.value); root != 0 {
		if at.live {
			s.tree(root, at.id)
		}
		return
	}
	s.leaves(at.value[bucketHead:], sighting{bucket: at.id, live: at.live})
}
