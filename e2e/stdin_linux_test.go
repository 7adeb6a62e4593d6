package e2e

import (
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestSignalEndsACommandReadingStandardInput: nobody writes there, and nobody closes it (S10).
func TestSignalEndsACommandReadingStandardInput(t *testing.T) {
	for _, args := range [][]string{{"parse", "-"}, {"import", "-"}, {"dedup", "eval", "-"}} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		cmd := command(args...)
		cmd.Stdin = r
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := w.WriteString("<"); err != nil {
			t.Fatal(err)
		}
		for n := 1; n > 0; { // until it has read, and waits for more
			if n, err = unread(r); err != nil {
				t.Fatal(err)
			}
		}
		r.Close()
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); !cmd.ProcessState.Exited() {
			t.Errorf("%q: %v", args, err)
		}
	}
}

// unread is how many bytes wait in a pipe.
func unread(r *os.File) (int, error) { return unix.IoctlGetInt(int(r.Fd()), unix.TIOCINQ) }
