package cli

import "github.com/tokentray/tokentray/auth"

// The exit codes are a contract with scripts.
const (
	exitDone        = 0
	exitOther       = 1
	exitUsage       = 2
	exitUnknown     = 3 // no such account or provider
	exitSignIn      = 4 // a person has to sign in
	exitUnreachable = 5 // the provider can't be reached or is failing
	exitVault       = 6
	exitSettings    = 7 // the provider rejects the client
	exitInterrupted = 130
)

// exitCode is the exit code for every kind of error.
func exitCode(k auth.Kind) int {
	switch k {
	case auth.KindUsage, auth.KindAmbiguousName, auth.KindNameTaken:
		return exitUsage
	case auth.KindUnknownAccount, auth.KindUnknownProvider:
		return exitUnknown
	case auth.KindSignInNeeded, auth.KindDenied, auth.KindTimedOut, auth.KindOtherPerson, auth.KindInDoubt:
		return exitSignIn
	case auth.KindUnreachable, auth.KindThrottled, auth.KindIntercepted:
		return exitUnreachable
	case auth.KindVault:
		return exitVault
	case auth.KindMisconfigured:
		return exitSettings
	case auth.KindCancelled:
		return exitInterrupted
	case auth.KindInternal, auth.KindInvalidAnswer, auth.KindPaused, auth.KindPortTaken, auth.KindAgent, auth.KindDesktop:
	}
	return exitOther
}
