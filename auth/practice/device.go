package practice

import (
	"crypto/rand"
	"errors"
	"math/big"
	"strings"
	"time"
)

// deviceGrant is the grant_type of RFC 8628 §3.4.
const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

const (
	// deviceLife is what providers usually give: time to find another device.
	deviceLife = 15 * time.Minute
	// pollInterval is short, because nobody is far away here.
	pollInterval = 2 * time.Second
	// slowerBy is what polling too fast costs, for good (RFC 8628 §3.5).
	slowerBy = 5 * time.Second
)

// waitingDevice is a device authorization (RFC 8628 §3.2), in memory as codes are.
type waitingDevice struct {
	permission // whose user and signedIn are the person's, once there is one
	userCode   string
	expires    time.Time
	polled     time.Time
	interval   time.Duration
	verdict    verdict
}

// verdict is what the person said.
type verdict int

const (
	undecided verdict = iota
	allowed
	denied
)

// What a poll brings beside tokens (RFC 8628 §3.5).
var (
	errPending       = errors.New("authorization pending")
	errTooFast       = errors.New("polled too fast")
	errDenied        = errors.New("denied")
	errDeviceExpired = errors.New("device code expired")
)

// issueDevice keeps what client asks for under a new device code, and tells the
// code for the person.
func (b *book) issueDevice(device, client string, scope *string) (userCode string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.at()
	for hash, w := range b.devices {
		if now.After(w.expires.Add(lingering)) {
			delete(b.devices, hash)
		}
	}
	for userCode == "" || b.device(userCode, now) != nil {
		userCode = randomUserCode()
	}
	b.devices[hashOf(device)] = &waitingDevice{
		permission: permission{client: client, scope: scope}, userCode: userCode,
		expires: now.Add(deviceLife), interval: pollInterval,
	}
	return userCode
}

// device is who waits for a decision about userCode, or nil. It is called with the mutex held.
func (b *book) device(userCode string, now time.Time) *waitingDevice {
	for _, w := range b.devices {
		if w.userCode == userCode && w.verdict == undecided && !now.After(w.expires) {
			return w
		}
	}
	return nil
}

// waiting is what a device asks for whose code a person has entered.
func (b *book) waiting(userCode string) (permission, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w := b.device(userCode, b.at()); w != nil {
		return w.permission, true
	}
	return permission{}, false
}

// decideDevice takes a person's word on userCode; ok is false where nobody waits for it.
func (b *book) decideDevice(userCode string, v verdict, user string, signedIn time.Time) (ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w := b.device(userCode, b.at())
	if w == nil {
		return false
	}
	w.verdict, w.user, w.signedIn = v, user, signedIn
	return true
}

// pollDevice makes a family of a device code that was allowed, once.
func (b *book) pollDevice(device, client string, m func(scope *string) mint) (grant, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	hash, now := hashOf(device), b.at()
	w := b.devices[hash]
	switch {
	case w == nil:
		return grant{}, errCodeUnknown
	case w.client != client:
		return grant{}, errOtherClient
	case now.After(w.expires):
		return grant{}, errDeviceExpired
	case now.Sub(w.polled) < w.interval:
		w.polled, w.interval = now, w.interval+slowerBy
		return grant{}, errTooFast
	case w.verdict == denied:
		return grant{}, errDenied
	case w.verdict == undecided:
		w.polled = now
		return grant{}, errPending
	}
	minting, handle := m(w.scope), ""
	if minting.refresh != nil {
		handle = randomText(handleBytes)
	}
	_, g, err := b.open(family{Client: w.client, User: w.user, Scope: w.scope, SignedIn: w.signedIn}, handle, minting, now)
	if err == nil {
		delete(b.devices, hash)
	}
	return g, err
}

// userLetters are easy to type and to tell apart, and spell no words (RFC 8628 §6.1).
const userLetters = "BCDFGHJKLMNPQRSTVWXZ"

// randomUserCode is eight letters, such as WDJB-MJHT: 34 bits, for fifteen minutes.
func randomUserCode() string {
	var b strings.Builder
	for i := range 8 {
		if i == 4 {
			b.WriteByte('-')
		}
		n, _ := rand.Int(rand.Reader, big.NewInt(int64(len(userLetters)))) // crypto/rand never fails
		b.WriteByte(userLetters[n.Int64()])
	}
	return b.String()
}

// writtenUserCode is a code as it was given out, however it was typed: in small
// letters, with blanks, without the hyphen.
func writtenUserCode(typed string) string {
	letters := strings.Map(func(r rune) rune {
		if strings.ContainsRune(userLetters, r) {
			return r
		}
		return -1
	}, strings.ToUpper(typed))
	if len(letters) != 8 {
		return ""
	}
	return letters[:4] + "-" + letters[4:]
}
