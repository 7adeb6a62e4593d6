package store

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pressly/goose/v3"
	"oped"
)

var update = flag.Bool("update", false, "rewrite schema.sql")

func opened(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestSchema compares schema.sql with the migrations.
func TestSchema(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "oped.db"))
	var b strings.Builder
	fmt.Fprintf(
		&b,
		"-- The whole schema, version %d, as the migrations make it. Written by: go test ./store -run Schema -update\n",
		SchemaVersion(),
	)
	err := each(t.Context(), s.db.reader, `
		SELECT sql
		FROM sqlite_schema
		WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'goose%' AND tbl_name NOT LIKE 'sqlite_%'
		ORDER BY rowid`, nil, func(row scanner) error {
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
		t.Errorf(
			"schema.sql (%v) differs from the migrations; read the difference, then run with -update. They make:\n%s",
			err, b.String(),
		)
	}
}

// TestStrict wants every table to be STRICT.
func TestStrict(t *testing.T) {
	s := empty(t)
	loose := 0
	err := each(t.Context(), s.db.reader, `
		SELECT name
		FROM pragma_table_list
		WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'
			AND name NOT LIKE 'goose%'`, nil, func(row scanner) error {
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

// steps are the shipped migrations and further ones, given by their statements.
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
		all[fmt.Sprintf(
			"%05d_next.sql", SchemaVersion()+1+int64(i),
		)] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + sql)}
	}
	return all
}

// TestMigrationBreaksOff fails in a second step: the first is done, the second has left nothing, a backup is
// beside the database, and the next attempt succeeds.
func TestMigrationBreaksOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oped.db")
	s := opened(t, path)
	if err := s.Feeds.Sync(t.Context(), []oped.Feed{{URL: "http://a.example/"}}, time.Now()); err != nil {
		t.Fatal(err)
	}
	s.db.writer.drop() // goose takes the writer's one connection
	good := `CREATE TABLE one (a TEXT) STRICT;`
	bad := `CREATE TABLE two (a TEXT) STRICT; INSERT INTO nowhere VALUES (1);`
	if err := s.db.migrateWith(t.Context(), steps(t, good, bad)); err == nil {
		t.Fatal("a migration that cannot work is no error")
	}
	tables := func() (n int64) {
		t.Helper()
		if err := s.db.reader.QueryRowContext(t.Context(), `
			SELECT count(*)
			FROM sqlite_schema
			WHERE name IN ('one', 'two')`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := tables(); n != 1 {
		t.Errorf("%d of two new tables exist after the second step failed, want 1", n)
	}
	backup := backupName(path, SchemaVersion())
	if b, err := Open(t.Context(), backup, Options{ReadOnly: true}); err != nil {
		t.Errorf("the backup: %v", err)
	} else {
		if feeds, err := b.Feeds.All(t.Context()); err != nil || len(feeds) != 1 {
			t.Errorf("the backup has %d feeds, %v", len(feeds), err)
		}
		b.Close()
	}
	if err := s.db.migrateWith(t.Context(), steps(t, good, `CREATE TABLE two (a TEXT) STRICT;`)); err != nil {
		t.Fatal(err)
	}
	if n := tables(); n != 2 {
		t.Errorf("%d of two new tables exist in the end", n)
	}
	s.Close()
	_, err := Open(context.Background(), path, Options{})
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.(*Error).Hint(), filepath.Base(backup)) {
		t.Errorf("a downgrade: %v", err)
	}
}

