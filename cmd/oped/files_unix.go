//go:build unix

package main

import "syscall"

// openFiles is how many files this process may have open. Go has raised the limit as far as it may be.
func openFiles() uint64 {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return 1024
	}
	return uint64(l.Cur)
}
