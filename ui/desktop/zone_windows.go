package desktop

// zoneFile is none: Windows keeps the zone in its registry, and Go reads that once.
const zoneFile = ""
