package storage

import (
	"runtime"
	"time"

	"golang.org/x/crypto/argon2"
)

const (
	// A passphrase takes about this long to try, on the machine where it was set:
	// a person hardly waits, and a guesser pays it for every guess.
	tryTime = 750 * time.Millisecond

	// leastMemory is that of the second recommendation of RFC 9106 §4; mostMemory
	// is what a small machine can spare for a moment.
	leastMemory = 64 << 10 // KiB
	mostMemory  = 256 << 10

	// fewPasses: with more, memory is the better thing to spend time on, because a
	// guesser with many chips is short of it.
	fewPasses = 6
	mostLanes = 4
)

// passphraseCost is what is asked for, or what suits this machine.
func (v *Vault) passphraseCost() PassphraseCost {
	if v.cost == (PassphraseCost{}) {
		v.cost = suitableCost(uint8(min(runtime.NumCPU(), mostLanes)), measure)
	}
	return v.cost
}

// suitableCost finds what takes about tryTime where one derivation takes as long
// as took says.
func suitableCost(lanes uint8, took func(PassphraseCost) time.Duration) PassphraseCost {
	cost := PassphraseCost{Time: 1, MemoryKiB: leastMemory, Threads: lanes}
	once := max(took(cost), 1)
	for once*fewPasses < tryTime && cost.MemoryKiB < mostMemory {
		cost.MemoryKiB *= 2
		once = max(took(cost), 1)
	}
	passes := (tryTime + once/2) / once
	cost.Time = uint32(min(max(passes, 1), time.Duration(dearestPassphrase.Time)))
	return cost
}

// measure derives a key from nothing that matters.
func measure(cost PassphraseCost) time.Duration {
	began := time.Now()
	argon2.IDKey(make([]byte, 1), make([]byte, saltLength), cost.Time, cost.MemoryKiB, cost.Threads, keyLength)
	return time.Since(began)
}
