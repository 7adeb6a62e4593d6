package store

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestUnreadableNamesTheCause: each cause has its own remedy.
func TestUnreadableNamesTheCause(t *testing.T) {
	for _, tt := range []struct {
		cause syscall.Errno
		kind  error
		hint  string
	}{
		{syscall.ENOSPC, ErrDiskFull, "free some space"},
		{syscall.EDQUOT, ErrDiskFull, "quota"},
		{syscall.EROFS, ErrUnreadable, "read-only"},
		{syscall.EACCES, ErrUnreadable, "check the permissions"},
		{syscall.EPERM, ErrUnreadable, "check the permissions"},
		{syscall.EMFILE, ErrUnreadable, "ulimit -n"},
		{syscall.EIO, ErrDisk, "dmesg"},
	} {
		err := unreadable("/var/oped/oped.db", &fs.PathError{Op: "open", Path: "/var/oped/oped.db", Err: tt.cause})
		var e *Error
		if !errors.As(err, &e) || !errors.Is(err, tt.kind) || !errors.Is(err, tt.cause) ||
			!strings.Contains(e.Hint(), tt.hint) {
			t.Errorf("%v: %v", tt.cause, err)
		}
	}
}

func TestTryDisk(t *testing.T) {
	dir := t.TempDir()
	if err := tryDisk(dir + "/oped.db"); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := tryDisk(dir + "/none/oped.db"); !errors.Is(err, ErrUnreadable) {
		t.Errorf("without a folder: %v", err)
	}
}
