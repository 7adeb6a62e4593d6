//go:build !unix

package main

// ownerOnly runs do; this system has no umask.
func ownerOnly(do func()) { do() }
