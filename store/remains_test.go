package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped/internal/testkit"
	"oped/store"
)

// TestEmptyDatabase: an empty file is a new database, unless something is left of an earlier one.
func TestEmptyDatabase(t *testing.T) {
	for _, tt := range []struct {
		beside  string
		content string
		refused bool
	}{
		{"oped.db-wal", "x", true},
		{"oped.db.schema-14.backup", "x", true},
		{"oped.db.schema-9.backup.part", "x", true},
		{"oped.db.bak", "x", true},
		{"oped.db~", "x", true},
		{"oped.db-2026-03-01.gz", "x", true},
		{"public/.oped-manifest", "+1 a.atom\n", true},

		{"oped.db-wal", "", false},
		{"oped.db-journal", "x", false}, // of the first transaction
		{"oped.db-shm", "x", false},
		{"oped.db.lock", "12", false},
		{"oped.db.fetching", "{}", false},
		{"oped.db.bak", "", false},
		{"oped.db2", "x", false}, // another one
		{"other.db-wal", "x", false},
		{"public/.oped-manifest", "", false},
		{"public/pak-us.atom", "x", false}, // of another program
		{"config.yaml", "x", false},
	} {
		for _, readOnly := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, %d bytes, read only %v", tt.beside, len(tt.content), readOnly), func(t *testing.T) {
				dir := t.TempDir()
				path, beside := filepath.Join(dir, "oped.db"), filepath.Join(dir, tt.beside)
				check(t, os.WriteFile(path, nil, 0o600))
				check(t, os.MkdirAll(filepath.Dir(beside), 0o755))
				check(t, os.WriteFile(beside, []byte(tt.content), 0o600))
				o := store.Options{ReadOnly: readOnly, Published: filepath.Join(dir, "public/.oped-manifest")}
				switch {
				case tt.refused:
					refused(t, path, o, store.ErrLost, beside)
					if info, err := os.Stat(path); err != nil || info.Size() > 0 {
						t.Errorf("it was written: %v", err)
					}
				case !readOnly:
					check(t, open(t, path, o).Close())
				default:
					refused(t, path, o, store.ErrOlder, "version 0")
				}
			})
		}
	}
}

// TestMissingDatabase: a log without its database is kept; backups and published files are no obstacle, since
// removing the database is the way to begin anew.
func TestMissingDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oped.db")
	check(t, os.WriteFile(path+".schema-14.backup", []byte("x"), 0o600))
	check(t, os.WriteFile(path+"-wal", []byte("x"), 0o600))
	refused(t, path, store.Options{}, store.ErrLost, "-wal")
	if log, err := os.ReadFile(path + "-wal"); err != nil || string(log) != "x" {
		t.Errorf("the log: %q, %v", log, err)
	}
	check(t, os.Remove(path+"-wal"))
	check(t, open(t, path, store.Options{}).Close())
}

// TestCheckTables finds damage that opening a large database does not look for, once a week.
func TestCheckTables(t *testing.T) {
	testkit.NotShort(t)
	path := filled(t)
	grow(t, path)
	s := open(t, path, store.Options{})
	check(t, s.CheckTables(t.Context(), epoch))
	check(t, s.Close())

	f, err := os.OpenFile(path, os.O_RDWR, 0)
	check(t, err)
	junk := []byte(strings.Repeat("\xff", 64))
	info, err := f.Stat()
	check(t, err)
	for at := info.Size() / 2; at < info.Size()/2+1<<20; at += 4096 {
		_, err := f.WriteAt(junk, at)
		check(t, err)
	}
	check(t, f.Close())
	s = open(t, path, store.Options{})
	defer s.Close()
	const week = 7 * 24 * time.Hour
	for _, c := range []struct {
		at   time.Time
		want error
	}{
		{epoch.Add(week - time.Second), nil},
		{epoch.Add(week), store.ErrCorrupt},
		{epoch.Add(week), store.ErrCorrupt}, // it was not good
		{epoch.Add(-time.Hour), store.ErrCorrupt},
	} {
		if err := s.CheckTables(t.Context(), c.at); !errors.Is(err, c.want) {
			t.Errorf("damage, at %v: %v, want %v", c.at, err, c.want)
		}
	}
}

// grow makes a database larger than opening checks.
func grow(t *testing.T, path string) {
	t.Helper()
	raw(t, path, `CREATE TABLE large (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
		INSERT INTO large SELECT i, zeroblob(3500) FROM n`)
}
