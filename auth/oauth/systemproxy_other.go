//go:build !windows

package oauth

// readSettings is empty: there, programs go by the environment.
func readSettings() proxySettings { return proxySettings{} }
