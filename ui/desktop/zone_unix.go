//go:build unix

package desktop

// zoneFile is a link to the zone's rules, or a copy of them.
const zoneFile = "/etc/localtime"
