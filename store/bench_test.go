package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"oped"
	"oped/store"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// ready is a store with n feeds and two editions.
func ready(t testing.TB, n int) *store.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "oped.db")
	store.EmptyAt(t, path)
	s := open(t, path, store.Options{})
	t.Cleanup(func() { s.Close() })
	var feeds []oped.Feed
	for i := range n {
		feeds = append(feeds, oped.Feed{Name: fmt.Sprint("feed-", i), URL: feedURL(i), Publisher: "P", Enabled: true})
	}
	check(t, s.Feeds.Sync(t.Context(), feeds, noon))
	check(t, s.Editions.Sync(t.Context(), []oped.Edition{{Name: "all"}, {Name: "pak-us"}}, "oped.example", noon))
	return s
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func feedURL(i int) string { return fmt.Sprintf("http://%d.example/rss", i) }

// opEd is a text of about 800 words.
var opEd = strings.Repeat("The foreign office said that the talks in Washington had been candid and useful. ", 60)

// pieces are new pieces of one entry each, numbered from first.
func pieces(feed string, first, n int) (oped.Lookup, []oped.PieceChange) {
	l := oped.Lookup{FeedURL: feed}
	var changes []oped.PieceChange
	for i := first; i < first+n; i++ {
		url := fmt.Sprintf("%s/%d", feed, i)
		e := oped.Entry{FeedURL: feed,
			ID:        url,
			URL:       url,
			Title:     fmt.Sprint("Piece ", i),
			Content:   "<p>" + opEd + "</p>",
			Text:      opEd,
			Published: noon.Add(time.Duration(i) * time.Second),
			FirstSeen: noon.AddDate(1, 0, 0),
			Hash:      [32]byte{byte(i), byte(i >> 8), byte(i >> 16), 1}}
		keys := []string{"g:" + url, "l:" + url, "x:" + url}
		pieceKeys := []string{"u:" + url, "t:" + url}
		l.Entries = append(l.Entries, oped.EntryLookup{
			Keys:      keys,
			Hash:      e.Hash,
			PieceKeys: pieceKeys,
			AtomIDs:   []string{url},
		})
		tags := []oped.Tag{{Topic: "pak-us",
			Outcome:     oped.Tagged,
			By:          oped.ByRule,
			Score:       2,
			Threshold:   1,
			RuleVersion: "v1",
			At:          noon,
			Why: []oped.Span{
				{Zone: "body", Field: "text", Start: 40, End: 50, Text: "Washington", Weight: 1, Rule: "$us"},
				{Zone: "body", Field: "text", Start: 4, End: 18, Text: "foreign office", Weight: 1, Rule: "$diplomacy"},
			}}}
		changes = append(changes, oped.PieceChange{
			Piece: oped.Piece{
				AtomID:    url,
				Kind:      oped.Opinion,
				Entries:   []oped.Entry{e},
				Tags:      tags,
				FirstSeen: noon,
				Updated:   noon,
				Revision:  1,
			},
			Entries: []oped.EntryChange{{Outcome: oped.New, Keys: keys}},
			Keys:    pieceKeys,
			Enter:   []string{"all", "pak-us"},
		})
	}
	return l, changes
}

// ingest stores pieces without looking at the Known.
func ingest(t testing.TB, s *store.Store, feed string, first, n int) {
	l, changes := pieces(feed, first, n)
	_, err := s.Entries.Ingest(context.Background(), l, func(k oped.Known) oped.Plan {
		k.Feed.LastFetch, k.Feed.NextFetch = noon, noon.Add(time.Hour)
		return oped.Plan{Feed: k.Feed, Pieces: changes}
	})
	if err != nil {
		t.Error(err)
	}
}

// BenchmarkIngest writes fetches of 30 entries: all of them new, 3 of them new, none of them new, and fetches
// of nothing (304), by one caller and by many at once, in shared transactions.
func BenchmarkIngest(b *testing.B) {
	for _, bb := range []struct {
		name       string
		entries    int
		fresh      int
		concurrent bool
	}{
		{"30 new", 30, 30, false},
		{"30 new, many callers", 30, 30, true},
		{"3 of 30 new", 30, 3, false},
		{"3 of 30 new, many callers", 30, 3, true},
		{"30 unchanged", 30, 0, false},
		{"30 unchanged, many callers", 30, 0, true},
		{"304", 0, 0, false},
		{"304, many callers", 0, 0, true},
	} {
		b.Run(bb.name, func(b *testing.B) {
			s := ready(b, 50)
			old := bb.entries - bb.fresh
			ingest(b, s, feedURL(0), 0, max(old, 1))
			known, _ := pieces(feedURL(0), 0, old)
			var next atomic.Int64
			next.Store(1000)
			one := func() {
				first := int(next.Add(int64(bb.fresh))) - bb.fresh
				l, changes := pieces(feedURL(0), first, bb.fresh)
				l.Entries = append(l.Entries, known.Entries...)
				_, err := s.Entries.Ingest(context.Background(), l, func(k oped.Known) oped.Plan {
					return oped.Plan{Feed: k.Feed, Pieces: changes, Unchanged: old}
				})
				if err != nil {
					b.Error(err)
				}
			}
			b.ReportAllocs()
			b.ResetTimer()
			if !bb.concurrent {
				for b.Loop() {
					one()
				}
				return
			}
			b.SetParallelism(16)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					one()
				}
			})
		})
	}
}

// BenchmarkBlocks writes fetches of 30 new entries with eight blocks each, one of them the publisher's
// boilerplate.
func BenchmarkBlocks(b *testing.B) {
	s := ready(b, 1)
	next := 0
	b.ReportAllocs()
	for b.Loop() {
		l, changes := pieces(feedURL(0), next, 30)
		var blocks []int64
		for i := range l.Entries {
			for j := range 8 {
				h := uint64((next+i)*8*min(j, 1)+j+1) * 0x9e3779b97f4a7c15 // spread as hashes are
				l.Entries[i].Blocks = append(l.Entries[i].Blocks, int64(h))
			}
			blocks = append(blocks, l.Entries[i].Blocks...)
		}
		next += 30
		_, err := s.Entries.Ingest(
			context.Background(), l,
			func(k oped.Known) oped.Plan { return oped.Plan{Feed: k.Feed, Pieces: changes, Blocks: blocks} },
		)
		check(b, err)
	}
}

// BenchmarkHead reads the head of an edition of 10,000 pieces.
func BenchmarkHead(b *testing.B) {
	s := ready(b, 1)
	for i := range 100 {
		ingest(b, s, feedURL(0), i*100, 100)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		ids, err := s.Editions.Head(b.Context(), "all", 50)
		check(b, err)
		pieces, err := s.Pieces.Seen(b.Context(), ids)
		check(b, err)
		if len(pieces) != 50 {
			b.Fatalf("%d pieces", len(pieces))
		}
	}
}

// BenchmarkHeaders reads the changes, a batch of 512 pieces among 10,000, and the headers of these pieces.
func BenchmarkHeaders(b *testing.B) {
	s := ready(b, 1)
	for i := range 100 {
		ingest(b, s, feedURL(0), i*100, 100)
	}
	before, err := s.Changes.Since(b.Context(), 0)
	check(b, err)
	ingest(b, s, feedURL(0), 10000, 512)
	b.ReportAllocs()
	for b.Loop() {
		c, err := s.Changes.Since(b.Context(), before.Number)
		check(b, err)
		headers, err := s.Pieces.Headers(b.Context(), c.Pieces)
		if err != nil || len(headers) != 512 {
			b.Fatalf("%d headers, %v", len(headers), err)
		}
	}
}
