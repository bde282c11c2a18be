//go:build !linux && !darwin && !windows

package desktop

import (
	"context"
	"errors"

	"github.com/tokentray/tokentray/auth"
)

func watchSystem(context.Context, string, func(auth.Signal)) error { return errors.ErrUnsupported }

func watchAddresses(context.Context, func()) error { return errors.ErrUnsupported }
