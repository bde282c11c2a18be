package open

import "testing"

func TestWhatNobodyCanTellIsNotMinimised(t *testing.T) {
	var i icon
	i.find(nil) // no window of a driver's: as on Wayland, nobody can be asked
	if i.minimised() {
		t.Error("a window that nobody knows of counts as minimised")
	}
	i.close()
}
