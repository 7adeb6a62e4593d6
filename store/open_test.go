package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/store"
)

// filled is a closed database with some pieces in it.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "oped.db")
	store.EmptyAt(t, path)
	s := open(t, path, store.Options{})
	check(t, s.Feeds.Sync(t.Context(), []oped.Feed{{URL: feedURL(0), Enabled: true}}, noon))
	check(t, s.Editions.Sync(t.Context(), []oped.Edition{{Name: "all"}, {Name: "pak-us"}}, "oped.example", noon))
	ingest(t, s, feedURL(0), 0, 30)
	check(t, s.Close())
	return path
}

// raw runs a statement on a database behind the store's back.
func raw(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	check(t, err)
	defer db.Close()
	_, err = db.Exec(query)
	check(t, err)
}

// refused opens an unusable path, and checks the error: its kind, the name of the file, a message of its own,
// and a hint.
func refused(t *testing.T, path string, o store.Options, kind error, says string) {
	t.Helper()
	s, err := store.Open(t.Context(), path, o)
	if err == nil {
		s.Close()
		t.Fatalf("opened, want %v", kind)
	}
	if !errors.Is(err, kind) || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), path) {
		t.Errorf("%v; want %v, and %q", err, kind, says)
	}
	var hinted interface{ Hint() string }
	if !errors.As(err, &hinted) || hinted.Hint() == "" {
		t.Errorf("%v: no hint", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, readOnly := range []bool{false, true} {
		o := store.Options{ReadOnly: readOnly}
		t.Run(fmt.Sprint("read only ", readOnly), func(t *testing.T) {
			t.Run("a missing directory", func(t *testing.T) {
				refused(t, filepath.Join(t.TempDir(), "no", "oped.db"), o, store.ErrUnreadable, "no directory")
			})
			t.Run("a directory", func(t *testing.T) {
				refused(t, t.TempDir(), o, store.ErrUnreadable, "directory")
			})
			t.Run("a file in place of the directory", func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "file")
				check(t, os.WriteFile(file, nil, 0o600))
				refused(t, filepath.Join(file, "oped.db"), o, store.ErrUnreadable, "not a directory")
			})
			t.Run("another kind of file", func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "config.yaml")
				check(t, os.WriteFile(file, []byte(strings.Repeat("feeds: []\n", 1000)), 0o600))
				refused(t, file, o, store.ErrNotDatabase, "other kind")
			})
			t.Run("another program's database", func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "other.db")
				raw(t, file, `CREATE TABLE feed (id INTEGER)`)
				refused(t, file, o, store.ErrNotDatabase, "another program")
			})
			t.Run("a newer schema", func(t *testing.T) {
				path := filled(t)
				raw(t, path, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, 1)`)
				refused(
					t, path, o, store.ErrNewer,
					fmt.Sprintf("version 9000, this oped knows up to %d", store.SchemaVersion()),
				)
			})
			t.Run("a file without permission", func(t *testing.T) {
				if os.Geteuid() == 0 {
					t.Skip("root may read everything: run as another user")
				}
				path := filled(t)
				check(t, os.Chmod(path, 0))
				refused(t, path, o, store.ErrUnreadable, "permission denied")
			})
		})
	}
	t.Run("a missing database, to be read", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "oped.db")
		refused(t, path, store.Options{ReadOnly: true}, store.ErrMissing, "")
		if _, err := os.Stat(path); err == nil {
			t.Error("it was made")
		}
	})
	t.Run("an empty database, to be read", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "oped.db")
		check(t, os.WriteFile(path, nil, 0o600))
		refused(t, path, store.Options{ReadOnly: true}, store.ErrOlder, "version 0")
		check(t, open(t, path, store.Options{}).Close())
	})
}

// TestDamage flips bytes all over the file. Damage to the structure is refused with ErrCorrupt; other damage
// must be harmless to reading: rows or errors, no crash.
func TestDamage(t *testing.T) {
	path := filled(t)
	sound, err := os.ReadFile(path)
	check(t, err)
	rng := rand.New(rand.NewPCG(1, 1))
	refusals := 0
	for range 30 {
		broken := append([]byte(nil), sound...)
		for range 40 {
			broken[100+rng.IntN(len(broken)-100)] ^= 0xff
		}
		check(t, os.WriteFile(path, broken, 0o600))
		s, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			if !errors.Is(err, store.ErrCorrupt) && !errors.Is(err, store.ErrNotDatabase) {
				t.Fatalf("damage is called %v", err)
			}
			refusals++
			continue
		}
		if ids, err := s.Editions.Head(t.Context(), "all", 0); err == nil {
			s.Pieces.Of(t.Context(), ids)
		}
		check(t, s.Close())
	}
	if refusals < 8 { // most of the file is text, and SQLite cannot see a flipped byte in it
		t.Errorf("%d of 30 damaged databases were refused", refusals)
	}
}

func TestSecondWriter(t *testing.T) {
	path := filled(t)
	first := open(t, path, store.Options{})
	refused(t, path, store.Options{}, store.ErrInUse, fmt.Sprintf("process %d", os.Getpid()))

	reader := open(t, path, store.Options{ReadOnly: true})
	defer reader.Close()
	ingest(t, first, feedURL(0), 100, 1)
	if _, err := reader.Pieces.Get(t.Context(), feedURL(0)+"/100"); err != nil {
		t.Errorf("a reader beside the writer: %v", err)
	}
	_, err := reader.Entries.Ingest(
		t.Context(), oped.Lookup{FeedURL: feedURL(0)}, func(k oped.Known) oped.Plan { return oped.Plan{} },
	)
	if !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("a reader may ingest: %v", err)
	}
	if err := reader.Feeds.MakeDue(t.Context(), noon); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("a reader may change the schedule: %v", err)
	}
	check(t, first.Close())
	check(t, open(t, path, store.Options{}).Close())
}

func TestReadOnlyAlone(t *testing.T) {
	path := filled(t)
	s := open(t, path, store.Options{ReadOnly: true})
	defer s.Close()
	if c, err := s.Counts(t.Context()); err != nil || c.Pieces != 30 {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestOddPaths opens databases with paths of special meaning in a URI.
func TestOddPaths(t *testing.T) {
	for _, name := range []string{"a b.db", "a?mode=ro.db", "a#b.db", "a%41.db", "اخبار.db"} {
		path := filepath.Join(t.TempDir(), name)
		check(t, open(t, path, store.Options{}).Close())
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBackup(t *testing.T) {
	path := filled(t)
	s := open(t, path, store.Options{})
	defer s.Close()
	file := filepath.Join(t.TempDir(), "copy.db")
	for range 2 { // a second backup replaces the first
		check(t, s.Backup(t.Context(), file))
	}
	copied := open(t, file, store.Options{})
	defer copied.Close()
	if c, err := copied.Counts(t.Context()); err != nil || c.Pieces != 30 {
		t.Errorf("the copy has %+v, %v", c, err)
	}
	if err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "no", "copy.db")); err == nil {
		t.Error("a backup into a missing directory is no error")
	}
}

// TestNothingStays wants no goroutine to be left when a store is closed.
func TestNothingStays(t *testing.T) {
	before := runtime.NumGoroutine()
	path := filled(t)
	s := open(t, path, store.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	for range s.Pieces.All(ctx, 0, 0) {
		break
	}
	cancel()
	check(t, s.Close())
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		runtime.Gosched()
	}
	deadline := time.After(2 * time.Second)
	for runtime.NumGoroutine() > before {
		select {
		case <-deadline:
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		default:
			runtime.Gosched()
		}
	}
}
