// Package tray shows Tokentray's icon and its menu in the system tray.
//
// What is shown is a pure function of a Snapshot; Run shows it, and shows it anew
// when it changed. The menu has no countdown: it tells until when a token is good.
package tray
