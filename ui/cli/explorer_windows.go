package cli

import "github.com/spf13/cobra"

// leaveExplorerAlone turns off what cobra does when a program is started by a
// double click: it would tell the person to use a console instead.
func leaveExplorerAlone() { cobra.MousetrapHelpText = "" }
