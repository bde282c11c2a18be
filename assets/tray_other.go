//go:build !windows

package assets

import _ "embed" // go:embed

// The tray's pictures, see IconPNG.
var (
	//go:embed icons/tray-any-panel.png
	TrayPlain []byte
	//go:embed icons/tray-any-panel-attention.png
	TrayNeedsYou []byte
	//go:embed icons/tray-any-panel-dimmed.png
	TrayDimmed []byte
)
