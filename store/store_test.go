package store_test

import (
	"path/filepath"
	"testing"

	"oped/store"
	"oped/store/storetest"
)

// file is a place for the contract's tests.
type file string

func (f file) Open(t *testing.T) storetest.Store {
	t.Helper()
	return open(t, string(f), store.Options{})
}

func open(t testing.TB, path string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Place { return file(filepath.Join(t.TempDir(), "oped.db")) })
}
