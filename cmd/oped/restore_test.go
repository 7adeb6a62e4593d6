package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"oped"
)

// forgets takes a copy of the database, does something, puts the copy back and does something again, a day later.
func forgets(t *testing.T, before, after func(y *year)) (was, is []byte) {
	y := newYear(t, yearConfig)
	copied := filepath.Join(t.TempDir(), "copy.db")
	must(t, y.p.store.Backup(t.Context(), copied))
	y.now = y.now.Add(24 * time.Hour)
	before(y)
	_, _, was = y.get("/everything/archive/1.atom")
	y.p.store.Close()
	data, err := os.ReadFile(copied)
	must(t, err)
	os.Remove(y.cfg.Store + "-wal")
	os.Remove(y.cfg.Store + "-shm")
	must(t, os.WriteFile(y.cfg.Store, data, 0o644))
	y.open()
	y.now = y.now.Add(24 * time.Hour)
	after(y)
	if code, header, body := y.get("/everything/archive/1.atom"); code == 200 {
		is = body
	} else if header.Get("Location") != "https://editions.example/everything/archive/2.atom" {
		is = body
	}
	return was, is
}

func onlyID(y *year) (id string) {
	for p, err := range y.p.store.Pieces(y.Context(), 0, 0) {
		must(y, err)
		id = p.AtomID
	}
	return id
}

// TestJ7AMintedIDIsTheSameAfterARestore: a piece whose guid is no IRI.
func TestJ7AMintedIDIsTheSameAfterARestore(t *testing.T) {
	e := oped.Entry{ID: "7", URL: "https://paper.example/7", Title: "Seven", Content: "<p>seven</p>"}
	var was, is string
	forgets(t, func(y *year) { y.fetched(0, e); was = onlyID(y) }, func(y *year) { y.fetched(0, e); is = onlyID(y) })
	if was != is {
		t.Errorf("it was %s, and is %s", was, is)
	}
}

// TestJ7AnArchiveIsAnotherAfterARestore: what readers have read as archive 1 is never another document.
func TestJ7AnArchiveIsAnotherAfterARestore(t *testing.T) {
	flood := func(y *year) {
		var entries []oped.Entry
		for range 60 {
			entries = append(entries, y.entry(time.Hour))
		}
		y.fetched(0, entries...)
	}
	was, is := forgets(t, flood, flood)
	if is != nil && !bytes.Equal(was, is) {
		t.Errorf("archive 1 had %d bytes, and has %d others", len(was), len(is))
	}
}
