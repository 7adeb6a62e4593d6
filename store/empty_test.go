package store

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// EmptyAt writes an empty database. One migration serves all tests.
func EmptyAt(t testing.TB, path string) {
	t.Helper()
	data, err := emptyDatabase()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

var emptyDatabase = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "oped")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "oped.db")
	s, err := Open(context.Background(), path, Options{})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// empty opens an empty store.
func empty(t *testing.T) *Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "oped.db")
	EmptyAt(t, path)
	return opened(t, path)
}
