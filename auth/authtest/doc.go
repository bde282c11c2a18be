// Package authtest has what stands in for the outside in tests of auth: a Vault
// in memory and a Clock that is moved by hand.
package authtest
