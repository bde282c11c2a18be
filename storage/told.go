package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

// toldPlace is where the one record of its bucket stands.
var toldPlace = place{bucket: toldBucket, id: toldBucket}

// toldRecord is auth.Told as it is stored.
type toldRecord map[auth.AccountID]markRecord

type markRecord struct {
	Key      string       `json:"key"`
	Concern  auth.Concern `json:"concern"`
	Standing bool         `json:"standing"`
	Since    time.Time    `json:"since"`
	At       time.Time    `json:"at"`
	Over     time.Time    `json:"over"`
	Snoozed  time.Time    `json:"snoozed"`
}

// PutTold replaces what people were told; see auth.Vault.
func (v *Vault) PutTold(t auth.Told) error {
	record := toldToRecord(t)
	return v.change(func(tx *bolt.Tx) ([]edit, error) {
		var edits edits
		edits.put(tx, v.sealer, toldPlace, record)
		return edits.list, edits.err
	})
}

// readTold returns what people were told. Where that can't be read nothing was:
// the worst that follows is a notice that comes twice.
func (s sealer) readTold(tx *bolt.Tx) auth.Told {
	var record toldRecord
	if found, err := s.read(tx, toldPlace, &record); !found || err != nil {
		return nil
	}
	return record.told()
}

func toldToRecord(t auth.Told) toldRecord {
	record := toldRecord{}
	for id, m := range t {
		m.Since, m.At, m.Over, m.Snoozed = utc(m.Since), utc(m.At), utc(m.Over), utc(m.Snoozed)
		record[id] = markRecord(m)
	}
	return record
}

func (r toldRecord) told() auth.Told {
	told := auth.Told{}
	for id, m := range r {
		told[id] = auth.Mark(m)
	}
	return told
}
