// Package desktop is what the desktop offers, one function or small noun for
// each: today the browser. What a platform lacks is answered with an error that
// says so, never by doing nothing.
package desktop
