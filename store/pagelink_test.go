package store

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
)

// TestUnlinkedUntil: the upgrade to links from entries to pages keeps the time when the last piece entered an edition.
// A new database has none.
func TestUnlinkedUntil(t *testing.T) {
	for _, c := range []struct {
		name, sql string
		want      time.Time
	}{
		{"new", "", time.Time{}},
		{"nothing entered", `UPDATE piece SET entered = NULL`, time.Time{}},
		{"entered", `UPDATE piece SET entered = 1796090400123`, time.UnixMilli(1796090400123)},
	} {
		path := filepath.Join(t.TempDir(), "oped.db")
		if c.sql != "" {
			db, err := pool(path, writerKeys(), 1)
			if err != nil {
				t.Fatal(err)
			}
			provider, err := goose.NewProvider(goose.DialectSQLite3, db, migrations(),
				goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
			if err == nil {
				_, err = provider.UpTo(t.Context(), 21)
			}
			for _, sql := range append(oldRows(1, "full_text"), c.sql) {
				if err == nil {
					_, err = db.ExecContext(t.Context(), sql)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			db.Close()
		}
		if got, err := opened(t, path).Pieces.UnlinkedUntil(t.Context()); err != nil || !got.Equal(c.want) {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}