// TestQueryPlans checks that the frequent queries use an index, and none sorts.
func TestQueryPlans(t *testing.T) {
	s := empty(t)
	for _, tt := range []struct {
		query string
		sorts bool // a few rows of each piece may be sorted
		args  int
	}{
		{dueQuery, false, 1}, {nextQuery, false, 0}, {headQuery, false, 2}, {feedQuery, false, 1},
		{identityQuery, false, 2},
		{takenQuery, false, 1}, {matchQuery, false, 2}, {pieceQuery, false, 1}, {entryQuery, false, 1},
		{tagQuery, false, 1}, {membersQuery, true, 1}, {changedQuery, false, 1},
		{publicationTimesQuery, false, 2}, {bylinesQuery, true, 1},
		{choiceQuery, true, 1}, {choicePiecesQuery, true, 1}, {overQuery, false, 1},
	} {
		query := strings.ReplaceAll(tt.query, "%s", "?")
		err := each(t.Context(), s.db.reader, `EXPLAIN QUERY PLAN `+query, make([]any, tt.args), func(row scanner) error {
			var id, parent, unused int
			var detail string
			err := row.Scan(&id, &parent, &unused, &detail)
			if scan := strings.HasPrefix(detail, "SCAN") && !strings.Contains(detail, "USING INDEX") &&
				!strings.Contains(detail, "USING COVERING INDEX"); scan ||
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

// TestPlansOfChanges checks that the queries for changes read rows by index only. A query scans the lists it
// makes itself.
func TestPlansOfChanges(t *testing.T) {
	s := empty(t)
	s.db.writer.drop() // it holds the one connection
	lists := []string{"n", "near", "l", "leads", "alias", "asked", "spans", "3", "CONSTANT"}
	for _, query := range []string{changedPiecesQuery, changedFeedsQuery, changedEditionsQuery, changedArchivesQuery,
		headerLeadsQuery, headerEntriesQuery, headerRelatedQuery, headerEditionsQuery,
		ofFeedQuery, authorKeysQuery, authorKeysOfQuery, archiveNumbersQuery,
		bumpAliases, bumpBuried, bumpDated, bumpDecided, bumpPieces, bumpChoice, knownKeysQuery, strayQuery, countPerQuery} {
		query = strings.ReplaceAll(query, "VALUES (%s)", "VALUES (1), (2), (3)")
		query = strings.ReplaceAll(query, "%s", "1, 2, 3")
		args := make([]any, 0, 4)
		for i := range 4 {
			if strings.Contains(query, fmt.Sprint("$", i+1)) {
				args = append(args, nil)
			}
		}
		err := each(t.Context(), s.db.writer.db, `EXPLAIN QUERY PLAN `+query, args, func(row scanner) error {
			var id, parent, unused int
			var detail string
			err := row.Scan(&id, &parent, &unused, &detail)
			words := strings.Fields(detail)
			if words[0] == "SCAN" && !slices.Contains(lists, words[1]) || strings.Contains(detail, "AUTOMATIC") {
				t.Errorf("%s\n\t%s", query, detail)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", query, err)
		}
	}
}

// TestPlanOfAnArchive wants the pieces of one archive to be read without those of the others.
func TestPlanOfAnArchive(t *testing.T) {
	s := empty(t)
	err := each(t.Context(), s.db.reader, `EXPLAIN QUERY PLAN `+archivePiecesQuery, make([]any, 2), func(row scanner) error {
		var id, parent, unused int
		var detail string
		err := row.Scan(&id, &parent, &unused, &detail)
		if strings.HasPrefix(detail, "SCAN") || strings.HasSuffix(detail, "(edition=?)") {
			t.Error(detail)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestPlanOfDueSubscribers wants the oldest documents of an edition first by the index, without a sort: there may be
// thousands of subscribers.
func TestPlanOfDueSubscribers(t *testing.T) {
	s := empty(t)
	err := each(t.Context(), s.db.reader, `EXPLAIN QUERY PLAN `+dueSubscriberQuery, make([]any, 1), func(row scanner) error {
		var id, parent, unused int
		var detail string
		err := row.Scan(&id, &parent, &unused, &detail)
		if strings.Contains(detail, "TEMP B-TREE") || strings.HasPrefix(detail, "SCAN s") {
			t.Error(detail)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestEveryVersionMigrates opens a database of every earlier version of the schema, with a piece in it.
func TestEveryVersionMigrates(t *testing.T) {
	for version := int64(1); version < SchemaVersion(); version++ {
		if testing.Short() && version%8 != 1 {
			continue
		}
		path := filepath.Join(t.TempDir(), "oped.db")
		db, err := pool(path, writerKeys(), 1)
		if err != nil {
			t.Fatal(err)
		}
		provider, err := goose.NewProvider(goose.DialectSQLite3, db, migrations(),
			goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
		if err == nil {
			_, err = provider.UpTo(t.Context(), version)
		}
		full := "full"
		if version >= 16 { // it is a reserved word elsewhere
			full = "full_text"
		}
		for _, sql := range append(oldRows(1, full),
			`
				INSERT INTO edition (id, name, atom_id, position, title, subtitle, lang, filter,
					size, excerpt, `+full+`, created, updated, pieces)
				VALUES (1, 'all', 'urn:all', 0, '', '', '', '{}', 0, 0, 0, 0, 0, 1)`,
			`INSERT INTO edition_piece (piece, edition, date) VALUES (1, 1, 0)`,
			`
				INSERT INTO publication (edition, position, piece, revision, action, at)
				VALUES (1, 1, 1, 1, 'enter', 0)`) {
			if err == nil {
				_, err = db.ExecContext(t.Context(), sql)
			}
		}
		if err != nil {
			t.Fatalf("version %d: %v", version, err)
		}
		db.Close()
		s := opened(t, path)
		c, err := s.Changes.Since(t.Context(), 0)
		if err != nil || c.Number != 0 || len(c.Pieces) > 0 {
			t.Errorf("version %d: %+v, %v", version, c, err)
		}
		all := []oped.Edition{{Name: "all", Title: "All"}}
		if err := s.Editions.Sync(t.Context(), all, "oped.example", time.UnixMilli(0)); err != nil {
			t.Errorf("version %d: %v", version, err)
		}
		c, err = s.Changes.Since(t.Context(), 0)
		h, err2 := s.Pieces.Headers(t.Context(), []oped.PieceID{1})
		want := []oped.PieceHeader{{ID: 1, Entries: 1, Editions: []string{"all"}}}
		if err != nil || err2 != nil || c.Number != 1 || !slices.Equal(c.Editions, []string{"all"}) ||
			!reflect.DeepEqual(h, want) {
			t.Errorf("version %d: %+v, %v; %+v, %v", version, c, err, h, err2)
		}
	}
}

// TestPragmas checks the settings of the connections against the keys in their names.
func TestPragmas(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "oped.db"))
	for pragma, want := range map[string]string{
		"journal_mode": "wal",
		"synchronous":  "2",
		"foreign_keys": "1",
		"busy_timeout": "5000",
	} {
		var got string
		if err := s.db.writer.db.QueryRowContext(t.Context(), `PRAGMA `+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("the writer's %s is %q (%v), want %q", pragma, got, err, want)
		}
	}
	if _, err := s.db.reader.db.ExecContext(t.Context(), `
		INSERT INTO meta
		VALUES ('a', 'b')`); faultOf(err) != diskFault {
		t.Errorf("a reader's write: %v", err)
	}
	if _, err := s.db.writer.db.ExecContext(t.Context(), `SELECT "no such column"`); err == nil {
		t.Error("a misspelt column is taken for a string")
	}
}
