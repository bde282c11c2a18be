// Package auth is the domain of Tokentray: what it means to stay signed in.
//
// The model in one breath: a Provider says how to ask (endpoints, client
// authentication, quirks). A Client is a registration there. An Account is one
// sign-in a person cares about, made with a Client at a Provider. What the
// provider gave for it is the Grant: refresh token, access token, times, and a
// generation that grows by one with every answer that replaced it. Callers get
// a Token, which never holds a refresh token. The Vault keeps Clients, Accounts
// and Grants; the Wire talks to providers; the Keeper owns every live grant,
// decides when to refresh, saves before it publishes, and hands out tokens.
// Desk is the small interface by which everybody else reaches the Keeper.
//
// The one rule everything here serves: nothing but a newer validated grant or a
// person ever replaces a refresh token, and what was received is on disk before
// anyone sees it.
//
// The package imports the standard library and nothing else.
package auth
