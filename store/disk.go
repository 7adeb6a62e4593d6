package store

import (
	"context"
	"errors"
	"io"
	"os"
)

// IsPassing reports whether an error comes from the surroundings of the database, so that trying again may
// help: a full or failing disk, or a lock of another program. Anything else is a broken invariant of ours, or
// damage.
func IsPassing(err error) bool {
	f := faultOf(err)
	return f == fullFault || f == diskFault || f == busyFault
}

// IsDamage reports whether an error says the database is damaged. SQLite also reports a failing disk so;
// [Store.Fails] distinguishes them.
func IsDamage(err error) bool { return faultOf(err) == corruptFault || errors.Is(err, ErrCorrupt) }

// Fails reports whether the files of the database cannot be read through now.
func (s *Store) Fails(ctx context.Context) bool {
	if s.db.file == nil {
		return false
	}
	if failsToRead(ctx, s.db.file) {
		return true
	}
	wal, err := os.Open(s.db.path + "-wal") // SQLite has no locks on it
	if err != nil {
		return false
	}
	defer wal.Close()
	return failsToRead(ctx, wal)
}

func failsToRead(ctx context.Context, f *os.File) bool {
	buf := make([]byte, 1<<20)
	for at := int64(0); ctx.Err() == nil; at += int64(len(buf)) {
		if _, err := f.ReadAt(buf, at); err != nil {
			return !errors.Is(err, io.EOF)
		}
	}
	return false
}
