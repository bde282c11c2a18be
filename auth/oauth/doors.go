package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// doors are the ports on which callbacks are waited for.
type doors struct {
	mu     sync.Mutex
	open   map[int]*door // by port
	closed bool
	// serving counts the goroutines of the doors; close waits for them.
	serving sync.WaitGroup
}

func newDoors() *doors { return &doors{open: map[int]*door{}} }

// How long a caller at the door may take: a browser needs milliseconds.
const (
	headerTime  = 5 * time.Second
	requestTime = 10 * time.Second
	// goodbye is for answers that are being written while the door closes.
	goodbye = time.Second
)

// wait puts a behind the door of its port, which is opened where it isn't yet; its
// spare ports follow where that can't be had. The port is known afterwards. The
// error is a *auth.Failure that names the port.
func (ds *doors) wait(a *attempt) (*door, error) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	if ds.closed {
		return nil, portTaken("the callback listener was closed", net.ErrClosed)
	}
	d, err := ds.at(a.redirect)
	for _, port := range append(a.redirect.spare, a.redirect.retries()...) {
		if err == nil {
			break
		}
		d, err = ds.at(a.redirect.at(port))
	}
	if err != nil {
		return nil, portTaken(whyTaken(a, err), err)
	}
	a.redirect.port = d.port
	ds.open[d.port] = d
	d.waiting = append(d.waiting, a)
	return d, nil
}

// retries are for any port on localhost: the one that is free in one family may
// be taken in the other.
func (r redirect) retries() []int {
	if r.port != 0 && len(r.spare) == 0 {
		return nil
	}
	return make([]int, 4)
}

// at is the door where r can arrive, open.
func (ds *doors) at(r redirect) (*door, error) {
	d := ds.open[r.port]
	if d != nil {
		return d, d.listen(r.host)
	}
	d = ds.newDoor(r.port)
	err := d.listen(r.host)
	if err != nil {
		d.close()
	}
	return d, err
}

// reservedOnWindows is WSAEACCES: a range of ports is kept for others there.
const reservedOnWindows = syscall.Errno(10013)

// whyTaken names the port that can't be had, and what to do about it.
func whyTaken(a *attempt, err error) string {
	r := a.redirect
	why := fmt.Sprintf("port %d on %s is taken by another program", r.port, r.host)
	if errors.Is(err, syscall.EACCES) || errors.Is(err, reservedOnWindows) {
		why = fmt.Sprintf("port %d on %s is reserved for others by this computer", r.port, r.host)
	}
	if a.ask.Provider.Redirect.Match == auth.MatchAnyPort {
		return why + "; " + named(a.ask) + " takes any port, so another one can be given"
	}
	other := usualPort
	if r.port >= usualPort && r.port < usualPort+2 {
		other = r.port + 1
	}
	return why + "; another redirect address can be registered, such as " + r.at(other).shown()
}

func (ds *doors) newDoor(port int) *door {
	d := &door{
		doors: ds, port: port, crowd: newCrowd(),
		sockets: map[string]net.Listener{}, shown: map[string]*standing{},
	}
	d.server = &http.Server{
		Handler:           d,
		ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: requestTime,
		MaxHeaderBytes: maxQuery, DisableGeneralOptionsHandler: true,
		ConnContext: d.crowd.know,
		ErrorLog:    log.New(io.Discard, "", 0), // what it quotes may hold a code
	}
	d.server.SetKeepAlivesEnabled(false)
	return d
}

// listen binds what host means: the literal address, or for localhost both
// families, because a browser may try either.
func (d *door) listen(host string) error {
	if host != "localhost" {
		return d.bind(host)
	}
	if err := d.bind("127.0.0.1"); err != nil {
		return err
	}
	if err := d.bind("::1"); err != nil && hasIPv6() {
		return err // somebody else would get callbacks meant for us
	}
	return nil
}

// hasIPv6 reports whether [::1] exists here.
func hasIPv6() bool {
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		return false
	}
	return l.Close() == nil
}

func (d *door) bind(host string) error {
	if d.sockets[host] != nil {
		return nil
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(d.port)))
	if err != nil {
		return err
	}
	if address, ok := l.Addr().(*net.TCPAddr); ok {
		d.port = address.Port
	}
	d.sockets[host] = l
	d.doors.serving.Go(func() { _ = d.server.Serve(d.crowd.guard(l)) }) // ends when the door closes
	return nil
}

// close ends listening at once; answers that are being written may finish.
func (d *door) close() {
	if d.closed {
		return
	}
	d.closed = true
	if d.doors.open[d.port] == d {
		delete(d.doors.open, d.port)
	}
	for _, l := range d.sockets {
		l.Close() // Serve says the same
	}
	d.doors.serving.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), goodbye)
		defer cancel()
		if d.server.Shutdown(ctx) != nil {
			_ = d.server.Close() // whoever is still there had its time
		}
	})
}

// close closes every door and waits for it. Nobody can wait here afterwards.
func (ds *doors) close() {
	ds.mu.Lock()
	ds.closed = true
	for _, d := range ds.open {
		if d.until != nil {
			d.until.Stop()
		}
		d.close()
	}
	ds.mu.Unlock()
	ds.serving.Wait()
}
