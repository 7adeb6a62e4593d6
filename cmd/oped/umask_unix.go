//go:build unix

package main

import "syscall"

// ownerOnly runs do while what is made is for its owner alone: a socket has a mode only after it can be connected to.
func ownerOnly(do func()) {
	defer syscall.Umask(syscall.Umask(0o177))
	do()
}
