package auth

import (
	"context"
	"strings"
)

// anyOpenID is the provider of the catalogue that stands for every one with an
// issuer, and issuerSetting the setting of it that says which.
const (
	anyOpenID     ProviderID = "oidc"
	issuerSetting string     = "issuer"
)

// discoveryPath is what follows an issuer in the address of its discovery document
// (OpenID Connect Discovery 1.0 §4.1): that is what people find and copy.
const discoveryPath = "/.well-known/openid-configuration"

// Discover resolves the OpenID Connect provider that has this issuer; the address
// of its discovery document does as well. Errors: KindUsage for what can't be an
// issuer, otherwise what came of asking it.
func (k *Keeper) Discover(ctx context.Context, issuer string) (Provider, error) {
	issuer = strings.TrimSuffix(strings.TrimSpace(issuer), discoveryPath)
	if err := CheckAddress(issuer); err != nil {
		return Provider{}, &Error{Kind: KindUsage, Detail: "the issuer has to be " + err.Error(), Cause: err}
	}
	p, known := k.catalogue.Provider(anyOpenID)
	if !known {
		return Provider{}, &Error{Kind: KindUnknownProvider, Provider: string(anyOpenID)}
	}
	p, err := p.With(map[string]string{issuerSetting: issuer})
	if err != nil {
		return Provider{}, err
	}
	found, err := k.wire.Discover(ctx, p)
	if err != nil {
		return Provider{}, wireError(err, "", hostOf(issuer))
	}
	return found, nil
}

// Paste finishes a sign-in with the address that the browser ended at. Errors:
// KindUsage; the attempt goes on waiting then.
func (k *Keeper) Paste(_ context.Context, attempt string, address Secret) error {
	switch {
	case attempt == "":
		return &Error{Kind: KindUsage, Detail: "it is not said which sign-in the address belongs to"}
	case address.IsZero():
		return &Error{Kind: KindUsage, Detail: "no address was given"}
	}
	if err := k.wire.Paste(attempt, address); err != nil {
		return wireError(err, "", "")
	}
	return nil
}
