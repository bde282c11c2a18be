//go:build unix

package seat

import (
	"errors"
	"fmt"
	"strings"

	"github.com/godbus/dbus/v5"
)

// The names of the tray on the bus (freedesktop.org's StatusNotifierItem, KDE's name).
const (
	watcher     = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	itemFace    = "org.kde.StatusNotifierItem"
	itemPath    = "/StatusNotifierItem"
	menuFace    = "com.canonical.dbusmenu"
)

var errNoMenu = errors.New("the icon has no menu")

// Entry is a line of the tray's menu; a separator has the label "-".
type Entry struct {
	id    int32
	Label string
}

// icon finds the one icon that the panel knows of.
func (s *Seat) icon() (dbus.BusObject, bool) {
	v, err := s.conn.Object(watcher, watcherPath).GetProperty(watcher + ".RegisteredStatusNotifierItems")
	if err != nil {
		return nil, false
	}
	items, _ := v.Value().([]string)
	if len(items) != 1 {
		return nil, false
	}
	name, _, _ := strings.Cut(items[0], "/")
	s.item = name
	return s.conn.Object(name, itemPath), true
}

// HasIcon reports whether there is exactly one icon in the tray, and somebody behind it.
func (s *Seat) HasIcon() bool {
	_, ok := s.iconProperty("Title")
	return ok
}

func (s *Seat) iconProperty(name string) (any, bool) {
	icon, ok := s.icon()
	if !ok {
		return nil, false
	}
	v, err := icon.GetProperty(itemFace + "." + name)
	return v.Value(), err == nil
}

// Tooltip is what stands beside the icon; "" where there is none.
func (s *Seat) Tooltip() string {
	v, ok := s.iconProperty("ToolTip")
	if !ok {
		return ""
	}
	parts, _ := v.([]any) // name, pictures, title, text
	var text []string
	for _, p := range parts {
		if t, ok := p.(string); ok && t != "" {
			text = append(text, t)
		}
	}
	return strings.Join(text, "\n")
}

// Activate clicks on the icon.
func (s *Seat) Activate() {
	s.t.Helper()
	icon, ok := s.icon()
	if !ok {
		s.t.Fatal("there is no icon in the tray")
	}
	if err := icon.Call(itemFace+".Activate", 0, int32(0), int32(0)).Err; err != nil {
		s.t.Fatalf("click on the icon: %v", err)
	}
}

// Menu is what the icon's menu says, as a panel reads it; nil where there is none.
func (s *Seat) Menu() []Entry {
	at, ok := s.iconProperty("Menu")
	if !ok {
		return nil
	}
	path, _ := at.(dbus.ObjectPath)
	var revision uint32
	var root node
	if s.conn.Object(s.item, path).Call(menuFace+".GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root) != nil {
		return nil
	}
	return root.entries()
}

// node is an entry of the menu as it comes over the bus.
type node struct {
	ID         int32
	Properties map[string]dbus.Variant
	Children   []dbus.Variant
}

// entries are those below n; a menu in the menu follows the entry that opens it.
func (n node) entries() []Entry {
	var all []Entry
	for _, child := range n.Children {
		var c node
		if dbus.Store([]any{child.Value()}, &c) != nil {
			return nil
		}
		label, _ := c.Properties["label"].Value().(string)
		if c.Properties["type"].Value() == "separator" {
			label = "-"
		}
		all = append(append(all, Entry{c.ID, label}), c.entries()...)
	}
	return all
}

// Choose opens the menu, as often as it takes until an entry begins so, and chooses
// it.
func (s *Seat) Choose(beginning string) {
	s.t.Helper()
	const menu = 0
	var entry Entry
	s.Await("the menu's line "+beginning, func() bool {
		if s.event(menu, "opened") != nil {
			return false // the icon comes or goes
		}
		for _, e := range s.Menu() {
			if strings.HasPrefix(e.Label, beginning) {
				entry = e
				return true
			}
		}
		return false
	})
	if err := s.event(entry.id, "clicked"); err != nil {
		s.t.Fatalf("choose %q: %v", entry.Label, err)
	}
}

// event tells what a person does with an entry of the menu.
func (s *Seat) event(id int32, what string) error {
	at, _ := s.iconProperty("Menu")
	path, ok := at.(dbus.ObjectPath)
	if !ok {
		return errNoMenu
	}
	return s.conn.Object(s.item, path).Call(menuFace+".Event", 0, id, what, dbus.MakeVariant(int32(0)), uint32(0)).Err
}

// IconPicture is what the icon looks like, for comparing; "" where there is none.
func (s *Seat) IconPicture() string {
	v, _ := s.iconProperty("IconPixmap")
	pixmaps, _ := v.([][]any) // width, height, dots
	return fmt.Sprint(pixmaps)
}
