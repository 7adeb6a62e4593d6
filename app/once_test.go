package app

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"testing"
	"time"

	"oped/internal/testkit"
	"oped/store"
)

// TestOnceChecksALargeDatabase: for damage, once a week, when the entries are stored and published.
func TestOnceChecksALargeDatabase(t *testing.T) {
	testkit.NotShort(t)
	y := newYear(t, "editions: {all: {}}\n")
	path := y.p.store.Path()
	must(t, y.p.Close())
	db, err := sql.Open("sqlite", path)
	must(t, err)
	_, err = db.Exec(`CREATE TABLE large (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
		INSERT INTO large SELECT i, zeroblob(3500) FROM n`)
	must(t, err)
	must(t, db.Close())
	once := func(want error) {
		t.Helper()
		y.open()
		s, err := y.p.Once(t.Context(), false)
		if !errors.Is(err, want) || s == nil {
			t.Errorf("%v, want %v; summary %v", err, want, s)
		}
		must(t, y.p.Close())
	}
	once(nil)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	info, err := f.Stat()
	must(t, err)
	_, err = f.WriteAt(bytes.Repeat([]byte{0xff}, 1<<20), info.Size()/2)
	must(t, err)
	must(t, f.Close())
	once(nil)
	y.now = y.now.Add(8 * 24 * time.Hour)
	once(store.ErrCorrupt)
}
