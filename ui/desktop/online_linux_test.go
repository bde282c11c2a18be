package desktop

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/tokentray/tokentray/auth"
	fixture "github.com/tokentray/tokentray/test/desktop"
)

// stateIs and changedTo are what NetworkManager says.
func stateIs(state uint32) *dbus.Signal {
	return &dbus.Signal{Path: networkManagerPath, Name: networkManager + ".StateChanged", Body: []any{state}}
}

func changedTo(what map[string]any) *dbus.Signal {
	changed := map[string]dbus.Variant{}
	for name, value := range what {
		changed[name] = dbus.MakeVariant(value)
	}
	return &dbus.Signal{Path: networkManagerPath, Name: propertiesOf + ".PropertiesChanged", Body: []any{networkManager, changed, []string{}}}
}

func state(s uint32) *dbus.Signal        { return changedTo(map[string]any{"State": s}) }
func connectivity(c uint32) *dbus.Signal { return changedTo(map[string]any{"Connectivity": c}) }

func both(s, c uint32) *dbus.Signal {
	return changedTo(map[string]any{"State": s, "Connectivity": c, "Metered": uint32(4)})
}

func TestTheWayOutIsOpenOnceEachTime(t *testing.T) {
	const disconnected, connecting, site, global = 20, 40, 60, 70
	const none, portal, limited, full = 1, 2, 3, 4
	for _, row := range []struct {
		what string
		said []*dbus.Signal
		want int
	}{
		{"it is said for the first time", []*dbus.Signal{stateIs(global)}, 1},
		{"so by its other name", []*dbus.Signal{connectivity(full)}, 1},
		{"it is said again", []*dbus.Signal{stateIs(global), state(global), connectivity(full), both(global, full), stateIs(global)}, 1},
		{"the router's own way goes and comes", []*dbus.Signal{both(global, full), stateIs(site), both(site, limited), stateIs(global), both(global, full)}, 2},
		{"one after the other", []*dbus.Signal{both(site, limited), stateIs(global), connectivity(full)}, 1},
		{"the other after the one", []*dbus.Signal{both(site, limited), connectivity(full), stateIs(global)}, 1},
		{"half of it only", []*dbus.Signal{both(site, limited), connectivity(full)}, 0},
		{"a network login is done", []*dbus.Signal{both(site, portal), both(global, full)}, 1},
		{"a network login", []*dbus.Signal{both(global, portal)}, 0},
		{"nothing is tried, another network comes", []*dbus.Signal{stateIs(global), stateIs(disconnected), stateIs(connecting), stateIs(global)}, 2},
		{"it is tried anew", []*dbus.Signal{both(global, full), connectivity(0), connectivity(full)}, 1},
		{"the network goes", []*dbus.Signal{both(disconnected, none), stateIs(10)}, 0},
		{"nothing of it", []*dbus.Signal{changedTo(map[string]any{"Metered": uint32(4)}), changedTo(nil)}, 0},
		{"of something else", []*dbus.Signal{{
			Name: propertiesOf + ".PropertiesChanged",
			Body: []any{networkManager + ".Device", map[string]dbus.Variant{"State": dbus.MakeVariant(uint32(global))}, []string{}},
		}}, 0},
		{"in numbers of another kind", []*dbus.Signal{
			changedTo(map[string]any{"State": "global", "Connectivity": int32(full)}),
			{Name: networkManager + ".StateChanged", Body: []any{"global"}},
			{Name: networkManager + ".StateChanged"},
			{Name: propertiesOf + ".PropertiesChanged", Body: []any{networkManager}},
		}, 0},
	} {
		var w wayOut
		opened := 0
		for _, s := range row.said {
			if w.hear(s) {
				opened++
			}
		}
		if opened != row.want {
			t.Errorf("%s: it opened %d times, want %d", row.what, opened, row.want)
		}
	}
}

