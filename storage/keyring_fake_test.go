package storage_test

import (
	"errors"
	"sync"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
)

// noKeyring is a machine that has none.
type noKeyring struct{}

var errNone = errors.New("no keyring here")

func (noKeyring) Get(string) (auth.Secret, error) { return auth.Secret{}, errNone }
func (noKeyring) Set(string, auth.Secret) error   { return errNone }
func (noKeyring) Delete(string) error             { return errNone }

// drawer is a keyring in memory.
type drawer struct {
	mu     sync.Mutex
	items  map[string]auth.Secret
	calls  int
	before func() error // of every call; may block; nil: nothing is in the way
	lose   bool         // Set says that it stored and doesn't: a dismissed prompt
}

func newDrawer() *drawer { return &drawer{items: map[string]auth.Secret{}} }

func (d *drawer) enter() error {
	d.mu.Lock()
	d.calls++
	before := d.before
	d.mu.Unlock()
	if before == nil {
		return nil
	}
	return before()
}

// hinder puts something in the way; nil takes it away.
func (d *drawer) hinder(before func() error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.before = before
}

func (d *drawer) Get(item string) (auth.Secret, error) {
	if err := d.enter(); err != nil {
		return auth.Secret{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	value, there := d.items[item]
	if !there {
		return value, storage.ErrNoItem
	}
	return value, nil
}

func (d *drawer) Set(item string, value auth.Secret) error {
	if err := d.enter(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.lose {
		d.items[item] = value
	}
	return nil
}

func (d *drawer) Delete(item string) error {
	if err := d.enter(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.items, item)
	return nil
}

// only is the one item in it, with its name.
func (d *drawer) only() (item string, value auth.Secret) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for item, value := range d.items {
		if len(d.items) == 1 {
			return item, value
		}
	}
	panic("not one item in the drawer")
}

func (d *drawer) count() (items, calls int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.items), d.calls
}

func (d *drawer) put(item string, value auth.Secret) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.items[item] = value
}
