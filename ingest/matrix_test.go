package ingest_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"oped"
)

// variant is a change of one entry: its guid, link and text compared with the earlier ones, and its place.
type variant struct{ guid, link, text, where string }

func (v variant) String() string {
	return "guid " + v.guid + ", link " + v.link + ", text " + v.text + ", " + v.where
}

// outcome is the content of the store in the end, without the other entries of the documents: entries, their
// pieces, and the number of entries in the piece of the first.
type outcome struct{ entries, pieces, appearances int }

func (o outcome) String() string { return fmt.Sprintf("%d %d %d", o.entries, o.pieces, o.appearances) }

var (
	guids  = []string{"same", "changed", "missing", "shared"}
	links  = []string{"same", "changed", "tracked", "home"}
	texts  = []string{"same", "edited", "truncated"}
	wheres = []string{"same document", "next fetch", "other feed"}
)

// matrix lists the outcomes of an entry and its variant: entries, pieces and entries of the first piece, with
// both in the same document, with the variant in place of the entry in the next fetch, and with the variant
// in another feed. In the same document only equal entries are one: the feed shows two, and neither may be
// lost. In the next fetch a surviving name, or all of the words, identify the stored entry; so do headline and day,
// if the words do not differ. In another feed the same address, or most of the words, make it a
// copy. "shared" is a guid of a third entry in the variant's document, too; "home" is a link to the home
// page.
const matrix = `
guid     link     text       same document  next fetch  other feed
same     same     same       1 1 1          1 1 1       2 1 2
same     same     edited     2 1 2          1 1 1       2 1 2
same     same     truncated  2 1 2          1 1 1       2 1 2
same     changed  same       2 1 2          1 1 1       2 1 2
same     changed  edited     2 2 1          1 1 1       2 1 2
same     changed  truncated  2 2 1          1 1 1       2 2 1
same     tracked  same       2 1 2          1 1 1       2 1 2
same     tracked  edited     2 1 2          1 1 1       2 1 2
same     tracked  truncated  2 1 2          1 1 1       2 1 2
same     home     same       2 1 2          1 1 1       2 1 2
same     home     edited     2 2 1          1 1 1       2 1 2
same     home     truncated  2 2 1          1 1 1       2 2 1
changed  same     same       2 1 2          1 1 1       2 1 2
changed  same     edited     2 2 1          1 1 1       2 1 2
changed  same     truncated  2 2 1          1 1 1       2 1 2
changed  changed  same       2 1 2          1 1 1       2 1 2
changed  changed  edited     2 2 1          1 1 1       2 1 2
changed  changed  truncated  2 2 1          1 1 1       2 2 1
changed  tracked  same       2 1 2          1 1 1       2 1 2
changed  tracked  edited     2 2 1          1 1 1       2 1 2
changed  tracked  truncated  2 2 1          1 1 1       2 1 2
changed  home     same       2 1 2          1 1 1       2 1 2
changed  home     edited     2 2 1          1 1 1       2 1 2
changed  home     truncated  2 2 1          1 1 1       2 2 1
missing  same     same       2 1 2          1 1 1       2 1 2
missing  same     edited     2 2 1          1 1 1       2 1 2
missing  same     truncated  2 2 1          1 1 1       2 1 2
missing  changed  same       2 1 2          1 1 1       2 1 2
missing  changed  edited     2 2 1          1 1 1       2 1 2
missing  changed  truncated  2 2 1          1 1 1       2 2 1
missing  tracked  same       2 1 2          1 1 1       2 1 2
missing  tracked  edited     2 2 1          1 1 1       2 1 2
missing  tracked  truncated  2 2 1          1 1 1       2 1 2
missing  home     same       2 1 2          1 1 1       2 1 2
missing  home     edited     2 2 1          1 1 1       2 1 2
missing  home     truncated  2 2 1          1 1 1       2 2 1
shared   same     same       1 1 1          1 1 1       2 1 2
shared   same     edited     2 1 2          1 1 1       2 1 2
shared   same     truncated  2 1 2          1 1 1       2 1 2
shared   changed  same       2 1 2          1 1 1       2 1 2
shared   changed  edited     2 2 1          1 1 1       2 1 2
shared   changed  truncated  2 2 1          1 1 1       2 2 1
shared   tracked  same       2 1 2          1 1 1       2 1 2
shared   tracked  edited     2 1 2          1 1 1       2 1 2
shared   tracked  truncated  2 1 2          1 1 1       2 1 2
shared   home     same       2 1 2          1 1 1       2 1 2
shared   home     edited     2 2 1          1 1 1       2 1 2
shared   home     truncated  2 2 1          1 1 1       2 2 1
`

// cells reads the matrix.
func cells(t *testing.T) map[variant]outcome {
	t.Helper()
	all := map[variant]outcome{}
	for line := range strings.Lines(strings.TrimSpace(matrix)) {
		f := strings.Fields(line)
		if f[0] == "guid" {
			continue
		}
		if len(f) != 3+3*len(wheres) {
			t.Fatalf("%d fields: %s", len(f), line)
		}
		for i, where := range wheres {
			v := variant{f[0], f[1], f[2], where}
			if _, twice := all[v]; twice {
				t.Errorf("twice: %v", v)
			}
			var o outcome
			_, err := fmt.Sscan(strings.Join(f[3+3*i:6+3*i], " "), &o.entries, &o.pieces, &o.appearances)
			check(t, err)
			all[v] = o
		}
	}
	return all
}

// variants are all cells of the matrix.
func variants() (all []variant) {
	for _, guid := range guids {
		for _, link := range links {
			for _, text := range texts {
				for _, where := range wheres {
					all = append(all, variant{guid, link, text, where})
				}
			}
		}
	}
	return all
}