func TestNetworkManagerTellsThatTheWayOutIsThereAgain(t *testing.T) {
	bus := fixture.StartBus(t)
	login, told := hearing(t, bus)
	manager, stranger := being(t, bus, networkManager), bus.Dial(t)
	for _, row := range []struct {
		what string
		from *dbus.Conn
		said *dbus.Signal
		want []auth.Signal
	}{
		{"the way out goes", manager, both(60, 3), nil},
		{"a stranger tells everybody that it is back", stranger, both(70, 4), nil},
		{"a network login is done", manager, both(70, 4), []auth.Signal{auth.SignalOnline}},
		{"it is said again", manager, stateIs(70), nil},
		{"the state alone goes", manager, stateIs(60), nil},
		{"the login manager says that it comes", login, stateIs(70), nil},
		{"it comes", manager, stateIs(70), []auth.Signal{auth.SignalOnline}},
		{"NetworkManager tells of a sleep", manager, prepareForSleep(true), nil},
	} {
		speak(t, row.from, row.said, "")
		if got := told(); !slices.Equal(got, row.want) {
			t.Errorf("%s: told %q, want %q", row.what, got, row.want)
		}
	}

	if err := manager.Close(); err != nil {
		t.Fatal(err)
	}
	manager = being(t, bus, networkManager) // as after an upgrade
	speak(t, manager, stateIs(70), "")
	if got, want := told(), []auth.Signal{auth.SignalOnline}; !slices.Equal(got, want) {
		t.Errorf("one that came anew had %q told, want %q", got, want)
	}
}

// Whatever is asked of the bus, it delivers what is sent to one connection alone.
func TestAStrangerWhoSpeaksToUsAloneIsNotHeard(t *testing.T) {
	bus := fixture.StartBus(t)
	stranger := bus.Dial(t)
	others := names(t, stranger)
	login, told := hearing(t, bus)
	others = append(others, login.Names()...)
	lost := &dbus.Signal{Path: "/org/freedesktop/DBus", Name: busName + ".NameOwnerChanged", Body: []any{loginName, login.Names()[0], ""}}
	spoken := 0
	for _, name := range names(t, stranger) {
		if slices.Contains(others, name) {
			continue
		}
		spoken++
		for _, said := range []*dbus.Signal{prepareForSleep(true), stateIs(70), both(70, 4), lost} {
			speak(t, stranger, said, name)
			if got := told(); len(got) > 0 {
				t.Errorf("a stranger’s %s had %q told", said.Name, got)
			}
		}
	}
	if spoken != 1 {
		t.Fatalf("it spoke to %d connections, want the one that listens", spoken)
	}
}

// hearing has watchSystem listen, until t ends. told is what it told until now: the login
// manager says last that the machine is awake.
func hearing(t *testing.T, bus fixture.Bus) (login *dbus.Conn, told func() []auth.Signal) {
	t.Helper()
	heard, ended := make(chan auth.Signal, 16), make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(func() { stop(); <-ended })
	go func() {
		defer close(ended)
		_ = watchSystem(ctx, bus.Address, func(s auth.Signal) { heard <- s }) // that it was stopped
	}()
	login = being(t, bus, loginName)
	tellSleep(t, login, heard, true) // it listens
	told = func() []auth.Signal {
		t.Helper()
		speak(t, login, prepareForSleep(false), "")
		return await(t, heard, auth.SignalWoke)
	}
	told() // repetitions
	return login, told
}

func prepareForSleep(before bool) *dbus.Signal {
	return &dbus.Signal{Path: loginPath, Name: loginInterface + "." + sleepSignal, Body: []any{before}}
}

// speak sends said, to everybody where to is "", and waits until the bus has passed it on.
func speak(t *testing.T, from *dbus.Conn, said *dbus.Signal, to string) {
	t.Helper()
	dot := strings.LastIndexByte(said.Name, '.')
	m := &dbus.Message{Type: dbus.TypeSignal, Body: said.Body, Headers: map[dbus.HeaderField]dbus.Variant{
		dbus.FieldPath:      dbus.MakeVariant(said.Path),
		dbus.FieldInterface: dbus.MakeVariant(said.Name[:dot]),
		dbus.FieldMember:    dbus.MakeVariant(said.Name[dot+1:]),
		dbus.FieldSignature: dbus.MakeVariant(dbus.SignatureOf(said.Body...)),
	}}
	if to != "" {
		m.Headers[dbus.FieldDestination] = dbus.MakeVariant(to)
	}
	if call := from.Send(m, nil); call.Err != nil {
		t.Fatal(call.Err)
	}
	names(t, from) // it answers in turn
}

// names are those of the bus.
func names(t *testing.T, conn *dbus.Conn) (all []string) {
	t.Helper()
	if err := conn.BusObject().Call(busName+".ListNames", 0).Store(&all); err != nil {
		t.Fatal(err)
	}
	return all
}
