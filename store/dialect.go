package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"oped/topic"
)

// dialect is all that databases do not share: the rest of the package is SQL that SQLite and PostgreSQL have in
// common. SQLite's is the only dialect.
type dialect struct {
	migrations goose.Dialect
	begin      string // begins a transaction with the lock for writing
	words      wordQueries
	match      func(topic.IndexQuery) string // a query of the index of words
}

// wordQueries are the queries of the full-text index.
type wordQueries struct {
	find    string // the pieces of a match, up to a number
	newest  string // the same, the last ones first
	put     string // the words of a piece
	drop    string // a piece
	dropAll string // a list of pieces
	empty   string // all pieces
}

func newDialect() dialect {
	return dialect{
		migrations: goose.DialectSQLite3,
		begin:      `BEGIN IMMEDIATE`,
		words: wordQueries{
			find:    `SELECT rowid FROM words WHERE words MATCH $1 LIMIT $2`,
			newest:  `SELECT rowid FROM words WHERE words MATCH $1 ORDER BY rowid DESC LIMIT $2`,
			put:     `INSERT INTO words (rowid, folded) VALUES ($1, $2)`,
			drop:    `DELETE FROM words WHERE rowid = $1`,
			dropAll: `DELETE FROM words WHERE rowid IN (SELECT value FROM json_each($1))`,
			empty:   `INSERT INTO words (words) VALUES ('delete-all')`,
		},
		match: match,
	}
}

// match returns a query in the query language of FTS5. Its words hold letters and digits only.
func match(n topic.IndexQuery) string {
	switch n.Op {
	case topic.Word:
		return `"` + n.Word + `"`
	case topic.Prefix:
		return `"` + n.Word + `"*`
	}
	between := ") AND ("
	if n.Op == topic.Any {
		between = ") OR ("
	}
	parts := make([]string, len(n.Of))
	for i, of := range n.Of {
		parts[i] = match(of)
	}
	return "(" + strings.Join(parts, between) + ")"
}

// SQLiteVersion returns the version of the compiled-in SQLite.
func SQLiteVersion() string { return sqlite3.SQLITE_VERSION }

// The page caches of connections, in KiB.
const (
	writerCache = 8 << 10
	readerCache = 2 << 10
)

// commonKeys apply to every connection. They are in the name of the database because a PRAGMA executed later
// reaches one connection of the pool only.
func commonKeys(mode string) url.Values {
	keys := url.Values{
		"_busy_timeout": {"5000"},
		"_foreign_keys": {"1"},
		"_dqs":          {"0"},
		"_defensive":    {"1"},
		"_error_rc":     {"1"},
	}
	if mode != "" {
		keys.Set("mode", mode)
	}
	return keys
}

func writerKeys() url.Values {
	keys := commonKeys("")
	keys.Set("_journal_mode", "WAL")
	keys.Set("_synchronous", "FULL") // NORMAL loses acknowledged commits in a power cut
	keys.Set("_txlock", "immediate")
	// a log cut back to 64 MiB
	keys["_pragma"] = []string{
		fmt.Sprintf("cache_size(-%d)", writerCache), "journal_size_limit(67108864)",
		"wal_autocheckpoint(4000)",
	}
	return keys
}

// readerKeys apply to connections for reading only. Beside a foreign writer the file must not even be
// created: mode is "ro".
func readerKeys(mode string) url.Values {
	keys := commonKeys(mode)
	keys.Set("_query_only", "1")
	keys["_pragma"] = []string{fmt.Sprintf("cache_size(-%d)", readerCache)}
	return keys
}

