package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
)

// Options configures Open. The zero value opens a store for writing.
type Options struct {
	ReadOnly bool         // read beside a writing process; the database must exist, and is not changed
	Log      *slog.Logger // nil: none
}

// Store is an open database. Its methods are those of its fields, one field a noun. All of them may be called
// at the same time.
type Store struct {
	Archives    Archives
	Changes     Changes
	Decisions   Decisions
	Editions    Editions
	Entries     Entries
	Feeds       Feeds
	Outbox      Outbox
	People      People
	Pieces      Pieces
	Subscribers Subscribers
	Topics      Topics

	db *database
}

// The nouns of a store.
type (
	Archives    struct{ db *database } // the older pieces of editions, cut into documents for good
	Changes     struct{ db *database } // change numbers of pages
	Decisions   struct{ db *database } // of curators, with their effects
	Editions    struct{ db *database } // the published feeds, and the pieces in them
	Entries     struct{ db *database } // of feeds, with their earlier versions
	Feeds       struct{ db *database } // the polled feeds, and their schedule
	Outbox      struct{ db *database } // pending pings for hubs
	People      struct{ db *database } // authors and publishers, and their pieces
	Pieces      struct{ db *database }
	Subscribers struct{ db *database } // of our own hub
	Topics      struct{ db *database } // the active rules, and their candidate pieces
)

// database is shared by all nouns.
type database struct {
	path   string
	log    *slog.Logger
	lock   *lockFile // nil when reading only
	writer *writer   // nil when reading only
	reader *reading  // as many connections as cores; they cannot write
	// file is the database, for Fails alone. It is closed last, since closing it releases the locks of SQLite
	// (https://www.sqlite.org/howtocorrupt.html §2.2).
	file *os.File

	group group         // callers of Ingest waiting for the writer
	heavy chan struct{} // holds one token during a decision outside of a transaction

	leaseMu   sync.Mutex
	leases    map[int64]lease     // feeds being fetched, by row
	suspects  map[int64]time.Time // feeds an earlier process died over, by row, and the time of their claim
	diedAlone bool                // of the one suspect, fetched without others
	alone     int64               // the suspect being fetched; 0: none
	hasMark   bool                // this process has written a mark
}

// maxReaders bounds the memory of the readers' page caches, invisible to Go's memory limit.
const maxReaders = 4

// Open opens the database at path. Unless Options.ReadOnly is set, Open creates a missing database, brings
// its schema up to date, restricts its files to their owner, and locks it against other writers until Close.
// Errors with a remedy are of type *Error.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := checkPath(path, o.ReadOnly); err != nil {
		return nil, err
	}
	db := &database{
		path:     path,
		log:      log,
		heavy:    make(chan struct{}, 1),
		leases:   map[int64]lease{},
		suspects: map[int64]time.Time{},
	}
	s := &Store{
		Archives{db}, Changes{db}, Decisions{db}, Editions{db}, Entries{db}, Feeds{db}, Outbox{db}, People{db},
		Pieces{db},
		Subscribers{db}, Topics{db}, db,
	}
	if err := db.open(ctx, o.ReadOnly); err != nil {
		s.Close()
		return nil, explain(path, err)
	}
	return s, nil
}

func (s *database) open(ctx context.Context, readOnly bool) (err error) {
	sqlite.StrictPragmas(true)
	if readOnly {
		if err := s.read(true); err != nil {
			return err
		}
		return checkVersion(ctx, s.reader.db, s.path)
	}
	if s.lock, err = lock(s.path); err != nil {
		return err
	}
	if err := makePrivate(s.path); err != nil {
		return err
	}
	tighten(s.path, s.log)
	db, err := pool(s.path, writerKeys(), 1)
	if err != nil {
		return err
	}
	s.writer = newWriter(s.path, db)
	if err := checkHealth(ctx, db, s.path); err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.index(ctx); err != nil {
		return err
	}
	if err := s.fillBylines(ctx); err != nil {
		return err
	}
	if err := s.updateFingerprints(ctx); err != nil {
		return err
	}
	if err := (Feeds{s}).suspect(ctx); err != nil {
		return err
	}
	if s.file, err = os.Open(s.path); err != nil {
		return err
	}
	return s.read(false)
}

// read opens the pool of readers.
func (s *database) read(existing bool) error {
	db, err := pool(s.path, readerKeys(existing), readers())
	if err == nil {
		s.reader = newReading(db)
	}
	return err
}

// Close closes the database and unlocks it for others.
func (s *Store) Close() error {
	var errs []error
	s.Feeds.leaveMark()
	if s.db.reader != nil {
		errs = append(errs, s.db.reader.db.Close())
	}
	if s.db.writer != nil {
		errs = append(errs, s.db.writer.drop(), s.db.writer.db.Close())
	}
	if s.db.file != nil {
		errs = append(errs, s.db.file.Close())
	}
	if s.db.lock != nil {
		errs = append(errs, s.db.lock.release())
	}
	return errors.Join(errs...)
}

// Path returns the path of the database.
func (s *Store) Path() string { return s.db.path }

// The page caches of connections, in KiB.
const (
	writerCache = 8 << 10
	readerCache = 2 << 10
)

// CacheBytes returns the most bytes of pages all connections of a store keep, beside Go's memory.
func CacheBytes() int64 { return int64(writerCache+readers()*readerCache) << 10 }

func readers() int { return min(maxReaders, runtime.NumCPU()) }

// commonKeys apply to every connection. They are in the name of the database because a PRAGMA executed later
// reaches one connection of the pool only.
func commonKeys() url.Values {
	return url.Values{
		"_busy_timeout": {"5000"},
		"_foreign_keys": {"1"},
		"_dqs":          {"0"},
		"_defensive":    {"1"},
		"_error_rc":     {"1"},
	}
}

func writerKeys() url.Values {
	keys := commonKeys()
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
// created.
func readerKeys(existing bool) url.Values {
	keys := commonKeys()
	keys.Set("_query_only", "1")
	keys["_pragma"] = []string{fmt.Sprintf("cache_size(-%d)", readerCache)}
	if existing {
		keys.Set("mode", "ro")
	}
	return keys
}

// pool opens a pool of n connections. The name is a file: URI: from any other name SQLite drops its own keys,
// such as mode.
func pool(path string, keys url.Values, n int) (*sql.DB, error) {
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

// checkHealth looks for damage. A large database is not read through; damage there shows up at the first
// access.
func checkHealth(ctx context.Context, db rower, path string) error {
	var pages, size int64
	if err := db.QueryRowContext(ctx, `PRAGMA page_count`).Scan(&pages); err != nil {
		return err
	}
	if err := db.QueryRowContext(ctx, `PRAGMA page_size`).Scan(&size); err != nil {
		return err
	}
	if pages*size > checkedSize {
		return nil
	}
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		// one line
		verdict = strings.Join(strings.Fields(strings.ReplaceAll(verdict, "*** in database main ***", "")), " ")
		return &Error{Path: path, Kind: ErrCorrupt, Detail: "SQLite says: " + verdict, Advice: hintRestore}
	}
	return nil
}
