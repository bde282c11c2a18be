// Package tour walks what a person can do with Tokentray, by itself: the real
// programs on a desktop that nobody sees, a real browser, a real keyring, providers
// of our own and of others. It fails where a step doesn't hold, and leaves numbered
// pictures in the folder tour, or in the one that TOUR_PICTURES names.
package tour
