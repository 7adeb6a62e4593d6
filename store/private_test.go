package store_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"oped"
	"oped/store"
)

// modes are those of all files in a folder, by name.
func modes(t *testing.T, dir string) map[string]os.FileMode {
	t.Helper()
	found, err := os.ReadDir(dir)
	check(t, err)
	all := map[string]os.FileMode{}
	for _, f := range found {
		info, err := f.Info()
		check(t, err)
		all[f.Name()] = info.Mode().Perm()
	}
	return all
}

// TestS4_FilesAreForTheirOwnerAlone: the database holds addresses with credentials, and so do its log, its copies
// and its lock.
func TestS4_FilesAreForTheirOwnerAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: a mode says nothing there")
	}
	path := filepath.Join(t.TempDir(), "oped.db")
	s := open(t, path, store.Options{})
	check(t, s.Feeds.Sync(t.Context(), []oped.Feed{{URL: feedURL(0), Enabled: true}}, noon))
	check(t, s.Backup(t.Context(), path+".schema-1.backup"))
	all := modes(t, filepath.Dir(path))
	for _, name := range []string{"oped.db", "oped.db-wal", "oped.db-shm", "oped.db.lock", "oped.db.schema-1.backup"} {
		if mode, ok := all[name]; !ok || mode != 0o600 {
			t.Errorf("%s: %v, %o", name, ok, mode)
		}
	}
	check(t, s.Close())

	for name := range all { // as an earlier release left them
		if err := os.Chmod(filepath.Join(filepath.Dir(path), name), 0o644); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	for _, said := range []int{1, 0} { // once
		var log bytes.Buffer
		s = open(t, path, store.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
		check(t, s.Feeds.MakeDue(t.Context(), noon))
		for name, mode := range modes(t, filepath.Dir(path)) {
			if mode != 0o600 {
				t.Errorf("%s: %o", name, mode)
			}
		}
		check(t, s.Close())
		if n := strings.Count(log.String(), "made private"); n != said {
			t.Errorf("said %d times, want %d: %s", n, said, log.String())
		}
	}
	check(t, os.Chmod(path, 0o644))
	s = open(t, path, store.Options{ReadOnly: true})
	check(t, s.Close())
	if mode := modes(t, filepath.Dir(path))["oped.db"]; mode != 0o644 {
		t.Errorf("reading changes the mode to %o", mode)
	}
}
