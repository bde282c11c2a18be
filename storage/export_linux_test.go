package storage

// What the kernel says about file systems, and what is made of it.
var (
	MountedAs    = mountedAs
	NetworkMagic = networkMagic
)
