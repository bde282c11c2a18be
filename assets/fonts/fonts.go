// Package fonts embeds Inter (version 4.0 beta 7 as packaged by Debian, SIL Open
// Font License 1.1, LICENSE.txt beside the files) in the three weights that the
// window uses. Only the window imports it, so that the slim executable stays slim.
package fonts

import _ "embed" // the files beside this one

var (
	//go:embed Inter-Regular.otf
	regular []byte
	//go:embed Inter-Medium.otf
	medium []byte
	//go:embed Inter-SemiBold.otf
	semiBold []byte
	//go:embed LICENSE.txt
	license string
)

// Regular is for running text.
func Regular() []byte { return regular }

// Medium is for buttons.
func Medium() []byte { return medium }

// SemiBold is for names and headings.
func SemiBold() []byte { return semiBold }

// License is the licence that travels with the fonts.
func License() string { return license }
