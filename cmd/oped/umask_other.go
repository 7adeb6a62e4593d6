//go:build !unix

package main

// ownerOnly runs do: there is no umask here.
func ownerOnly(do func()) { do() }
