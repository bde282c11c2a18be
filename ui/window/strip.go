package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/tokentray/tokentray/auth"
)

// strip is a token's life from its issue to its end, with where it is now and
// when it will be refreshed.
type strip struct {
	widget.BaseWidget
	past, turn float32 // 0 to 1; turn < 0: it doesn't refresh by itself

	track, spent, knob, tick   *panel
	now, issued, refreshes, by *line
}

const (
	stripHeight = 50
	trackTop    = 21
	trackHeight = 9
	knobSide    = 17
)

func newStrip() *strip {
	small := face{size: sizeCaption, ink: muted}
	s := &strip{
		track: newPanel(sunken, none, trackHeight/2.0), spent: newPanel(fresh, none, trackHeight/2.0),
		knob: newPanel(surface, fresh, knobSide/2.0), tick: newPanel(primary, none, 1),
		now: newLine("now", small), issued: newLine("", small), by: newLine("", small),
		refreshes: newLine("", face{size: sizeCaption, ink: primary}),
	}
	s.knob.stroke = 3
	s.ExtendBaseWidget(s)
	return s
}

// show draws the life of the token of a; there is none to draw where its ends are unknown.
func (s *strip) show(a auth.Status, now time.Time) {
	if a.IssuedAt.IsZero() || !a.ExpiresAt.After(a.IssuedAt) {
		s.Hide()
		return
	}
	s.Show()
	life := a.ExpiresAt.Sub(a.IssuedAt)
	part := func(t time.Time) float32 { return min(1, max(0, float32(t.Sub(a.IssuedAt).Seconds()/life.Seconds()))) }
	past, turn := part(now), float32(-1)
	says := ""
	if a.State != auth.StatePaused && !a.RefreshAt.IsZero() && a.RefreshAt.Before(a.ExpiresAt) {
		turn, says = part(a.RefreshAt), "refreshes "+moment(a.RefreshAt, now)
	}
	tone := toneOf(a, now)
	changed := s.issued.say("issued " + moment(a.IssuedAt, now))
	changed = s.refreshes.say(says) || changed
	changed = s.by.say(moment(a.ExpiresAt, now)) || changed
	s.spent.wear(tone, none)
	s.knob.wear(surface, tone)
	if moved := (past - s.past) * s.Size().Width; changed || turn != s.turn || moved >= 0.5 || moved <= -0.5 {
		s.past, s.turn = past, turn
		s.Refresh()
	}
}

// CreateRenderer is called by the toolkit.
func (s *strip) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{s.track, s.spent, s.tick, s.knob, s.now, s.issued, s.refreshes, s.by}
	return &bareRenderer{
		objects: objects, layout: s.place,
		least: func() fyne.Size { return fyne.NewSize(200, stripHeight) },
		refresh: func() {
			s.place(s.Size())
			for _, o := range objects {
				o.Refresh()
			}
		},
	}
}

func (s *strip) place(size fyne.Size) {
	s.track.Move(fyne.NewPos(0, trackTop))
	s.track.Resize(fyne.NewSize(size.Width, trackHeight))
	x := knobSide/2 + s.past*(size.Width-knobSide)
	s.spent.Move(fyne.NewPos(0, trackTop))
	s.spent.Resize(fyne.NewSize(x, trackHeight))
	s.knob.Move(fyne.NewPos(x-knobSide/2, trackTop+(trackHeight-knobSide)/2.0))
	s.knob.Resize(fyne.NewSquareSize(knobSide))
	put(s.now, x-s.now.natural().Width/2, 0, size.Width)

	below := float32(trackTop + trackHeight + 5)
	put(s.issued, 0, below, size.Width)
	end := size.Width - s.by.natural().Width
	put(s.by, end, below, size.Width)
	s.placeTick(size, below, end)
}

func (s *strip) placeTick(size fyne.Size, below, end float32) {
	if s.turn < 0 {
		s.tick.Hide()
		s.refreshes.Hide()
		return
	}
	s.tick.Show()
	at := s.turn * (size.Width - 2)
	s.tick.Move(fyne.NewPos(at, trackTop-6))
	s.tick.Resize(fyne.NewSize(2, trackHeight+12))
	width := s.refreshes.natural().Width
	x := min(at+2-width, end-12-width)
	if x < s.issued.natural().Width+12 {
		s.refreshes.Hide() // no room; the sentence above says it, too
		return
	}
	s.refreshes.Show()
	put(s.refreshes, x, below, size.Width)
}

// put places l at its natural size, inside 0 to width.
func put(l *line, x, y, width float32) {
	size := l.natural()
	l.Move(fyne.NewPos(max(0, min(x, width-size.Width)), y))
	l.Resize(size)
}
