package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestOpenOnAFullOrReadOnlyDisk: the error names the disk, not the permissions.
func TestOpenOnAFullOrReadOnlyDisk(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: only root may mount a small disk")
	}
	for _, existing := range []bool{false, true} {
		for _, readOnly := range []bool{false, true} {
			disk := t.TempDir()
			if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=2m"); err != nil {
				t.Skipf("SKIPPED: no small disk can be mounted here: %v", err)
			}
			t.Cleanup(func() { syscall.Unmount(disk, syscall.MNT_DETACH) })
			path := filepath.Join(disk, "oped.db")
			if existing {
				s, err := Open(t.Context(), path, Options{})
				if err != nil {
					t.Fatal(err)
				}
				s.Close()
			}
			kind, hint := ErrDiskFull, "free some space"
			if readOnly {
				kind, hint = ErrUnreadable, "read-only"
				if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
					t.Fatal(err)
				}
			} else if err := os.WriteFile(disk+"/filler", make([]byte, 3<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("the disk is not full: %v", err)
			}
			s, err := Open(t.Context(), path, Options{})
			if err == nil {
				s.Close()
				t.Errorf("existing %v, read-only %v: opened", existing, readOnly)
				continue
			}
			var e *Error
			if !errors.As(err, &e) || !errors.Is(err, kind) || !strings.Contains(e.Hint(), hint) {
				t.Errorf("existing %v, read-only %v: %v", existing, readOnly, err)
			}
		}
	}
}
