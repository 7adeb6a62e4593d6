package store

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"oped"
)

var update = flag.Bool("update", false, "write schema.sql anew")

func opened(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestSchema holds schema.sql against what the migrations make.
func TestSchema(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "oped.db"))
	var b strings.Builder
	fmt.Fprintf(&b, "-- The whole schema, version %d, as the migrations make it. Written by: go test ./store -run Schema -update\n", SchemaVersion())
	err := each(t.Context(), s.reader, `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'goose%' AND tbl_name NOT LIKE 'sqlite_%' ORDER BY rowid`, nil, func(row scanner) error {
		var sql string
		err := row.Scan(&sql)
		b.WriteString("\n" + sql + ";\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.sql", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil || string(want) != b.String() {
		t.Errorf("schema.sql (%v) is not what the migrations make; read the difference, then run with -update. They make:\n%s", err, b.String())
	}
}

// TestStrict wants every table to be STRICT.
func TestStrict(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "oped.db"))
	loose := 0
	err := each(t.Context(), s.reader, `SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose%'`, nil, func(row scanner) error {
		var name string
		loose++
		err := row.Scan(&name)
		t.Errorf("table %s is not STRICT", name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// steps are the shipped migrations and further ones, given by what they do.
func steps(t *testing.T, further ...string) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	names, err := fs.Glob(migrations(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		body, err := fs.ReadFile(migrations(), name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = &fstest.MapFile{Data: body}
	}
	for i, sql := range further {
		all[fmt.Sprintf("%05d_next.sql", SchemaVersion()+1+int64(i))] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + sql)}
	}
	return all
}

// TestMigrationBreaksOff lets a second step fail: the first stands, the second has left nothing, a backup lies beside the database,
// and the next attempt goes through.
func TestMigrationBreaksOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oped.db")
	s := opened(t, path)
	if err := s.SyncFeeds(t.Context(), []oped.Feed{{URL: "http://a.example/"}}, time.Now()); err != nil {
		t.Fatal(err)
	}
	s.writer.drop() // goose takes the writer's one connection
	good, bad := `CREATE TABLE one (a TEXT) STRICT;`, `CREATE TABLE two (a TEXT) STRICT; INSERT INTO nowhere VALUES (1);`
	if err := s.migrateWith(t.Context(), steps(t, good, bad)); err == nil {
		t.Fatal("a migration that cannot work is no error")
	}
	tables := func() (n int64) {
		t.Helper()
		if err := s.reader.QueryRowContext(t.Context(), `SELECT count(*) FROM sqlite_schema WHERE name IN ('one', 'two')`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := tables(); n != 1 {
		t.Errorf("%d of two new tables stand after the second step broke off, want 1", n)
	}
	backup := backupName(path, SchemaVersion())
	if b, err := Open(t.Context(), backup, Options{ReadOnly: true}); err != nil {
		t.Errorf("the backup: %v", err)
	} else {
		if feeds, err := b.Feeds(t.Context()); err != nil || len(feeds) != 1 {
			t.Errorf("the backup has %d feeds, %v", len(feeds), err)
		}
		b.Close()
	}
	if err := s.migrateWith(t.Context(), steps(t, good, `CREATE TABLE two (a TEXT) STRICT;`)); err != nil {
		t.Fatal(err)
	}
	if n := tables(); n != 2 {
		t.Errorf("%d of two new tables stand in the end", n)
	}
	s.Close()
	_, err := Open(context.Background(), path, Options{})
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.(*Error).Hint(), filepath.Base(backup)) {
		t.Errorf("a downgrade: %v", err)
	}
}

// TestQueryPlans wants the queries that run all the time to use an index, and none to sort.
func TestQueryPlans(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "oped.db"))
	for _, tt := range []struct {
		query string
		sorts bool // a few rows of each piece may be sorted
		args  int
	}{
		{dueQuery, false, 1}, {nextQuery, false, 0}, {headQuery, false, 4}, {feedQuery, false, 1}, {identityQuery, false, 2},
		{takenQuery, false, 1}, {matchQuery, false, 2}, {pieceQuery, false, 1}, {entryQuery, false, 1}, {tagQuery, false, 1}, {standsQuery, true, 1}, {changedQuery, false, 1},
	} {
		query := strings.ReplaceAll(tt.query, "%s", "?")
		err := each(t.Context(), s.reader, `EXPLAIN QUERY PLAN `+query, make([]any, tt.args), func(row scanner) error {
			var id, parent, unused int
			var detail string
			err := row.Scan(&id, &parent, &unused, &detail)
			if scan := strings.HasPrefix(detail, "SCAN") && !strings.Contains(detail, "USING INDEX") && !strings.Contains(detail, "USING COVERING INDEX"); scan ||
				strings.Contains(detail, "TEMP B-TREE") && !tt.sorts {
				t.Errorf("%s\n\t%s", query, detail)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", query, err)
		}
	}
}

// TestPragmas asks the connections themselves what they were told by their names.
func TestPragmas(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "oped.db"))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000"} {
		var got string
		if err := s.writer.db.QueryRowContext(t.Context(), `PRAGMA `+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("the writer's %s is %q (%v), want %q", pragma, got, err, want)
		}
	}
	if _, err := s.reader.ExecContext(t.Context(), `INSERT INTO meta VALUES ('a', 'b')`); codeOf(err) != codeReadOnly {
		t.Errorf("a reader's write: %v", err)
	}
	if _, err := s.writer.db.ExecContext(t.Context(), `SELECT "no such column"`); err == nil {
		t.Error("a misspelt column is taken for a string")
	}
}
