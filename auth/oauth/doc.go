// Package oauth is how Tokentray talks to providers: the real auth.Wire.
//
// A sign-in is an attempt. It has secrets of its own (state, PKCE verifier,
// nonce) and waits behind a door: the one listener on a loopback port, shared by
// every attempt that waits there. A callback gets past the door only with the
// state of an attempt, and it ends that attempt and no other. The code is then
// redeemed exactly once.
//
// Whatever is asked of a token endpoint is a question; it is sent once, never
// repeated, and never follows a redirect. What is heard is read tolerantly: a
// rotated refresh token in an odd answer must not be lost. What a provider says
// in words is cleaned of everything that was sent before anybody sees it.
package oauth
