//go:build !linux && !windows && !darwin

package desktop

import (
	"context"

	"github.com/tokentray/tokentray/auth"
)

// SystemBoard has no clipboard to offer on this platform.
func SystemBoard(context.Context, auth.Secret, Session) (Offer, error) { return nil, ErrNoClipboard }
