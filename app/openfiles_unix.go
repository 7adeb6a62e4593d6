//go:build unix

package app

import "syscall"

// openFiles returns the number of files this process may open. Go has already raised the limit to its maximum.
func openFiles() uint64 {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return 1024
	}
	return uint64(l.Cur)
}
