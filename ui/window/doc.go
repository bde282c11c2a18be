// Package window is the Fyne window: the accounts on the left, the chosen one on
// the right, and the few screens that lead to an account.
//
// Every view is a struct that is built once and shown often: show takes what the
// agent said, or the time, and changes only what differs. The Window owns the
// views, one ticker, and the errands: calls of the Desk that run off the UI thread
// and come back to it. The package never imports fyne.io/fyne/v2/app, so that each
// screen can be built and tapped without OpenGL or a display; ui/window/open does.
package window
