package agent

import "github.com/tokentray/tokentray/auth"

// maxFile is the largest file that Export makes or Import takes, in bytes: an
// account in it has a few kB, so that is thousands of them.
const maxFile = 16 << 20

// mending is an auth.Mending.
type mending struct {
	Remedy     auth.Remedy `json:"remedy,omitzero"`
	Backup     string      `json:"backup,omitzero"`
	Passphrase []byte      `json:"passphrase,omitzero"` // see reveal
}

func mendingOf(m auth.Mending) mending {
	return mending{Remedy: m.Remedy, Backup: m.Backup, Passphrase: reveal(m.Passphrase)}
}

func (m mending) domain() auth.Mending {
	return auth.Mending{Remedy: m.Remedy, Backup: m.Backup, Passphrase: conceal(m.Passphrase)}
}

// export is an auth.Export.
type export struct {
	What       auth.ExportKind  `json:"what,omitzero"`
	Accounts   []auth.AccountID `json:"accounts,omitzero"`   // nil and empty differ
	Passphrase []byte           `json:"passphrase,omitzero"` // see reveal
}

func exportOf(e auth.Export) export {
	return export{What: e.What, Accounts: e.Accounts, Passphrase: reveal(e.Passphrase)}
}

func (e export) domain() auth.Export {
	return auth.Export{What: e.What, Accounts: e.Accounts, Passphrase: conceal(e.Passphrase)}
}

// imported is an auth.Imported.
type imported struct {
	Provider auth.ProviderID `json:"provider,omitzero"`
	Accounts []status        `json:"accounts,omitzero"`
	Known    []string        `json:"known,omitzero"`
	Rotating []string        `json:"rotating,omitzero"`
}

func importedOf(i auth.Imported) imported {
	return imported{Provider: i.Provider, Accounts: each(i.Accounts, statusOf), Known: i.Known, Rotating: i.Rotating}
}

func (i imported) domain() auth.Imported {
	return auth.Imported{Provider: i.Provider, Accounts: each(i.Accounts, status.domain), Known: i.Known, Rotating: i.Rotating}
}