// shown is a matrix as it is written.
func shown(cells map[variant]outcome) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-8s %-8s %-10s %-14s %-11s %s\n", "guid", "link", "text", wheres[0], wheres[1], wheres[2])
	for _, v := range variants() {
		switch o := cells[v]; v.where {
		case wheres[0]:
			fmt.Fprintf(&b, "%-8s %-8s %-10s %-14v ", v.guid, v.link, v.text, o)
		case wheres[1]:
			fmt.Fprintf(&b, "%-11v ", o)
		default:
			fmt.Fprintf(&b, "%v\n", o)
		}
	}
	return b.String()
}

// of makes the variant of an entry. Its title and date stay, as they do in life.
func (v variant) of(e oped.Entry) oped.Entry {
	return edited(e, func(e *oped.Entry) {
		if v.where == "other feed" {
			e.FeedURL = nation
		}
		switch v.guid {
		case "changed":
			e.ID = "https://dawn.example/?p=100001"
		case "missing":
			e.ID = ""
		}
		switch v.link {
		case "changed":
			e.URL = "https://dawn.example/moved"
		case "tracked":
			e.URL = strings.Replace(e.URL, "https", "http", 1) + "?utm_source=rss#top"
		case "home":
			e.URL = "https://dawn.example/"
		}
		switch v.text {
		case "edited":
			e.Content = strings.Replace(e.Content, "court", "supreme court", 1)
		case "truncated":
			e.Content = e.Content[:60] + "…</p>"
		}
	})
}

// TestIdentityMatrix: whatever a feed does to an entry's guid, link and text, nothing is lost or doubled, and
// no AtomID changes. The house checks AtomIDs after each fetch, and that an equal next document changes
// nothing. -v prints the outcomes.
func TestIdentityMatrix(t *testing.T) {
	want := cells(t)
	if len(want) != len(variants()) {
		t.Fatalf("%d cells, want %d", len(want), len(variants()))
	}
	var mu sync.Mutex
	got := map[variant]outcome{}
	t.Cleanup(func() { t.Logf("%d cells: entries, pieces, appearances\n%s", len(got), shown(got)) })
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			o := v.play(t, newHouse(t))
			if o != want[v] {
				t.Errorf("entries, pieces and appearances are %v, want %v", o, want[v])
			}
			mu.Lock()
			defer mu.Unlock()
			got[v] = o
		})
	}
}

// play lets a house fetch an entry and its variant, and returns the outcome.
func (v variant) play(t *testing.T, h *house) outcome {
	entry := column(dawn, 1)
	document := []oped.Entry{v.of(entry)}
	if v.guid == "shared" { // by a third entry
		decoy := edited(column(document[0].FeedURL, 2), func(e *oped.Entry) { e.ID = document[0].ID })
		document = append(document, decoy)
	}
	feed := document[0].FeedURL
	if v.where == "same document" {
		document = append([]oped.Entry{entry}, document...)
	} else {
		h.fetch(dawn, epoch, entry)
	}
	h.fetch(feed, epoch.Add(time.Hour), document...)
	o := h.outcome(v.guid == "shared")
	record := h.record()
	if c := h.fetch(feed, epoch.Add(2*time.Hour), document...); c.New+c.Joined+c.Changed > 0 {
		t.Errorf("the same document again: %+v", c)
	}
	if again := h.outcome(v.guid == "shared"); again != o {
		t.Errorf("the same document again made %v of %v", again, o)
	}
	if again := h.record(); again != record {
		t.Errorf("the same document again published %s after %s", again, record)
	}
	h.stored(document...)
	return o
}

// outcome returns the content of the store; a decoy is an entry and a piece of its own, and does not count.
func (h *house) outcome(decoy bool) (o outcome) {
	h.t.Helper()
	for _, p := range h.all() {
		o.pieces++
		o.entries += len(p.Entries)
		if o.appearances == 0 {
			o.appearances = len(p.Entries)
		}
	}
	if decoy {
		o.entries, o.pieces = o.entries-1, o.pieces-1
	}
	return o
}

// stored checks that each entry's words are in the store, under its feed.
func (h *house) stored(entries ...oped.Entry) {
	h.t.Helper()
	found := map[[32]byte]bool{}
	for _, p := range h.all() {
		for _, e := range p.Entries {
			found[e.Hash] = true
		}
	}
	for _, e := range entries {
		if !found[e.Hash] {
			h.t.Errorf("%s (guid %q, link %s) is lost", e.Title, e.ID, e.URL)
		}
	}
}

// TestIdentityMatrixDistrusted: with distrusted guids every cell is the same: the rest of an entry's names is
// enough.
func TestIdentityMatrixDistrusted(t *testing.T) {
	want := cells(t)
	for i, v := range variants() {
		if testing.Short() && i%5 > 0 {
			continue
		}
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			for _, feed := range []string{dawn, nation} {
				h.health(feed, 1000, 500)
			}
			if o := v.play(t, h); o != want[v] {
				t.Errorf("entries, pieces and appearances are %v, want %v", o, want[v])
			}
		})
	}
}

// health lets so many guids of a feed, and so many faults among them, be known.
func (h *house) health(feed string, guids, faults int) {
	h.t.Helper()
	_, err := h.store.Entries.Ingest(context.Background(), oped.Lookup{FeedURL: feed}, func(k oped.Known) oped.Plan {
		k.Feed.GUIDs, k.Feed.GUIDFaults = guids, faults
		return oped.Plan{Feed: k.Feed}
	})
	if err != nil {
		h.t.Fatalf("%v", err)
	}
}
