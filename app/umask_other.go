//go:build !unix

package app

// ownerOnly runs do; this system has no umask.
func ownerOnly(do func()) { do() }
