//go:build unix

package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
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

// TestOpenNamesWhatIsInPlaceOfTheLock: a named pipe or a folder there is refused as one in place of the database is.
func TestOpenNamesWhatIsInPlaceOfTheLock(t *testing.T) {
	for what, make := range map[string]func(string) error{
		"a named pipe": func(at string) error { return syscall.Mkfifo(at, 0o600) },
		"a folder":     func(at string) error { return os.Mkdir(at, 0o700) },
	} {
		path := filepath.Join(t.TempDir(), "oped.db")
		check(t, make(path+".lock"))
		_, err := store.Open(t.Context(), path, store.Options{})
		e, ok := errors.AsType[*store.Error](err)
		if !ok || e.Kind != store.ErrUnreadable || e.Path != path+".lock" || e.Detail != "it is "+what+", not a file" ||
			!strings.HasPrefix(e.Hint(), "move it away") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
