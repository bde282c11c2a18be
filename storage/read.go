package storage

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

// generationLength: a grant stands behind its generation in clear, which its seal
// has to confirm.
const generationLength = 8

// view runs read on the open vault. What read keeps must be a copy: a value is
// part of the mapped file and gone with the transaction. (Unsealing copies.)
func (v *Vault) view(read func(*bolt.Tx) error) error {
	db, err := v.read(read)
	if errors.Is(err, errPanic) {
		return v.lost(db, err)
	}
	return err
}

func (v *Vault) read(read func(*bolt.Tx) error) (*file, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.db == nil {
		return nil, v.unusable()
	}
	return v.db, guarded(func() error { return v.db.View(read) })
}

// lost is what a reader does when the file changed below it: it is opened anew,
// which tells how the vault stands.
func (v *Vault) lost(db *file, because error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.db == db {
		if err := v.reopen(because); err != nil {
			return err
		}
	}
	return trouble(v.State(), "the vault's file changed while it was read", because)
}

// readClient returns client id; found is false where there is none.
func (s sealer) readClient(tx *bolt.Tx, id auth.ClientID) (c auth.Client, found bool, err error) {
	var r clientRecord
	found, err = s.read(tx, place{bucket: clientBucket, id: string(id)}, &r)
	return r.client(id), found, err
}

func (s sealer) readAccount(tx *bolt.Tx, id auth.AccountID) (a auth.Account, found bool, err error) {
	var r accountRecord
	found, err = s.read(tx, place{bucket: accountBucket, id: string(id)}, &r)
	return r.account(id), found, err
}

func (s sealer) readGrant(tx *bolt.Tx, id auth.AccountID) (g auth.Grant, found bool, err error) {
	at := place{bucket: grantBucket, id: string(id)}
	stored := bucketOf(tx, grantBucket).Get([]byte(id))
	if stored == nil {
		return g, false, nil
	}
	if len(stored) < generationLength {
		return g, true, fmt.Errorf("%s %s: %w", at.bucket, at.id, errSeal)
	}
	at.generation = binary.BigEndian.Uint64(stored)
	var r grantRecord
	err = s.unseal(at, stored[generationLength:], &r)
	return r.grant(), true, err
}

func (s sealer) read(tx *bolt.Tx, at place, into any) (found bool, err error) {
	sealed := bucketOf(tx, at.bucket).Get([]byte(at.id))
	if sealed == nil {
		return false, nil
	}
	return true, s.unseal(at, sealed, into)
}

func (s sealer) unseal(at place, sealed []byte, into any) error {
	plain, err := s.open(at, sealed)
	if err != nil {
		return err
	}
	defer clear(plain)
	if err := json.Unmarshal(plain, into); err != nil {
		// Not err, which may quote what it could not read.
		return fmt.Errorf("%s %s: not in the stored form", at.bucket, at.id)
	}
	return nil
}

// bucketOf returns a bucket that every vault has, which hasBuckets made sure of.
func bucketOf(tx *bolt.Tx, name string) *bolt.Bucket { return tx.Bucket([]byte(name)) }

// hasBuckets misses none that a vault of schema has.
func hasBuckets(db *file, schema int) error {
	return db.View(func(tx *bolt.Tx) error {
		for _, name := range recordBuckets {
			if name == toldBucket && schema < 2 {
				continue
			}
			if bucketOf(tx, name) == nil {
				return trouble(auth.VaultDamaged, "the vault's file is damaged", errors.New("there are no "+name))
			}
		}
		return nil
	})
}

// Grant reads one grant; see auth.Vault.
func (v *Vault) Grant(id auth.AccountID) (g auth.Grant, err error) {
	err = v.view(func(tx *bolt.Tx) error {
		var found bool
		g, found, err = v.sealer.readGrant(tx, id)
		switch {
		case err != nil:
			return unreadable(err)
		case !found:
			return auth.ErrNoGrant
		}
		return nil
	})
	if err != nil {
		return auth.Grant{}, err
	}
	return g, nil
}

// unreadable is the error of a single record that can't be unsealed.
func unreadable(err error) error {
	return trouble(auth.VaultDamaged, "a record of the vault can't be read", err)
}

// Contents reads everything, in the order of the IDs. An account that lacks a
// part, its client or its grant, counts as unreadable, and so does a part that
// lacks its account: nothing vanishes without a word.
func (v *Vault) Contents() (auth.Contents, error) {
	contents := auth.Contents{Grants: map[auth.AccountID]auth.Grant{}}
	err := v.view(func(tx *bolt.Tx) error {
		clients := map[auth.ClientID]bool{}
		for id := range keysOf(tx, clientBucket) {
			if c, _, err := v.sealer.readClient(tx, auth.ClientID(id)); err == nil {
				contents.Clients = append(contents.Clients, c)
				clients[c.ID] = true
			}
		}
		for id := range keysOf(tx, accountBucket) {
			a, _, err := v.sealer.readAccount(tx, auth.AccountID(id))
			g, found, broken := v.sealer.readGrant(tx, auth.AccountID(id))
			if err != nil || broken != nil || !found || !clients[a.Client] {
				contents.Unreadable = append(contents.Unreadable, auth.AccountID(id))
				continue
			}
			contents.Accounts = append(contents.Accounts, a)
			contents.Grants[a.ID] = g
		}
		for id := range keysOf(tx, grantBucket) {
			if bucketOf(tx, accountBucket).Get([]byte(id)) == nil {
				contents.Unreadable = append(contents.Unreadable, auth.AccountID(id))
			}
		}
		slices.Sort(contents.Unreadable)
		contents.Told = v.sealer.readTold(tx)
		return nil
	})
	return contents, err
}

// keysOf goes over the keys of a bucket, in order.
func keysOf(tx *bolt.Tx, bucket string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		cursor := bucketOf(tx, bucket).Cursor()
		for key, _ := cursor.First(); key != nil; key, _ = cursor.Next() {
			if !yield(string(key)) {
				return
			}
		}
	}
}
