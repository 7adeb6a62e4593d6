package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"oped"
)

// TestRevisions_AreBounded: an entry that changes at every fetch keeps its newest versions, and says that
// older ones are gone.
func TestRevisions_AreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	for _, tt := range []struct{ size, changes, kept int }{
		{100, 50, 50},
		{100, 2 * oped.MaxVersions, oped.MaxVersions},
		{oped.MaxVersionBytes/4 - 10, 12, 4},
		{2 * oped.MaxVersionBytes, 3, 1},
	} {
		t.Run(fmt.Sprint(tt.size, " bytes"), func(t *testing.T) {
			s := ready(t, 1)
			ingest(t, s, feedURL(0), 0, 1)
			at := noon
			for i := range tt.changes {
				at = at.Add(time.Minute)
				l := oped.Lookup{
					FeedURL: feedURL(0),
					At:      at,
					Entries: []oped.EntryLookup{{Keys: []string{"g:" + feedURL(0) + "/0"}, AtomIDs: []string{"urn:0"}}},
				}
				_, err := s.Entries.Ingest(t.Context(), l, func(k oped.Known) oped.Plan {
					p := k.Pieces[1]
					p.Entries[0].Content = fmt.Sprint(i, " ", strings.Repeat("w", tt.size))
					p.Entries[0].Hash = [32]byte{byte(i), byte(i >> 8), 9}
					k.Feed.LastFetch = at
					return oped.Plan{
						Feed:   k.Feed,
						Pieces: []oped.PieceChange{{Piece: p, Entries: []oped.EntryChange{{Outcome: oped.Changed}}}},
					}
				})
				check(t, err)
			}
			p, err := s.Pieces.Get(t.Context(), "1")
			check(t, err)
			revisions, err := s.Entries.Revisions(t.Context(), p.Lead().Row)
			check(t, err)
			if len(revisions) != tt.kept ||
				!strings.HasPrefix(revisions[len(revisions)-1].Entry.Content, fmt.Sprint(tt.changes-2, " ")) {
				t.Errorf("%d versions are kept, not %d", len(revisions), tt.kept)
			}
			if cut := len(p.Lead().Limits) == 1 &&
				p.Lead().Limits[0] == oped.VersionLimit; cut != (tt.kept < tt.changes) {
				t.Errorf("the entry's limits are %q", p.Lead().Limits)
			}
		})
	}
}

// TestRevisions_Dropped: a change marked Drop writes the text, and no version.
func TestRevisions_Dropped(t *testing.T) {
	s := ready(t, 1)
	ingest(t, s, feedURL(0), 0, 1)
	for i, drop := range []bool{true, false, true} {
		l := oped.Lookup{
			FeedURL: feedURL(0),
			At:      noon,
			Entries: []oped.EntryLookup{{Keys: []string{"g:" + feedURL(0) + "/0"}, AtomIDs: []string{"urn:0"}}},
		}
		_, err := s.Entries.Ingest(t.Context(), l, func(k oped.Known) oped.Plan {
			p := k.Pieces[1]
			p.Entries[0].Content, p.Entries[0].Hash = fmt.Sprint("text ", i), [32]byte{byte(i), 9}
			k.Feed.RevisionBytesToday, k.Feed.RevisedToday = i, 2*i
			return oped.Plan{
				Feed: k.Feed,
				Pieces: []oped.PieceChange{{
					Piece:   p,
					Entries: []oped.EntryChange{{Outcome: oped.Changed, Drop: drop}},
				}},
			}
		})
		check(t, err)
	}
	p, err := s.Pieces.Get(t.Context(), "1")
	check(t, err)
	revisions, err := s.Entries.Revisions(t.Context(), p.Lead().Row)
	check(t, err)
	if len(revisions) != 1 || revisions[0].Entry.Content != "text 0" || p.Lead().Content != "text 2" {
		t.Errorf("%+v of %q", revisions, p.Lead().Content)
	}
	feeds, err := s.Feeds.All(t.Context())
	check(t, err)
	if f := feeds[0]; f.RevisionBytesToday != 2 || f.RevisedToday != 4 {
		t.Errorf("%+v", f)
	}
}
