package storage_test

import "errors"

// limitFileSize has no equivalent here.
func limitFileSize(uint64) error { return errors.ErrUnsupported }

// rotateUntilTold has no SIGTERM to wait for.
func rotateUntilTold([]string) error { return errors.ErrUnsupported }
