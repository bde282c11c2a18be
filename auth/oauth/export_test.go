package oauth

import "time"

// Hurry makes w wait no longer than d for a request, so that a test of a provider
// that never answers needn't wait as long as a person would.
func (w *Wire) Hurry(d time.Duration) { w.limits.request, w.limits.document = d, d }
