package window

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// inspectView shows what the tokens of an account say to whoever reads them. The
// agent has cut their signatures off: what is here is no token any more.
type inspectView struct {
	back    *button
	heading *prose
	tokens  *fyne.Container
	whole   *fyne.Container
}

func newInspectView(k keys, back func()) *inspectView {
	v := &inspectView{heading: newProse("", headingFace()), tokens: container.New(column{26})}
	v.back = newBackLink(k, back)
	note := newProse("Read on this computer; nothing was sent anywhere. Whether the signature is genuine is the API’s to check.",
		face{size: sizeText, ink: muted})
	page := container.New(column{22}, container.New(column{5}, container.New(beside{stretch: -1}, v.back), v.heading, note), v.tokens)
	v.whole = container.NewStack(newPanel(ground, none, 0), newPage(32, 24, container.New(atMost{760}, page)))
	return v
}

func (v *inspectView) object() fyne.CanvasObject { return v.whole }
func (v *inspectView) first() fyne.Focusable     { return v.back }

func (v *inspectView) show(d auth.Details, now time.Time) {
	v.heading.say("What the token of " + words.Plain(d.Name) + " says")
	v.tokens.Objects = nil
	for _, t := range d.Tokens {
		v.tokens.Add(tokenCard(t, now))
	}
	v.whole.Refresh()
}

func tokenCard(t auth.Inspection, now time.Time) fyne.CanvasObject {
	title := "Access token"
	if t.Of == "id_token" {
		title = "ID token"
	}
	rows := container.New(column{7}, newLine(title, face{size: sizeName + 1, style: semiBold, ink: ink}))
	for _, part := range []struct{ name, json string }{{"Claims", t.Claims}, {"Header", t.Header}} {
		rows.Add(gapOf(4))
		rows.Add(newLine(part.name, face{size: sizeSmall, style: semiBold, ink: muted}))
		for _, m := range membersOf(part.json) {
			rows.Add(memberRow(m, now))
		}
	}
	return container.New(card{20, 18}, newPanel(surface, hairline, 12), rows)
}

// member is one name and value of a JSON object.
type member struct{ name, value string }

// mostMembers bounds a row of claims: no screen has room for more, and no token that is meant well has them.
const mostMembers = 80

// membersOf are those of an object in the order in which they were written; what
// isn't an object has none.
func membersOf(text string) []member {
	d := json.NewDecoder(strings.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil
	}
	var all []member
	for d.More() && len(all) < mostMembers {
		name, err := d.Token()
		var raw json.RawMessage
		if err != nil || d.Decode(&raw) != nil {
			break
		}
		key, _ := name.(string)
		all = append(all, member{key, plainValue(raw)})
	}
	return all
}

// mostValue bounds what is shown of one value, in characters.
const mostValue = 1200

// plainValue is a value as a person reads it: a text without its quotes, a list of
// texts with commas, the rest as JSON on one line.
func plainValue(raw json.RawMessage) string {
	var text string
	var list []string
	var packed bytes.Buffer
	switch {
	case json.Unmarshal(raw, &text) == nil:
	case json.Unmarshal(raw, &list) == nil:
		text = strings.Join(list, ", ")
	case json.Compact(&packed, raw) == nil:
		text = packed.String()
	}
	text = words.Plain(text)
	if runes := []rune(text); len(runes) > mostValue {
		text = string(runes[:mostValue]) + "…"
	}
	return text
}

// memberLayout is a name and, beside it, what it says.
type memberLayout struct{}

const memberWidth = 150

func (memberLayout) name(width float32) float32 { return min(memberWidth, width*0.3) }

// Layout places name and rest.
func (l memberLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w := l.name(size.Width)
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(fyne.NewSize(w-6, objects[0].MinSize().Height))
	objects[1].Move(fyne.NewPos(w, 0))
	objects[1].Resize(fyne.NewSize(size.Width-w, size.Height))
}

// MinSize is that of the name; the layouts around it ask for the height.
func (memberLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(2*cuttable, objects[0].MinSize().Height)
}

func (l memberLayout) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return max(objects[0].MinSize().Height, heightOf(objects[1], width-l.name(width)))
}

func memberRow(m member, now time.Time) fyne.CanvasObject {
	name := newFlexible(face{size: sizeSmall, style: mono, ink: muted})
	name.say(words.Plain(m.name))
	value := newProse(m.value, face{size: sizeSmall, style: mono, ink: ink})
	about := words.Claim(m.name)
	if t, is := timeOf(m); is {
		about += ": " + day(t, now) + ", " + words.FromNow(t, now)
	}
	rest := container.New(column{1}, value)
	if about != "" {
		rest.Add(newProse(about, face{size: sizeSmall, ink: muted}))
	}
	return container.New(memberLayout{}, name, rest)
}

// timeOf is the time that a claim stands for (RFC 7519 §2, NumericDate).
func timeOf(m member) (time.Time, bool) {
	seconds, err := strconv.ParseFloat(m.value, 64)
	const year9999 = 253402300799
	if !words.ClaimTime(m.name) || err != nil || seconds <= 0 || seconds > year9999 {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0), true
}

// inspect turns to what the tokens of the chosen account say.
func (w *Window) inspect() {
	if d := w.home.account.details; d.ID == w.chosen && len(d.Tokens) > 0 {
		w.inspected.show(d, w.parts.Now())
		w.turnTo(w.inspected)
	}
}
