package storage

import (
	"encoding/binary"
	"encoding/json"
	"slices"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// harvest is what can be had of one vault's records from several files. The seals
// prove each record, so that it doesn't matter where it was found; of several of
// the same ID the newest generation wins, and among equals the better origin.
type harvest struct {
	sealer  sealer
	records map[slot]harvested
	// named are the accounts that there should be, and only those that the
	// damaged file named count where it named them all.
	named map[auth.AccountID]bool
	whole bool
}

// slot is where a record belongs.
type slot struct{ bucket, id string }

type harvested struct {
	generation uint64
	stored     []byte // as the bucket has it
	from       origin
}

// origin is where a record was found; a higher one is more likely to be the newest
// of its generation.
type origin int

const (
	fromPages    origin = iota // left over in the file: older, and nobody knows how old
	fromBackup                 // made after each change of an account or a client
	fromTree                   // the damaged file's own
	fromLastTree               // and surely of its last commit
)

func newHarvest(s sealer) *harvest {
	return &harvest{sealer: s, records: map[slot]harvested{}, named: map[auth.AccountID]bool{}}
}

// gatherVault takes in what is in the vault's own file.
func (h *harvest) gatherVault(f findings) {
	h.whole = f.whole
	tree := fromTree
	if f.newest {
		tree = fromLastTree
	}
	for _, at := range f.sightings {
		if at.live && (at.bucket == accountBucket || at.bucket == grantBucket) {
			h.named[auth.AccountID(at.id)] = true
		}
	}
	for _, at := range f.sightings {
		if at.live {
			h.take(at, tree)
		}
	}
	for _, at := range f.sightings {
		if !at.live {
			h.take(at, fromPages)
		}
	}
}

// gatherBackup takes in what a backup has.
func (h *harvest) gatherBackup(f findings) {
	for _, at := range f.sightings {
		if at.live {
			h.take(at, fromBackup)
		}
	}
}

// take keeps one record if its seal is whole, and it is better than what is there.
// What a whole file doesn't name was removed and stays so.
func (h *harvest) take(at sighting, from origin) {
	buckets := recordBuckets
	if at.bucket != "" {
		buckets = []string{at.bucket}
	}
	for _, bucket := range buckets {
		generation, err := h.sealer.proves(bucket, at.id, at.value)
		if err != nil {
			continue
		}
		id := auth.AccountID(at.id)
		if ofAccount := bucket == accountBucket || bucket == grantBucket; ofAccount && !h.named[id] {
			if h.whole {
				return
			}
			h.named[id] = true
		}
		spot := slot{bucket, at.id}
		have, found := h.records[spot]
		if !found || generation > have.generation || (generation == have.generation && from > have.from) {
			h.records[spot] = harvested{generation, at.value, from}
		}
		return
	}
}

// proves returns the generation of a stored record whose seal is whole.
func (s sealer) proves(bucket, id string, stored []byte) (uint64, error) {
	at, sealed, err := sealedAt(bucket, id, stored)
	if err != nil {
		return 0, err
	}
	plain, err := s.open(at, sealed)
	clear(plain)
	return at.generation, err
}

// sealedAt takes apart what a bucket of records has for id.
func sealedAt(bucket, id string, stored []byte) (place, []byte, error) {
	at := place{bucket: bucket, id: id}
	if bucket != grantBucket {
		return at, stored, nil
	}
	if len(stored) < generationLength {
		return at, nil, errSeal
	}
	at.generation = binary.BigEndian.Uint64(stored)
	return at, stored[generationLength:], nil
}

// crop is what a harvest comes to.
type crop struct {
	records  []edit
	accounts []auth.AccountID // that there are, in order
	readable int              // of them, those whose grant is there, too
	kept     int              // accounts that there should be
}

// doubtPause stands between the accounts whose grants are in doubt, so that they
// are settled one after the other: a provider that sees twenty spent refresh
// tokens at once may take it for a theft.
const doubtPause = 3 * time.Second

// bring returns what a vault is made of: each named account that has its client,
// with its grant, or, where only that is lost, with none, so that a sign-in is all
// it takes. A grant that may not be the last one is marked as in doubt from now on.
func (h *harvest) bring(now time.Time) (crop, error) {
	c := crop{kept: len(h.named)}
	clients := map[string]bool{}
	for _, id := range h.accountIDs() {
		account, found := h.records[slot{accountBucket, string(id)}]
		if !found {
			continue
		}
		var r accountRecord
		if err := h.sealer.unseal(place{bucket: accountBucket, id: string(id)}, account.stored, &r); err != nil {
			continue
		}
		if _, found := h.records[slot{clientBucket, string(r.Client)}]; !found {
			continue
		}
		grant, readable, err := h.grant(id, r.Grant, now.Add(time.Duration(len(c.accounts))*doubtPause))
		if err != nil {
			return crop{}, err
		}
		if readable {
			c.readable++
		}
		clients[string(r.Client)] = true
		c.accounts = append(c.accounts, id)
		c.records = append(c.records, edit{bucket: accountBucket, id: string(id), to: account.stored}, edit{bucket: grantBucket, id: string(id), to: grant})
	}
	for at, r := range h.records {
		used := at.bucket != accountBucket && at.bucket != grantBucket && (at.bucket != clientBucket || clients[at.id])
		if used {
			c.records = append(c.records, edit{bucket: at.bucket, id: at.id, to: r.stored})
		}
	}
	return c, nil
}

func (h *harvest) accountIDs() (ids []auth.AccountID) {
	for id := range h.named {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// grant returns what to store as the grant of id.
func (h *harvest) grant(id auth.AccountID, kind auth.GrantType, began time.Time) (stored []byte, readable bool, err error) {
	found, readable := h.records[slot{grantBucket, string(id)}]
	switch {
	case !readable:
		stored, err = h.sealer.sealGrant(id, auth.Grant{})
	case found.from == fromLastTree || kind == auth.ClientCredentials:
		stored = found.stored
	default:
		stored, err = h.sealer.doubt(id, found.stored, began)
	}
	return stored, readable, err
}

func (s sealer) sealGrant(id auth.AccountID, g auth.Grant) ([]byte, error) {
	plain, err := json.Marshal(grantToRecord(g))
	if err != nil {
		return nil, err
	}
	return s.restore(place{bucket: grantBucket, id: string(id), generation: uint64(g.Generation)}, plain), nil
}

// restore seals a grant as its bucket has it.
func (s sealer) restore(at place, plain []byte) []byte {
	defer clear(plain)
	return append(binary.BigEndian.AppendUint64(nil, at.generation), s.seal(at, plain)...)
}

// doubt marks a stored grant as one whose refresh token may have been spent: an
// attempt is open that presented it once. The Keeper then settles it by itself: it
// still may present it (auth.MaxPresentations), and calls what a provider answers
// to a spent one an interruption. An attempt or a refusal that is there stays.
func (s sealer) doubt(id auth.AccountID, stored []byte, began time.Time) ([]byte, error) {
	at, sealed, err := sealedAt(grantBucket, string(id), stored)
	if err != nil {
		return nil, err
	}
	var r grantRecord
	if err := s.unseal(at, sealed, &r); err != nil {
		return nil, err
	}
	if len(r.RefreshToken) == 0 || r.Attempt.Presentations > 0 {
		return stored, nil
	}
	r.Attempt = attemptRecord{Began: utc(began), Presentations: 1}
	plain, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return s.restore(at, plain), nil
}
