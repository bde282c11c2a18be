package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
)

// bbolt maps its file and follows the page numbers it finds there: in a damaged
// file that ends in a fault outside of any goroutine that could recover, or in a
// loop. So every page that bbolt can reach is walked here first, with plain
// reads and checked bounds. The layout is that of bbolt's internal/common.
const (
	pageHead    = 16 // id uint64, flags, count uint16, overflow uint32
	elementHead = 16 // branch: pos, ksize uint32, pgid uint64; leaf: flags, pos, ksize, vsize uint32
	metaLength  = 64
	metaSummed  = 56 // what the FNV-64a checksum behind it covers
	bucketHead  = 16 // root page uint64, sequence uint64

	boltMagic   = 0xED0CDAED
	boltVersion = 2

	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10
	bucketEntry  = 0x01

	noFreelist      = ^uint64(0)
	longFreelist    = 0xFFFF // the count stands in the first entry then
	smallestPage    = 1024
	largestPage     = smallestPage << 15
	firstOrdinary   = 2       // pages 0 and 1 are metas
	maxPagesAtATime = 1 << 16 // an overflow longer than this is no vault of ours
)

// bothMetas is how many meta pages a whole file has. Commits write them in turn,
// each in one piece, so that a crash can't spoil one. bbolt would take the other
// and so the state before the last commit, whose refresh tokens may be spent.
const bothMetas = 2

var (
	errNotBolt = errors.New("not a bbolt file")
	errOneMeta = errors.New("one of the two meta pages is damaged")
)

// meta is what a valid meta page says.
type meta struct {
	pageSize             uint32
	root, freelist, high uint64 // high is the first page number that was never used
	transaction          uint64
}

// examine walks everything that bbolt would reach in the size bytes of file and
// returns what is wrong with it; nil where bbolt can be let at it.
func examine(file io.ReaderAt, size int64) error {
	m, metas := newestMeta(file, size)
	switch metas {
	case 0:
		return errNotBolt
	case bothMetas:
	default:
		return errOneMeta
	}
	if int64(m.high) < firstOrdinary || int64(m.high) > size/int64(m.pageSize) {
		return fmt.Errorf("cut off: %d bytes for %d pages of %d", size, m.high, m.pageSize)
	}
	w := walk{file: file, meta: m, seen: map[uint64]bool{}}
	if err := w.freelist(m.freelist); err != nil {
		return fmt.Errorf("list of free pages: %w", err)
	}
	return w.tree(m.root)
}

// newestMeta finds the meta page that bbolt would go by, and how many there are.
// The second one stands one page further, and its page size is not known before
// one has been read.
func newestMeta(file io.ReaderAt, size int64) (newest meta, found int) {
	try := func(at int64) {
		m, ok := readMeta(file, at, size)
		if !ok || (at != 0 && at != int64(m.pageSize)) {
			return
		}
		if found++; found == 1 || m.transaction > newest.transaction {
			newest = m
		}
	}
	try(0)
	for at := int64(smallestPage); at <= largestPage; at *= 2 {
		try(at)
	}
	return newest, found
}

func readMeta(file io.ReaderAt, at, size int64) (meta, bool) {
	if at+pageHead+metaLength > size {
		return meta{}, false
	}
	b := make([]byte, metaLength)
	if _, err := file.ReadAt(b, at+pageHead); err != nil {
		return meta{}, false
	}
	ne, sum := binary.NativeEndian, fnv.New64a()
	sum.Write(b[:metaSummed])
	if ne.Uint32(b) != boltMagic || ne.Uint32(b[4:]) != boltVersion || ne.Uint64(b[metaSummed:]) != sum.Sum64() {
		return meta{}, false
	}
	m := meta{
		pageSize: ne.Uint32(b[8:]), root: ne.Uint64(b[16:]), freelist: ne.Uint64(b[32:]),
		high: ne.Uint64(b[40:]), transaction: ne.Uint64(b[48:]),
	}
	known := m.pageSize >= smallestPage && m.pageSize <= largestPage && m.pageSize&(m.pageSize-1) == 0
	return m, known
}
