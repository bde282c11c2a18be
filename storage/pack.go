package storage

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/tokentray/tokentray/auth"
)

// packForm is the version of what Pack writes. A key that is added is optional;
// anything else is a new one.
const packForm = 1

// pack is what stands inside the seal of an export, as JSON: the records of a
// vault (records.go) by their IDs.
type pack struct {
	App      string                           `json:"app"`
	Form     int                              `json:"form"`
	Clients  map[auth.ClientID]clientRecord   `json:"clients"`
	Accounts map[auth.AccountID]accountRecord `json:"accounts"`
	Grants   map[auth.AccountID]grantRecord   `json:"grants"`
	Told     toldRecord                       `json:"told,omitempty"`
}

func writePack(kept auth.Contents) ([]byte, error) {
	p := pack{
		App: appID, Form: packForm, Clients: map[auth.ClientID]clientRecord{},
		Accounts: map[auth.AccountID]accountRecord{}, Grants: map[auth.AccountID]grantRecord{},
		Told: toldToRecord(kept.Told),
	}
	for _, c := range kept.Clients {
		p.Clients[c.ID] = clientToRecord(c)
	}
	for _, a := range kept.Accounts {
		p.Accounts[a.ID] = accountToRecord(a)
	}
	for id, g := range kept.Grants {
		p.Grants[id] = grantToRecord(g)
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	plain, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("writing an export: %w", err)
	}
	return plain, nil
}

// readPack reads what writePack wrote; its errors are of KindUsage.
func readPack(plain []byte) (auth.Contents, error) {
	var is struct {
		App  string `json:"app"`
		Form int    `json:"form"`
	}
	if err := json.Unmarshal(plain, &is); err != nil || is.App != appID || is.Form < 1 {
		return auth.Contents{}, refusal("the file holds something else than accounts")
	}
	if is.Form > packForm {
		return auth.Contents{}, refusal("the file was made by a newer version of this program")
	}
	var p pack
	if err := json.Unmarshal(plain, &p); err != nil { // which may be quoted in err
		return auth.Contents{}, refusal("the accounts in the file can't be read")
	}
	if err := p.check(); err != nil {
		return auth.Contents{}, err
	}
	kept := auth.Contents{Grants: map[auth.AccountID]auth.Grant{}, Told: p.Told.told()}
	for _, id := range slices.Sorted(maps.Keys(p.Clients)) {
		kept.Clients = append(kept.Clients, p.Clients[id].client(id))
	}
	for _, id := range slices.Sorted(maps.Keys(p.Accounts)) {
		kept.Accounts = append(kept.Accounts, p.Accounts[id].account(id))
		kept.Grants[id] = p.Grants[id].grant()
	}
	return kept, nil
}

// check refuses accounts that lack a part, and parts that lack their account.
func (p pack) check() error {
	for id, a := range p.Accounts {
		_, client := p.Clients[a.Client]
		if _, grant := p.Grants[id]; id == "" || a.Client == "" || !client || !grant {
			return refusal("an account in the export lacks its client or its grant")
		}
	}
	if len(p.Grants) != len(p.Accounts) {
		return refusal("a grant in the export lacks its account")
	}
	return nil
}
