package window

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
	"rsc.io/qr"
)

// qrView is an address as a picture for a phone's camera: black on white in both
// themes, because cameras want it so, with the quiet zone of ISO/IEC 18004 §9.1.
type qrView struct {
	widget.BaseWidget
	says    string
	picture *canvas.Image
}

// qrSide is large enough for a phone at arm's length.
const qrSide = 176

var _ fyne.Accessible = (*qrView)(nil)

func newQRView() *qrView {
	v := &qrView{picture: canvas.NewImageFromImage(image.NewNRGBA(image.Rect(0, 0, 1, 1)))}
	v.picture.ScaleMode = canvas.ImageScalePixels
	v.ExtendBaseWidget(v)
	v.Hide()
	return v
}

// show draws address; one that doesn't fit into a picture, and "", draws none.
func (v *qrView) show(address, says string) {
	v.says = says
	code, err := qr.Encode(address, qr.M)
	if address == "" || err != nil {
		v.Hide()
		return
	}
	v.picture.Image = modules(code)
	v.picture.Refresh()
	v.Show()
}

// quiet is how many modules around the code stay white.
const quiet = 4

// modules is code with a pixel for each module; the toolkit makes them larger.
func modules(code *qr.Code) image.Image {
	side := code.Size + 2*quiet
	picture := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			c := color.NRGBA{R: 0xFF, G: 0xFF, B: 0xFF, A: 0xFF}
			if code.Black(x-quiet, y-quiet) {
				c = color.NRGBA{A: 0xFF}
			}
			picture.SetNRGBA(x, y, c)
		}
	}
	return picture
}

// AccessibilityLabel says what the picture is for.
func (v *qrView) AccessibilityLabel() string { return v.says }

// AccessibilityRole is that of a text: it stands for one.
func (v *qrView) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is called by the toolkit.
func (v *qrView) CreateRenderer() fyne.WidgetRenderer {
	return &bareRenderer{
		objects: []fyne.CanvasObject{v.picture},
		layout:  func(size fyne.Size) { v.picture.Resize(size) },
		least:   func() fyne.Size { return fyne.NewSquareSize(qrSide) },
		refresh: func() { v.picture.Refresh() },
	}
}
