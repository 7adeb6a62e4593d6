//go:build unix

package store_test

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"oped/store"
)

// TestOpenWaitsForNoWriterOfTheMark: a named pipe in its place accuses nobody.
func TestOpenWaitsForNoWriterOfTheMark(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oped.db")
	check(t, syscall.Mkfifo(path+".fetching", 0o600))
	opened := make(chan error, 1)
	go func() {
		s, err := store.Open(t.Context(), path, store.Options{})
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	select {
	case err := <-opened:
		check(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for a writer of the named pipe")
	}
}
