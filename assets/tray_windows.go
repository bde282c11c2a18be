package assets

import _ "embed" // go:embed

// The tray's pictures, see IconPNG.
var (
	//go:embed icons/tray-any-panel.ico
	TrayPlain []byte
	//go:embed icons/tray-any-panel-attention.ico
	TrayNeedsYou []byte
	//go:embed icons/tray-any-panel-dimmed.ico
	TrayDimmed []byte
)
