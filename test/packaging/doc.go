// Package packaging holds what packages are made of, in the folder of the same name
// at the top, to what the program is.
package packaging
