package storage

import (
	"encoding/binary"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

// upgrade brings an older vault to this program's schema, one step after the
// other, after a copy was made. Each step is one transaction: a vault whose
// upgrade was interrupted has the schema before or after a step, and the next
// Open goes on from there. The error is a trouble; the vault is as it was then.
func (v *Vault) upgrade(db *file, h storedHeader, key vaultKey) (storedHeader, error) {
	if h.Schema == schema {
		return h, nil
	}
	old := sealer{schema: h.Schema, vault: h.Vault, key: key}
	if err := v.beforeUpgrade(db, old); err != nil {
		return h, trouble(auth.VaultLocked, "no copy of the vault could be made before its upgrade", err)
	}
	for h.Schema < schema {
		next := h.header
		next.Schema++
		err := guarded(func() error { return v.step(db, next, key) })
		if err == nil {
			h, err = readHeader(db)
		}
		if err != nil {
			return h, trouble(auth.VaultLocked, "the vault could not be upgraded", err)
		}
	}
	return h, nil
}

// step makes a vault of the schema before to's one of to's.
func (v *Vault) step(db *file, to header, key vaultKey) error {
	tx, err := db.Begin(true)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it only says that it came too late
	from := sealer{schema: to.Schema - 1, vault: to.Vault, key: key}
	switch to.Schema {
	case 2:
		err = stepTo2(tx, from)
	}
	if err != nil {
		return err
	}
	edits, err := to.edits(tx, key)
	if err != nil {
		return err
	}
	for _, e := range edits {
		if err := e.carryOut(tx); err != nil {
			return err
		}
	}
	return v.commit(tx)
}

// stepTo2 makes room for what people were told, and seals every record anew: the
// schema is part of its seal.
func stepTo2(tx *bolt.Tx, from sealer) error {
	if _, err := tx.CreateBucketIfNotExists([]byte(toldBucket)); err != nil { // a mended one may have it
		return err
	}
	for _, bucket := range []string{clientBucket, accountBucket, grantBucket} {
		if err := from.sealAnew(tx, bucket, 2); err != nil {
			return err
		}
	}
	return nil
}

// sealAnew seals the records of a bucket for another schema. One that can't be
// opened stays as it is, for whoever looks through what is damaged.
func (s sealer) sealAnew(tx *bolt.Tx, bucket string, schema int) error {
	to := sealer{schema: schema, vault: s.vault, key: s.key}
	fresh := map[string][]byte{}
	for id := range keysOf(tx, bucket) {
		at, sealed := place{bucket: bucket, id: id}, stored(tx, bucket, id)
		var front []byte
		if bucket == grantBucket && len(sealed) >= generationLength {
			front, sealed = sealed[:generationLength:generationLength], sealed[generationLength:]
			at.generation = binary.BigEndian.Uint64(front)
		}
		if plain, err := s.open(at, sealed); err == nil {
			fresh[id] = append(front, to.seal(at, plain)...)
			clear(plain)
		}
	}
	for id, value := range fresh {
		if err := bucketOf(tx, bucket).Put([]byte(id), value); err != nil {
			return err
		}
	}
	return nil
}
