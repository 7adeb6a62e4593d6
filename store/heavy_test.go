package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/store"
)

// TestIngest_HeavyFetchIsDecidedWhileOthersWrite: a heavy fetch is decided outside of the transaction, so
// that other feeds are stored meanwhile, and its plan is carried out unchanged (row 5).
func TestIngest_HeavyFetchIsDecidedWhileOthersWrite(t *testing.T) {
	s := ready(t, 2)
	l, changes := pieces(feedURL(0), 0, 100)
	asked := 0
	_, err := s.Entries.Ingest(t.Context(), l, func(k oped.Known) oped.Plan {
		if asked++; asked == 1 {
			stored := make(chan bool)
			go func() {
				ingest(t, s, feedURL(1), 1000, 1)
				close(stored)
			}()
			select {
			case <-stored:
			case <-time.After(30 * time.Second):
				t.Error("another feed waits for the decision")
			}
		}
		k.Feed.LastFetch = noon
		return oped.Plan{Feed: k.Feed, Pieces: changes}
	})
	check(t, err)
	if asked != 1 {
		t.Errorf("it was decided %d times, although nothing that it depends on was changed", asked)
	}
	wantPieces(t, s, 101)
}

// TestIngest_StaleDecisionIsMadeAgain: if the state behind a heavy fetch changes during the decision, it is
// decided again.
func TestIngest_StaleDecisionIsMadeAgain(t *testing.T) {
	s := ready(t, 2)
	l, changes := pieces(feedURL(0), 0, 100)
	shared := "u:" + feedURL(0) + "/7"
	var matches []int
	_, err := s.Entries.Ingest(t.Context(), l, func(k oped.Known) oped.Plan {
		matches = append(matches, len(k.Matches[shared]))
		if len(matches) == 1 {
			other, plan := pieces(feedURL(1), 1000, 1)
			plan[0].Keys = append(plan[0].Keys, shared)
			_, err := s.Entries.Ingest(
				t.Context(), other,
				func(k oped.Known) oped.Plan { return oped.Plan{Feed: k.Feed, Pieces: plan} },
			)
			check(t, err)
		}
		return oped.Plan{Feed: k.Feed, Pieces: changes}
	})
	check(t, err)
	if fmt.Sprint(matches) != "[0 1]" {
		t.Errorf("it knew %v pieces with the key", matches)
	}
	wantPieces(t, s, 101)
}

// TestIngest_EndsWhileHeavyFetchIsDecided: if the context of a fetch ends during its decision, or during its
// write, nothing is stored.
func TestIngest_EndsWhileHeavyFetchIsDecided(t *testing.T) {
	s := ready(t, 1)
	l, changes := pieces(feedURL(0), 0, 100)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Entries.Ingest(ctx, l, func(k oped.Known) oped.Plan {
		cancel()
		return oped.Plan{Feed: k.Feed, Pieces: changes}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	wantPieces(t, s, 0)
	ingest(t, s, feedURL(0), 0, 100)
	wantPieces(t, s, 100)
}

// TestIngest_PanicOfHeavyDecision: a panic is the caller's, and the next fetch is stored.
func TestIngest_PanicOfHeavyDecision(t *testing.T) {
	s := ready(t, 1)
	l, _ := pieces(feedURL(0), 0, 100)
	func() {
		defer func() {
			if recover() != "ours" {
				t.Error("the panic got lost")
			}
		}()
		s.Entries.Ingest(t.Context(), l, func(oped.Known) oped.Plan { panic("ours") })
	}()
	ingest(t, s, feedURL(0), 0, 100)
	wantPieces(t, s, 100)
}

// TestIngest_LoadsABoundedPartOfCandidates: of the candidate pieces of a fetch so many bytes are loaded,
// however many and long they are; the others are named (row 5).
func TestIngest_LoadsABoundedPartOfCandidates(t *testing.T) {
	s := ready(t, 2)
	const each = oped.MaxContent
	for n := range 3 {
		long := strings.Repeat("w", each)
		for i := range 4 {
			l, changes := pieces(feedURL(0), 100*n+10*i, 4)
			for j := range changes {
				changes[j].Piece.Entries[0].Content = long
				changes[j].Keys = append(changes[j].Keys, fmt.Sprint("t:shared-", i))
			}
			_, err := s.Entries.Ingest(
				t.Context(), l,
				func(k oped.Known) oped.Plan { return oped.Plan{Feed: k.Feed, Pieces: changes} },
			)
			check(t, err)
		}
		ask := oped.Lookup{FeedURL: feedURL(1), At: noon}
		for i := range 4 {
			ask.Entries = append(
				ask.Entries,
				oped.EntryLookup{
					Keys:      []string{fmt.Sprint("g:", i)},
					PieceKeys: []string{fmt.Sprint("t:shared-", i)},
					AtomIDs:   []string{fmt.Sprint("urn:", i)},
				},
			)
		}
		named, bytes := 0, 0
		_, err := s.Entries.Ingest(t.Context(), ask, func(k oped.Known) oped.Plan {
			named, bytes = 0, 0
			for _, ids := range k.Matches {
				named += len(ids)
			}
			for _, p := range k.Pieces {
				bytes += len(p.Lead().Content) + len(p.Lead().Text)
			}
			return oped.Plan{Feed: k.Feed}
		})
		check(t, err)
		t.Logf("%d pieces named, %d bytes loaded", named, bytes)
		if want := min(8, 4*(n+1)) * 4; named != want || bytes > oped.MaxCompared || bytes < oped.MaxCompared/4 {
			t.Errorf("%d pieces named, not %d; %d bytes loaded", named, want, bytes)
		}
	}
}

func wantPieces(t *testing.T, s *store.Store, want int) {
	t.Helper()
	n := 0
	for _, err := range s.Pieces.All(t.Context(), 0, 0) {
		check(t, err)
		n++
	}
	if n != want {
		t.Errorf("%d pieces are stored, not %d", n, want)
	}
}
