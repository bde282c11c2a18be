package storage

import (
	"encoding/binary"
	"encoding/json"
	"iter"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

// eventRecord is the stored form of an event: JSON, inside the seal.
type eventRecord struct {
	At      time.Time      `json:"at"`
	What    auth.EventKind `json:"what"`
	Outcome auth.Outcome   `json:"outcome,omitzero"`
	Kind    auth.Kind      `json:"kind,omitzero"`
	Said    saidRecord     `json:"said,omitzero"`
	Detail  string         `json:"detail,omitzero"`
	More    int            `json:"more,omitzero"`
}

func eventToRecord(e auth.Event) eventRecord {
	return eventRecord{
		At: utc(e.At), What: e.What, Outcome: e.Outcome, Kind: e.Kind, Said: saidRecord(e.Said), Detail: e.Detail, More: e.More,
	}
}

func (r eventRecord) event() auth.Event {
	return auth.Event{
		At: r.At, What: r.What, Outcome: r.Outcome, Kind: r.Kind, Said: auth.Said(r.Said), Detail: r.Detail, More: r.More,
	}
}

// append writes events and drops what is too old or too many, of the accounts that
// it touches, and all of those that are forgotten.
func (s sealer) append(tx *bolt.Tx, events []noted, forgotten []auth.AccountID, oldest time.Time) error {
	all, err := tx.CreateBucketIfNotExists([]byte(journalBucket))
	if err != nil {
		return err
	}
	touched := map[auth.AccountID]*bolt.Bucket{}
	for _, n := range events {
		bucket, err := all.CreateBucketIfNotExists([]byte(n.id))
		if err != nil {
			return err
		}
		touched[n.id] = bucket
		if err := s.appendOne(bucket, n); err != nil {
			return err
		}
	}
	for id, bucket := range touched {
		if err := s.trim(bucket, id, oldest); err != nil {
			return err
		}
	}
	for _, id := range forgotten {
		if all.Bucket([]byte(id)) == nil {
			continue
		}
		if err := all.DeleteBucket([]byte(id)); err != nil {
			return err
		}
	}
	return nil
}

func (s sealer) appendOne(bucket *bolt.Bucket, n noted) error {
	number, err := bucket.NextSequence()
	if err != nil {
		return err
	}
	plain, err := json.Marshal(eventToRecord(n.event))
	if err != nil {
		return nil //nolint:nilerr // a time with a year of five digits: not worth the others
	}
	at := place{bucket: journalBucket, id: string(n.id), generation: number}
	return bucket.Put(binary.BigEndian.AppendUint64(nil, number), s.seal(at, plain))
}

// trim drops events of an account: those before oldest, with those that don't unseal
// among them, and the surplus.
func (s sealer) trim(bucket *bolt.Bucket, id auth.AccountID, oldest time.Time) error {
	over := -mostEvents
	cursor := bucket.Cursor()
	for number, _ := cursor.First(); number != nil; number, _ = cursor.Next() {
		over++
	}
	var drop [][]byte
	number, sealed := cursor.First()
	for ; number != nil; number, sealed = cursor.Next() {
		if e, err := s.event(id, number, sealed); err == nil && !e.At.Before(oldest) {
			break
		}
		drop = append(drop, slices.Clone(number))
	}
	young := func(yield func([]byte, auth.Event) bool) {
		for ; number != nil; number, sealed = cursor.Next() {
			e, _ := s.event(id, number, sealed) // one that doesn't unseal goes when it is the oldest
			if !yield(slices.Clone(number), e) {
				return
			}
		}
	}
	for _, number := range append(drop, surplus(young, over-len(drop))...) {
		if err := bucket.Delete(number); err != nil {
			return err
		}
	}
	return nil
}

// surplus is what goes where there are over too many of events, oldest first: first
// what is routine, so that a sign-in or a failure is found after weeks.
func surplus[K any](events iter.Seq2[K, auth.Event], over int) (drop []K) {
	var lasting []K
	for k, e := range events {
		if len(drop) >= over {
			break
		}
		if e.Routine() {
			drop = append(drop, k)
		} else {
			lasting = append(lasting, k)
		}
	}
	return append(drop, lasting[:max(0, over-len(drop))]...)
}

// event unseals one.
func (s sealer) event(id auth.AccountID, number, sealed []byte) (auth.Event, error) {
	if len(number) != generationLength {
		return auth.Event{}, errSeal
	}
	var r eventRecord
	at := place{bucket: journalBucket, id: string(id), generation: binary.BigEndian.Uint64(number)}
	err := s.unseal(at, sealed, &r)
	return r.event(), err
}

// accountEvents is the bucket of id; nil: nothing was noted.
func accountEvents(tx *bolt.Tx, id auth.AccountID) *bolt.Bucket {
	all := tx.Bucket([]byte(journalBucket))
	if all == nil {
		return nil
	}
	return all.Bucket([]byte(id))
}

// sweep drops the events of accounts that the vault doesn't have, and those that
// are too old.
func (s sealer) sweep(tx *bolt.Tx, kept map[auth.AccountID]bool, oldest time.Time) error {
	all := tx.Bucket([]byte(journalBucket))
	if all == nil {
		return nil
	}
	var gone [][]byte
	err := all.ForEachBucket(func(id []byte) error {
		if !kept[auth.AccountID(id)] {
			gone = append(gone, slices.Clone(id))
			return nil
		}
		return s.trim(all.Bucket(id), auth.AccountID(id), oldest)
	})
	for _, id := range gone {
		if err == nil {
			err = all.DeleteBucket(id)
		}
	}
	return err
}

// halve drops the older half of every account's events, an account at a time, so
// that no transaction is large.
func halve(db *file) error {
	var ids [][]byte
	err := db.View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(journalBucket)).ForEachBucket(func(id []byte) error {
			ids = append(ids, slices.Clone(id))
			return nil
		})
	})
	for _, id := range ids {
		if err != nil {
			break
		}
		err = db.Update(func(tx *bolt.Tx) error { return dropHalf(tx.Bucket([]byte(journalBucket)).Bucket(id)) })
	}
	return err
}

func dropHalf(bucket *bolt.Bucket) error {
	var numbers [][]byte
	_ = bucket.ForEach(func(number, _ []byte) error { // fails only where its func does
		numbers = append(numbers, slices.Clone(number))
		return nil
	})
	for _, number := range numbers[:(len(numbers)+1)/2] {
		if err := bucket.Delete(number); err != nil {
			return err
		}
	}
	return nil
}
