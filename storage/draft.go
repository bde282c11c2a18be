package storage

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

const (
	// draftChange bounds what one transaction of a draft keeps in memory.
	draftChange = 1 << 20
	mendingName = fileName + ".mending" // what a remedy is about to put in place
	asideMark   = ".damaged-"           // and behind it the time
	asideTime   = "20060102T150405.000Z"
)

// newDraft begins a file that is to take another's place when it is whole. What a
// crash left of an earlier one goes.
func newDraft(path string) (*file, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	db, err := openBolt(path, os.O_RDWR|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return nil, err
	}
	db.NoSync = true // finish flushes once
	return db, nil
}

// finish flushes and closes a draft, or throws it away where err says that it
// came to nothing.
func (f *file) finish(path string, err error) error {
	if err == nil {
		err = f.Sync()
	}
	if errors.Is(err, errPanic) {
		f.leave(err)
	} else {
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// copyTo writes a copy of what tx sees, without its free pages, where forgotten
// records are still to be found.
func copyTo(path string, tx *bolt.Tx) error {
	draft, err := newDraft(path)
	if err != nil {
		return err
	}
	err = guarded(func() error {
		some := batch{draft: draft}
		err := tx.ForEach(func(name []byte, bucket *bolt.Bucket) error {
			err := draft.Update(func(tx *bolt.Tx) error { _, err := tx.CreateBucket(name); return err })
			if err != nil {
				return err
			}
			return bucket.ForEach(func(id, stored []byte) error {
				return some.add(edit{bucket: string(name), id: string(id), to: stored})
			})
		})
		return errors.Join(err, some.write())
	})
	return draft.finish(path, err)
}

// batch puts records into a draft, many in one transaction.
type batch struct {
	draft   *file
	records []edit
	size    int
}

func (b *batch) add(e edit) error {
	b.records = append(b.records, e)
	if b.size += len(e.to); b.size < draftChange {
		return nil
	}
	return b.write()
}

func (b *batch) write() error {
	records := b.records
	b.records, b.size = nil, 0
	return b.draft.Update(func(tx *bolt.Tx) error {
		for _, e := range records {
			bucket, err := tx.CreateBucketIfNotExists([]byte(e.bucket))
			if err != nil {
				return err
			}
			bucket.FillPercent = 1 // they come in order, and stay
			if err := bucket.Put([]byte(e.id), e.to); err != nil {
				return err
			}
		}
		return nil
	})
}

// writeVault writes a vault with this header and these records.
func writeVault(path string, h storedHeader, records []edit) error {
	draft, err := newDraft(path)
	if err != nil {
		return err
	}
	err = guarded(func() error {
		if err := draft.Update(func(tx *bolt.Tx) error { return h.copyTo(tx) }); err != nil {
			return err
		}
		some := batch{draft: draft}
		for _, e := range records {
			if err := some.add(e); err != nil {
				return err
			}
		}
		return some.write()
	})
	return draft.finish(path, err)
}

// copyTo puts h into a new vault as it stands, with the buckets of every vault.
func (h storedHeader) copyTo(tx *bolt.Tx) error {
	bucket, err := tx.CreateBucket(headerBucket)
	for _, name := range recordBuckets {
		if err == nil {
			_, err = tx.CreateBucket([]byte(name))
		}
	}
	if err != nil {
		return err
	}
	return errors.Join(
		bucket.Put(headerKey, h.text), bucket.Put(keyCheckKey, h.check), bucket.Put(sumKey, headerSum(h.text, h.check)))
}

// verify proves a file that nobody has open: that it is whole, that its header is
// that of s, and that every record in it unseals.
func verify(path string, s sealer) error {
	return readOnly(path, func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, bucket *bolt.Bucket) error {
			if bytes.Equal(name, headerBucket) {
				return nil
			}
			return bucket.ForEach(func(id, stored []byte) error {
				_, err := s.proves(string(name), string(id), stored)
				return err
			})
		})
	}, s)
}

// readOnly has read look through a file that is whole and the vault of s.
func readOnly(path string, read func(*bolt.Tx) error, s sealer) error {
	if err := examineFile(path); err != nil {
		return err
	}
	return guarded(func() error {
		db, err := bolt.Open(path, fileMode, &bolt.Options{ReadOnly: true, Timeout: lockPatience, NoStatistics: true})
		if err != nil {
			return err
		}
		defer db.Close() //nolint:errcheck // nothing was written
		f := &file{DB: db}
		h, err := readHeader(f)
		if err == nil && (h.Vault != s.vault || !h.proves(s.key)) {
			err = fmt.Errorf("%s is another vault", filepath.Base(path))
		}
		if err == nil {
			err = hasBuckets(f, h.Schema)
		}
		if err != nil {
			return err
		}
		return db.View(read)
	})
}

// exchange puts the draft in the place of the vault's file, which is moved aside
// under the name that is returned; "" where there was none. On a file system with
// links one or the other stands there at every moment. Without them there is one
// moment with neither: what is left beside it says then that it is damage.
func exchange(draft, path string, now time.Time) (setAside string, err error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return "", err
	default:
		setAside = asideName(path, now)
		aside := filepath.Join(filepath.Dir(path), setAside)
		if !info.Mode().IsRegular() || os.Link(path, aside) != nil {
			if err := os.Rename(path, aside); err != nil {
				return "", err
			}
		}
	}
	if err := os.Rename(draft, path); err != nil {
		return setAside, err
	}
	return setAside, syncFolder(filepath.Dir(path))
}

// asideName is a name in the folder of path that nothing has.
func asideName(path string, now time.Time) string {
	for {
		name := filepath.Base(path) + asideMark + now.UTC().Format(asideTime)
		if _, err := os.Lstat(filepath.Join(filepath.Dir(path), name)); err != nil {
			return name
		}
		now = now.Add(time.Millisecond)
	}
}
