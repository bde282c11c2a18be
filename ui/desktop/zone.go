package desktop

import (
	"os"
	"sync"
	"time"
)

// Now is the time in the time zone where this computer is today. Go reads the zone
// once, and an agent outlives journeys.
func Now() time.Time { return time.Now().In(here.zone()) }

var here = place{file: zoneFile}

// place is where a computer is, by the file that the system says it with.
type place struct {
	file string // "": the system has none, and Go's zone stays

	mu   sync.Mutex
	read os.FileInfo // the file, as it was read; nil: it was not
	is   *time.Location
}

// zone looks whether the file is another one than before, and reads it then. Where it
// can't be read the zone stays as it was.
func (p *place) zone() *time.Location {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.is == nil {
		p.is = time.Local
	}
	if _, chosen := os.LookupEnv("TZ"); chosen || p.file == "" {
		return p.is
	}
	info, err := os.Stat(p.file)
	if err != nil || p.read != nil && os.SameFile(info, p.read) && info.ModTime().Equal(p.read.ModTime()) {
		return p.is
	}
	data, err := os.ReadFile(p.file)
	if err != nil {
		return p.is
	}
	if is, err := time.LoadLocationFromTZData("Local", data); err == nil {
		p.read, p.is = info, is
	}
	return p.is
}
