//go:build !unix

package app

// openFiles returns the number of files this process may open.
func openFiles() uint64 { return 1 << 14 }
