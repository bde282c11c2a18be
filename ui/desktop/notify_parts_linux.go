package desktop

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"strings"
)

// appName is what a notification daemon calls the program.
const appName = "Tokentray"

// pixels is the type (iiibiiay) of the hint image-data.
type pixels struct {
	Width, Height, Stride int32
	HasAlpha              bool
	BitsPerSample         int32
	Channels              int32
	Data                  []byte
}

// picture makes the hint image-data of a PNG; nil where it is none.
func picture(icon []byte) *pixels {
	decoded, err := png.Decode(bytes.NewReader(icon))
	if err != nil {
		return nil // it is only a picture
	}
	plain := image.NewNRGBA(decoded.Bounds())
	draw.Draw(plain, plain.Bounds(), decoded, decoded.Bounds().Min, draw.Src)
	return &pixels{
		Width: int32(plain.Rect.Dx()), Height: int32(plain.Rect.Dy()), Stride: int32(plain.Stride),
		HasAlpha: true, BitsPerSample: 8, Channels: 4, Data: plain.Pix,
	}
}

// withoutMarkup is for daemons that don't offer body-markup: some show entities as
// they are written, and dunst 1.9 reads markup all the same. So they get signs
// that look alike and mean nothing.
var withoutMarkup = strings.NewReplacer("<", "‹", ">", "›", "&", "＆")

// choices is what Notify wants: a name and a label for each, the plain click first.
func choices(actions []Action) []string {
	var list []string
	for i, a := range actions {
		if i == 0 {
			list = append(list, clickAction, a.Label())
		}
		list = append(list, string(a), a.Label())
	}
	return list
}