// pool opens a pool of n connections. The name is a file: URI: from any other name SQLite drops its own keys,
// such as mode.
func pool(path string, keys url.Values, n int) (*sql.DB, error) {
	sqlite.StrictPragmas(true)
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: keys.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

// checkedSize is the largest database read through at opening: about a tenth of a second's work.
const checkedSize = 64 << 20

// rower is a pool of connections, or one of them.
type rower interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

const bytesQuery = `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`

// checkHealth looks for damage. A large database is not read through, which would delay the start: see
// [Store.CheckTables].
func checkHealth(ctx context.Context, db rower, path string) error {
	var size int64
	if err := db.QueryRowContext(ctx, bytesQuery).Scan(&size); err != nil || size > checkedSize {
		return err
	}
	return check(ctx, db, path, `PRAGMA quick_check(1)`)
}

// checkPeriod is the time from one check of a large database to the next. 500 MB of 30,000 entries took 0.4 s from
// memory, and 2.3 s from a disk.
const checkPeriod = 7 * 24 * time.Hour

// CheckTables looks for damage in a database too large to be read through at opening; a smaller one was checked
// then. It does so once in checkPeriod, whichever process was the last. It reads one table with its indices after the
// other, each in a transaction of its own, so that the log can be cut between them. It finds broken pages and trees,
// and rows of a wrong form. It does not find broken unused pages, changed letters in a text, and an index that
// contradicts its table. For damage it returns an error of kind ErrCorrupt.
func (s *Store) CheckTables(ctx context.Context, now time.Time) error {
	size, err := one[int64](ctx, s.db.reader, bytesQuery)
	if err != nil || size <= checkedSize {
		return explain(s.db.path, err)
	}
	due, err := s.db.checkDue(ctx, now)
	if err != nil || !due {
		return explain(s.db.path, err)
	}
	s.db.log.Info("checking for damage", "store", s.db.path, "bytes", size)
	if err = s.db.checkTables(ctx); err == nil {
		err = s.db.write(ctx, func(t *tx) error {
			_, err := t.exec(putMeta, checkedKey, strconv.FormatInt(now.UnixMilli(), 10))
			return err
		})
	}
	return explain(s.db.path, err)
}

// checkedKey is the key in table meta of the time of the last check without damage, in milliseconds.
const checkedKey = "checked"

// checkDue reports whether the last check is long ago, or in the future of a clock that has come back since.
func (s *database) checkDue(ctx context.Context, now time.Time) (bool, error) {
	value, err := one[string](ctx, s.reader, metaQuery, checkedKey)
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	last, err := strconv.ParseInt(value, 10, 64)
	age := now.Sub(time.UnixMilli(last))
	return err != nil || age < 0 || age >= checkPeriod, nil
}

func (s *database) checkTables(ctx context.Context) error {
	tables, err := column[string](ctx, s.reader, `SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0`)
	for _, table := range tables {
		if err == nil {
			err = check(ctx, s.reader.db, s.path, `PRAGMA quick_check("`+table+`")`)
		}
	}
	return err
}

// check runs a check of the whole database, or of a table. If it cannot be run at all, the schema itself is damaged.
func check(ctx context.Context, db rower, path, query string) error {
	var verdict string
	err := db.QueryRowContext(ctx, query).Scan(&verdict)
	if e, ok := errors.AsType[*sqlite.Error](err); ok && faultOf(err) == noFault {
		verdict, err = e.Error(), nil
	}
	if err != nil || verdict == "ok" {
		return err
	}
	// one line
	verdict = strings.Join(strings.Fields(strings.ReplaceAll(verdict, "*** in database main ***", "")), " ")
	return &Error{Path: path, Kind: ErrCorrupt, Detail: "SQLite says: " + verdict, Advice: hintRestore}
}

// copyTo writes a copy of the present state of the database to a file, and checks it. Others may read and write
// meanwhile.
func copyTo(ctx context.Context, path, file string) error {
	source, err := pool(path, commonKeys("rw"), 1)
	if err != nil {
		return err
	}
	defer source.Close()
	if _, err := source.ExecContext(ctx, `VACUUM INTO $1`, file); err != nil {
		return explain(file, err)
	}
	db, err := pool(file, commonKeys("ro"), 1)
	if err != nil {
		return err
	}
	defer db.Close()
	return explain(file, check(ctx, db, file, `PRAGMA integrity_check(1)`))
}

// applicationID marks a database of ours: "oped" in its header (PRAGMA application_id).
const applicationID = 0x6f706564

// versionOf returns the version of the database's schema: 0 for an empty database.
func versionOf(ctx context.Context, db *sql.DB, path string) (int64, error) {
	var tables, id int64
	const header = `SELECT (SELECT count(*) FROM sqlite_schema), application_id FROM pragma_application_id`
	if err := db.QueryRowContext(ctx, header).Scan(&tables, &id); err != nil || tables == 0 {
		return 0, err
	}
	var version sql.NullInt64
	err := db.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&version)
	begun := err == nil && version.Int64 == 0 // killed before the end of the first migration
	if id != applicationID && !begun {
		return 0, &Error{Path: path, Kind: ErrNotDatabase, Detail: "it is an SQLite database of another program",
			Advice: "point `store` in the configuration at another file"}
	}
	return version.Int64, err
}

// fault is a class of errors of a database.
type fault int

const (
	noFault      fault = iota // of the database: the statement alone has failed, or something else
	busyFault                 // another program has locked it; trying again can help
	fullFault                 // of the disk
	diskFault                 // it fails, or was remounted read-only; or the process is out of descriptors
	corruptFault              // the database is damaged
	foreignFault              // it is no database
	deniedFault               // the permissions are missing
	unnamedFault              // any other
)

// faultOf returns the fault of an error, by the primary result code of SQLite
// (https://www.sqlite.org/rescode.html); extended codes have it in their lowest byte.
func faultOf(err error) fault {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return noFault
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_OK, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG:
		return noFault
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return busyFault
	case sqlite3.SQLITE_FULL:
		return fullFault
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return diskFault
	case sqlite3.SQLITE_CORRUPT:
		return corruptFault
	case sqlite3.SQLITE_NOTADB:
		return foreignFault
	case sqlite3.SQLITE_PERM:
		return deniedFault
	}
	return unnamedFault
}
