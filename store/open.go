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

// Options are how to open a store. The zero value opens it for writing.
type Options struct {
	ReadOnly bool         // reads beside a process that writes; the database must exist, and nothing in it is changed
	Log      *slog.Logger // nil: none
}

// Store is an open database. Its fields have the methods, noun by noun. All of them may be called at the same time.
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
	Archives    struct{ db *database } // the older pieces of editions, cut into documents that do not change
	Changes     struct{ db *database } // numbers of what pages may show differently
	Decisions   struct{ db *database } // of curators, with what follows from each
	Editions    struct{ db *database } // the feeds that are published, and which pieces are in them
	Entries     struct{ db *database } // of feeds, with their earlier versions
	Feeds       struct{ db *database } // the feeds that are polled, and when
	Outbox      struct{ db *database } // pings that hubs are to get
	People      struct{ db *database } // authors and publishers, and their pieces
	Pieces      struct{ db *database }
	Subscribers struct{ db *database } // of our own hub
	Topics      struct{ db *database } // the active rules, and which pieces they may take
)

// database is what all nouns share.
type database struct {
	path   string
	log    *slog.Logger
	lock   *lockFile // nil when reading only
	writer *writer   // nil when reading only
	reader *reading  // as many connections as cores; they cannot write
	// file is the database, for Fails alone. It is closed last, since that gives up the locks of SQLite
	// (https://www.sqlite.org/howtocorrupt.html §2.2).
	file *os.File

	group group         // callers of Ingest that wait for the writer
	heavy chan struct{} // holds one token while somebody decides outside of a transaction

	leaseMu   sync.Mutex
	leases    map[int64]lease     // feeds being fetched, by row
	suspects  map[int64]time.Time // feeds that an earlier process died over, by row, and when it claimed them
	diedAlone bool                // of the one suspect, while no other feed was being fetched
	alone     int64               // the suspect that is being fetched; 0: none
	hasMark   bool                // this process has written a mark
}

// maxReaders bounds the memory of the readers' page caches, which Go's memory limit does not see.
const maxReaders = 4

// Open opens the database at path. Unless it shall only be read, Open makes it if it is missing, brings its schema up
// to date, takes it from every user but its owner, and holds it against other writers until Close. Its errors are of
// type *Error where a person can mend them.
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

// Close closes the database and lets others have it.
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

// Path is where the database lies.
func (s *Store) Path() string { return s.db.path }

// The page caches of connections, in KiB.
const (
	writerCache = 8 << 10
	readerCache = 2 << 10
)

// CacheBytes is how many bytes of pages all connections of a store keep at most, beside Go's memory.
func CacheBytes() int64 { return int64(writerCache+readers()*readerCache) << 10 }

func readers() int { return min(maxReaders, runtime.NumCPU()) }

// commonKeys hold for every connection. They stand in the name of the database because a PRAGMA that is executed later
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

// readerKeys are those of connections that cannot write. Beside a foreign writer the file must not even be made.
func readerKeys(existing bool) url.Values {
	keys := commonKeys()
	keys.Set("_query_only", "1")
	keys["_pragma"] = []string{fmt.Sprintf("cache_size(-%d)", readerCache)}
	if existing {
		keys.Set("mode", "ro")
	}
	return keys
}

// pool opens n connections' worth of the database. The name is a file: URI, because SQLite drops its own keys, such as
// mode, from any other.
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

// checkedSize is up to which size a database is read through when it is opened: about a tenth of a second's work.
const checkedSize = 64 << 20

// rower is a pool of connections, or one of them.
type rower interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// checkHealth looks for damage. A large database is not read through; damage there comes up where it is met.
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
