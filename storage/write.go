package storage

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

// Add stores an account, its client and its first grant; see auth.Vault. An
// account that exists already is refused.
func (v *Vault) Add(a auth.Account, c auth.Client, g auth.Grant) error {
	return v.restructure(func(tx *bolt.Tx) ([]edit, error) {
		accounts := bucketOf(tx, accountBucket)
		switch {
		case a.ID == "" || c.ID == "" || a.Client != c.ID:
			return nil, refusal("account %q with client %q does not go with client %q", a.ID, a.Client, c.ID)
		case accounts.Get([]byte(a.ID)) != nil || bucketOf(tx, grantBucket).Get([]byte(a.ID)) != nil:
			return nil, refusal("account %q is kept already", a.ID)
		}
		var edits edits
		edits.putClient(tx, v.sealer, c)
		edits.putAccount(tx, v.sealer, a)
		edits.putGrant(tx, v.sealer, a.ID, g)
		return edits.list, edits.err
	})
}

// PutAccount replaces an account; see auth.Vault. The error is a
// KindUnknownAccount where it isn't kept: what was forgotten doesn't reappear.
func (v *Vault) PutAccount(a auth.Account) error {
	return v.restructure(func(tx *bolt.Tx) ([]edit, error) {
		if bucketOf(tx, accountBucket).Get([]byte(a.ID)) == nil {
			return nil, &auth.Error{Kind: auth.KindUnknownAccount, Account: a.Name}
		}
		if bucketOf(tx, clientBucket).Get([]byte(a.Client)) == nil {
			return nil, refusal("account %q has client %q, which is not kept", a.ID, a.Client)
		}
		var edits edits
		edits.putAccount(tx, v.sealer, a)
		return edits.list, edits.err
	})
}

// PutClient replaces a client; see auth.Vault. The error is a KindUsage where it
// isn't kept.
func (v *Vault) PutClient(c auth.Client) error {
	return v.restructure(func(tx *bolt.Tx) ([]edit, error) {
		if bucketOf(tx, clientBucket).Get([]byte(c.ID)) == nil {
			return nil, refusal("client %q is not kept", c.ID)
		}
		var edits edits
		edits.putClient(tx, v.sealer, c)
		return edits.list, edits.err
	})
}

// PutGrant replaces a grant; see auth.Vault. Where the account isn't kept the
// error is auth.ErrNoGrant. A stored grant that can't be read is never replaced.
func (v *Vault) PutGrant(id auth.AccountID, was auth.Generation, g auth.Grant) error {
	return v.change(func(tx *bolt.Tx) ([]edit, error) {
		stored, found, err := v.sealer.readGrant(tx, id)
		switch {
		case err != nil:
			return nil, unreadable(err)
		case !found:
			return nil, auth.ErrNoGrant
		case stored.Generation != was:
			return nil, auth.ErrGenerationMoved
		}
		var edits edits
		edits.putGrant(tx, v.sealer, id, g)
		return edits.list, edits.err
	})
}

// remove takes an account's records away. A client stays while any other
// account uses it, or may: one that can't be read keeps them all.
func (v *Vault) remove(id auth.AccountID) error {
	return v.change(func(tx *bolt.Tx) ([]edit, error) {
		var edits edits
		edits.delete(tx, accountBucket, string(id))
		edits.delete(tx, grantBucket, string(id))
		removed, found, err := v.sealer.readAccount(tx, id)
		if !found || err != nil {
			return edits.list, nil
		}
		for other := range keysOf(tx, accountBucket) {
			a, _, err := v.sealer.readAccount(tx, auth.AccountID(other))
			if other != string(id) && (err != nil || a.Client == removed.Client) {
				return edits.list, nil
			}
		}
		edits.delete(tx, clientBucket, string(removed.Client))
		return edits.list, nil
	})
}

func refusal(format string, args ...any) error {
	return &auth.Error{Kind: auth.KindUsage, Detail: fmt.Sprintf(format, args...)}
}

// edits collects what a plan changes, and the first error.
type edits struct {
	list []edit
	err  error
}

func (e *edits) putClient(tx *bolt.Tx, s sealer, c auth.Client) {
	e.put(tx, s, place{bucket: clientBucket, id: string(c.ID)}, clientToRecord(c))
}

func (e *edits) putAccount(tx *bolt.Tx, s sealer, a auth.Account) {
	e.put(tx, s, place{bucket: accountBucket, id: string(a.ID)}, accountToRecord(a))
}

func (e *edits) putGrant(tx *bolt.Tx, s sealer, id auth.AccountID, g auth.Grant) {
	e.put(tx, s, place{bucket: grantBucket, id: string(id), generation: uint64(g.Generation)}, grantToRecord(g))
}

func (e *edits) put(tx *bolt.Tx, s sealer, at place, record any) {
	plain, err := json.Marshal(record)
	if err != nil { // a time with a year of five digits
		if e.err == nil {
			e.err = fmt.Errorf("writing %s %s: %w", at.bucket, at.id, err)
		}
		return
	}
	sealed := s.seal(at, plain)
	clear(plain)
	if at.bucket == grantBucket {
		sealed = append(binary.BigEndian.AppendUint64(nil, at.generation), sealed...)
	}
	e.list = append(e.list, edit{bucket: at.bucket, id: at.id, was: stored(tx, at.bucket, at.id), to: sealed})
}

// delete takes away what is there; what isn't there needs no edit.
func (e *edits) delete(tx *bolt.Tx, bucket, id string) {
	if was := stored(tx, bucket, id); was != nil {
		e.list = append(e.list, edit{bucket: bucket, id: id, was: was})
	}
}

// stored returns a copy of what stands there; nil: nothing does.
func stored(tx *bolt.Tx, bucket, id string) []byte {
	return bytes.Clone(bucketOf(tx, bucket).Get([]byte(id)))
}
