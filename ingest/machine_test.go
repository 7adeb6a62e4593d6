package ingest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/dedup"
	"pgregory.net/rapid"
)

// alphabet draws entries with much in common.
func alphabet(feed string) *rapid.Generator[oped.Entry] {
	of := func(values ...string) *rapid.Generator[string] { return rapid.SampledFrom(values) }
	return rapid.Custom(func(t *rapid.T) oped.Entry {
		e := oped.Entry{
			FeedURL: feed,
			ID:      of("", "1", "2", "urn:3", feed).Draw(t, "guid"),
			Title:   of("", "Editorial", "EDITORIAL", "Two").Draw(t, "title"),
			URL:     of("", "https://a.example/", "https://a.example/1", "http://a.example/1?utm_source=rss", "https://a.example/2").Draw(t, "link"),
			Content: of("", essay(1, 60), essay(2, 60), essay(3, 20), essay(1, 60)[:150]).Draw(t, "content"),
		}
		if day := rapid.IntRange(0, 3).Draw(t, "day"); day > 0 {
			e.Published = epoch.AddDate(0, 0, -12*day).Add(
				time.Duration(rapid.IntRange(0, 1).Draw(t, "minute")) * time.Minute,
			)
		}
		if rapid.Bool().Draw(t, "has been updated") {
			e.Updated = epoch.Add(-time.Duration(rapid.IntRange(1, 2).Draw(t, "updated")) * time.Hour)
		}
		return signed(e)
	})
}

// machine is a house and a plain map of its content.
type machine struct {
	*house
	rows map[int64][]oped.Entry // every stored entry, in all its versions: its names are aliases for good
	at   time.Time
}

// TestMachine: whatever documents come, each of their entries is stored, once; an entry gives way only to one
// with a common name; the same document again changes nothing; and nothing panics. The house checks the rest.
func TestMachine(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHouse(t)
		defer h.store.Close()
		h.t = rt
		m := &machine{h, map[int64][]oped.Entry{}, epoch}
		rt.Repeat(map[string]func(*rapid.T){
			"a document of dawn":              func(t *rapid.T) { m.document(t, dawn) },
			"a document of nation":            func(t *rapid.T) { m.document(t, nation) },
			"the guids of dawn are found out": func(*rapid.T) { m.health(dawn, 1000, 500) },
			"the guids of dawn hold again":    func(*rapid.T) { m.health(dawn, 1000, 0) },
			"the clock goes back":             func(*rapid.T) { m.at = m.at.Add(-30 * time.Minute) },
		})
	})
}

func (m *machine) document(t *rapid.T, feed string) {
	m.t = t
	entries := rapid.SliceOfN(alphabet(feed), 0, 5).Draw(t, "entries")
	m.at = m.at.Add(time.Hour)
	m.fetch(feed, m.at, entries...)
	m.compare(entries)
	record := m.record()
	if c := m.fetch(feed, m.at.Add(time.Minute), entries...); c.New+c.Joined+c.Changed > 0 || m.record() != record {
		t.Fatalf("the same document again: %+v", c)
	}
}

// compare brings the map up to date and checks the changes of its entries.
func (m *machine) compare(fetched []oped.Entry) {
	now := map[int64]oped.Entry{}
	times := map[[32]byte]int{}
	for _, p := range m.all() {
		for _, e := range p.Entries {
			now[e.Row] = e
			times[e.Hash]++
		}
	}
	for row, versions := range m.rows {
		is, ok := now[row]
		if !ok || !slices.ContainsFunc(versions, func(was oped.Entry) bool { return shareName(&was, &is) }) {
			m.t.Fatalf("entry %d was %s and is %s", row, show(versions[len(versions)-1]), show(is))
		}
	}
	for i, keys := range dedup.Identify(fetched) {
		if e := fetched[i]; len(keys) > 0 && times[e.Hash] != 1 {
			m.t.Fatalf("%s is stored %d times", show(e), times[e.Hash])
		}
	}
	for row, e := range now {
		m.rows[row] = append(m.rows[row], e)
	}
}

// shareName reports whether two entries may be one for the feed.
func shareName(a, b *oped.Entry) bool {
	sameWords := strings.EqualFold(a.Title, b.Title) && a.Content == b.Content
	c := dedup.NewComparer(context.Background(), oped.MaxCompareSteps)
	nameless := strings.EqualFold(a.Title, b.Title) || c.SameEntry(a, b)
	renamed := a.Content == b.Content && (a.Published.IsZero() || b.Published.IsZero() ||
		a.Published.Sub(b.Published).Abs() <= 48*time.Hour)
	return renamed || a.ID != "" && a.ID == b.ID ||
		a.URL != "" && dedup.CanonicalURL(a.URL) == dedup.CanonicalURL(b.URL) ||
		sameWords ||
		a.ID == b.ID && nameless
}

func show(e oped.Entry) string {
	return fmt.Sprintf(
		"%q (guid %q, link %q, %d letters, %v, updated %v)", e.Title, e.ID, e.URL, len(e.Content), e.Published,
		e.Updated,
	)
}
