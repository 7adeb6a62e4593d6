package testkit

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"oped/store"
)

// EmptyStore writes the database of an empty store. One migration, the most of a start, serves all tests of a package.
func EmptyStore(t testing.TB, path string) {
	t.Helper()
	data, err := emptyStore()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

var emptyStore = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "oped")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "oped.db")
	s, err := store.Open(context.Background(), path, store.Options{})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})
