//go:build unix

package app

import "syscall"

// ownerOnly runs do with a umask for the owner only, since a socket accepts connections before its mode can be
// set.
func ownerOnly(do func()) {
	defer syscall.Umask(syscall.Umask(0o177))
	do()
}
