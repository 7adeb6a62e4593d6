package app

import (
	"bytes"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/internal/testkit"
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
	y.restore(copied)
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

// restore replaces the closed database by a copy.
func (y *year) restore(copied string) {
	data, err := os.ReadFile(copied)
	must(y, err)
	for _, end := range []string{"-wal", "-shm"} {
		os.Remove(y.cfg.Store + end)
	}
	must(y, os.WriteFile(y.cfg.Store, data, 0o644))
}

func onlyID(y *year) (id string) {
	for p, err := range y.p.store.Pieces.All(y.Context(), 0, 0) {
		must(y, err)
		id = p.AtomID
	}
	return id
}

// TestJ7MintedIDSurvivesARestore: a piece with a guid that is not an IRI.
func TestJ7MintedIDSurvivesARestore(t *testing.T) {
	e := oped.Entry{ID: "7", URL: "https://paper.example/7", Title: "Seven", Content: "<p>seven</p>"}
	var was, is string
	forgets(t, func(y *year) { y.fetched(0, e); was = onlyID(y) }, func(y *year) { y.fetched(0, e); is = onlyID(y) })
	if was != is {
		t.Errorf("it was %s, and is %s", was, is)
	}
}

// TestJ7AnArchiveIsAnotherAfterARestore: archive 1 is never another document for readers.
func TestJ7AnArchiveIsAnotherAfterARestore(t *testing.T) {
	testkit.NotShort(t)
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

// copiedYear is a year with two papers, an hour after its database was copied.
func copiedYear(t *testing.T) (y *year, copied string) {
	y = newYear(t, "base_url: https://editions.example\neditions: {all: {}}\nfeeds:\n  - {url: 'https://first.example/feed', publisher: First}\n  - {url: 'https://second.example/feed', publisher: Second}\n")
	y.fetched(0, y.entry(time.Hour))
	copied = filepath.Join(t.TempDir(), "copy.db")
	must(t, y.p.store.Backup(t.Context(), copied))
	y.now = y.now.Add(time.Hour)
	return y, copied
}

// TestJ7_ARestoreKeepsIds: an older database is restored, and forgotten pieces come in again from another paper
// first. They get back the ids that readers know, from the files.
func TestJ7_ARestoreKeepsIds(t *testing.T) {
	y, copied := copiedYear(t)
	one := y.entry(time.Hour)
	one.ID, one.Content = "77", strings.Repeat("<p>"+one.Content+"</p>", 2)
	other := one
	other.ID, other.URL = "https://second.example/copy", "https://second.example/copy"
	alone := y.entry(time.Hour)
	y.fetched(0, one)
	y.fetched(1, other, alone)
	before := idsByTitle(t, y)
	if len(before) != 3 {
		t.Fatalf("%d pieces: %v", len(before), before)
	}

	must(t, y.p.store.Close())
	y.restore(copied)
	y.open()
	y.now = y.now.Add(time.Hour)
	late := one // not in any file
	late.ID, late.URL = "https://second.example/late", "https://second.example/late"
	y.fetched(1, late, alone)
	y.fetched(1, late, alone, other)
	y.fetched(0, one)
	if after := idsByTitle(t, y); !maps.Equal(before, after) {
		t.Errorf("the ids were %v, and are %v", before, after)
	}
}

// TestJ7_ARestoreGivesNoIdToOthers: at the address of a forgotten piece, another piece comes in, before it and
// after it. It gets another id, and so does a piece that a curator had merged into another.
func TestJ7_ARestoreGivesNoIdToOthers(t *testing.T) {
	y, copied := copiedYear(t)
	column := y.entry(time.Hour)
	column.ID, column.URL = "column-1", "https://first.example/columns/"
	a, b := y.entry(time.Hour), y.entry(2*time.Hour)
	y.fetched(0, column, a)
	y.fetched(1, b)
	before := idsByTitle(t, y)
	y.oped("piece", "merge", a.URL, b.URL)
	must(t, y.p.publish(t.Context()))

	must(t, y.p.store.Close())
	y.restore(copied)
	y.open()
	next := y.entry(time.Hour)
	next.ID, next.URL = "column-2", column.URL
	y.now = y.now.Add(time.Hour)
	y.fetched(1, b)
	y.fetched(0, next, column, a)
	after := idsByTitle(t, y)
	for title, id := range before {
		if after[title] != id {
			t.Errorf("%s had the id %s, and has %s", title, id, after[title])
		}
	}
	if id := after[next.Title]; id == "" || slices.Contains(slices.Collect(maps.Values(before)), id) {
		t.Errorf("a new piece has the id %q", id)
	}
}

// idsByTitle are the ids at the head of the edition.
func idsByTitle(t *testing.T, y *year) map[string]string {
	t.Helper()
	ids := map[string]string{}
	head, err := y.p.store.Editions.Head(t.Context(), "all", 50)
	must(t, err)
	pieces, err := y.p.store.Pieces.Of(t.Context(), head)
	must(t, err)
	for _, p := range pieces {
		ids[p.Lead().Title] = p.AtomID
	}
	return ids
}

// TestJ6_RestoreLogsLostWithdrawals: pieces withdrawn since the copy are published again. The log warns of them
// at the start, until they are withdrawn again.
func TestJ6_RestoreLogsLostWithdrawals(t *testing.T) {
	y := newYear(t, "base_url: https://editions.example\neditions: {all: {}}\nfeeds:\n  - {url: 'https://paper.example/feed', publisher: Paper}\n")
	var said bytes.Buffer
	y.o.Log = slog.New(slog.NewTextHandler(&said, nil))
	e := y.entry(time.Hour)
	y.fetched(0, e, y.entry(time.Hour))
	copied := filepath.Join(t.TempDir(), "copy.db")
	must(t, y.p.store.Backup(t.Context(), copied))
	y.now = y.now.Add(time.Hour)
	y.oped("piece", "withdraw", e.URL)
	must(t, y.p.publish(t.Context()))

	const warning = "piece was withdrawn after the backup"
	for _, c := range []struct {
		message string
		do      func()
		want    int
	}{
		{"a restart", func() {}, 0}, {"the restore", func() { y.restore(copied) }, 1},
	} {
		must(t, y.p.store.Close())
		c.do()
		said.Reset()
		y.open()
		if n := strings.Count(said.String(), warning); n != c.want {
			t.Errorf("after %s it is said %d times:\n%s", c.message, n, said.String())
		}
	}
	if !strings.Contains(said.String(), e.URL) {
		t.Errorf("the piece is not named:\n%s", said.String())
	}
}
