// Package assets holds what is built into the executables: the provider files
// and the icons. Everything in it is read-only.
package assets

import (
	"embed"
	"io/fs"
)

//go:embed providers/*.toml
var files embed.FS

// Providers holds the built-in provider files (docs/providers.md), *.toml at its root.
var Providers = providers()

// providers is files without its folder's name.
func providers() fs.FS {
	sub, err := fs.Sub(files, "providers")
	if err != nil {
		panic("assets: " + err.Error()) // "providers" is a valid path
	}
	return sub
}

// IconPNG is icons/icon.svg, a key whose bow is a countdown ring, as a PNG of 96 × 96
// for notifications. The tray's own pictures are TrayPlain, TrayNeedsYou and TrayDimmed: a white key with a dark rim, which
// stands out on a panel of any colour; PNG of 64 × 64, on Windows ICO.
// icons/render makes them all.
//
//go:embed icons/icon.png
var IconPNG []byte
