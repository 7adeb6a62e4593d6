package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// Options configures Open. The zero value opens a store for writing.
type Options struct {
	ReadOnly  bool             // read beside a writing process; the database must exist, and is not changed
	Log       *slog.Logger     // nil: none
	Published string           // a file that oped publishes: an empty database beside it is no new one; "": none
	Later     bool             // leave data to be computed again to Store.Fill
	Now       func() time.Time // nil: time.Now
}

// Store is an open database. Its methods are those of its fields, one field a noun. All of them may be called
// at the same time.
type Store struct {
	Accounts    Accounts
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
	Accounts    struct{ db *database } // of the desk
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
	path    string
	log     *slog.Logger
	dialect dialect
	lock    *lockFile // nil when reading only
	writer  *writer   // nil when reading only
	reader  *reading  // as many connections as cores; they cannot write
	// file is the database, for Fails alone. It is closed last, since closing it releases the locks of SQLite
	// (https://www.sqlite.org/howtocorrupt.html §2.2).
	file *os.File

	now    func() time.Time
	filled chan struct{} // closed once the data made of stored rows is that of the present code

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
	if o.Now == nil {
		o.Now = time.Now
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := cmp.Or(checkPath(path, o.ReadOnly), checkEmpty(path, o.Published)); err != nil {
		return nil, err
	}
	db := &database{
		path:     path,
		log:      log,
		now:      o.Now,
		filled:   make(chan struct{}),
		dialect:  newDialect(),
		heavy:    make(chan struct{}, 1),
		leases:   map[int64]lease{},
		suspects: map[int64]time.Time{},
	}
	s := &Store{
		Accounts{db}, Archives{db}, Changes{db}, Decisions{db}, Editions{db}, Entries{db}, Feeds{db}, Outbox{db},
		People{db}, Pieces{db}, Subscribers{db}, Topics{db}, db,
	}
	if err := db.open(ctx, o); err != nil {
		s.Close()
		if faultOf(err) == diskFault {
			err = cmp.Or(tryDisk(path), err)
		}
		return nil, explain(path, err)
	}
	return s, nil
}

func (s *database) open(ctx context.Context, o Options) (err error) {
	if o.ReadOnly {
		close(s.filled)
		if err := s.read("ro"); err != nil {
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
	if err := (Feeds{s}).suspect(ctx); err != nil {
		return err
	}
	if s.file, err = os.Open(s.path); err != nil {
		return err
	}
	if err := s.read(""); err != nil {
		return err
	}
	due, err := s.pending(ctx)
	if err != nil {
		return err
	}
	stored, err := one[bool](ctx, s.reader, anyPieceQuery)
	if err != nil || stored && o.Later && len(due) > 0 {
		return err
	}
	defer s.writer.drop()
	return s.fill(ctx)
}

// read opens the pool of readers.
func (s *database) read(mode string) error {
	db, err := pool(s.path, readerKeys(mode), readers())
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

// CacheBytes returns the most bytes of pages all connections of a store keep, beside Go's memory.
func CacheBytes() int64 { return int64(writerCache+readers()*readerCache) << 10 }

func readers() int { return min(maxReaders, runtime.NumCPU()) }
