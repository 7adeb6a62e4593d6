package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"oped"
	"oped/store"
)

// monthLists checks the months of all dates, and the opinion pieces of one that readers may see. The version of the
// month moves with them.
func monthLists(t *testing.T, p place) {
	s := fresh(t, p)
	may := time.Date(2025, time.May, 1, 0, 0, 0, 0, time.UTC)
	had := map[oped.ListVersion]string{}
	want := func(name string, pieces []oped.PieceID, months ...string) {
		t.Helper()
		var found []string
		for _, m := range ask(t, s.Pieces.Months) {
			found = append(found, m.Format("2006-01"))
		}
		all, err := s.Pieces.MonthPieces(t.Context(), may)
		check(t, err)
		v, err := s.Pieces.MonthVersion(t.Context(), may)
		check(t, err)
		var ids []oped.PieceID
		for _, p := range all {
			ids = append(ids, p.ID)
		}
		if !slices.Equal(ids, pieces) || !slices.Equal(found, months) || v.Pieces != len(ids) {
			t.Errorf("%s: %v of %v, %+v; want %v of %v", name, ids, found, v, pieces, months)
		}
		if list, ok := had[v]; ok && list != fmt.Sprint(ids) {
			t.Errorf("%s: %v has the version of %s", name, ids, list)
		}
		had[v] = fmt.Sprint(ids)
	}
	for i, date := range []time.Time{
		may, may.AddDate(0, 1, 0).Add(-time.Millisecond), may.Add(-time.Millisecond), may.AddDate(0, 1, 0),
		time.Date(1961, time.May, 9, 0, 0, 0, 0, time.UTC), may.Add(time.Hour),
	} {
		e := entry(dawn, i+1)
		e.Published = date
		_, err := s.Entries.Ingest(t.Context(), lookup(dawn, e), func(k oped.Known) oped.Plan {
			plan := simple(epoch, nil, e)(k)
			if i == 5 {
				plan.Pieces[0].Piece.Kind = oped.News
			}
			return plan
		})
		check(t, err)
	}
	months := []string{"2025-06", "2025-05", "2025-04", "1961-05"}
	want("stored", []oped.PieceID{2, 1}, months...)

	moved := entry(dawn, 7)
	moved.Published = may.AddDate(0, 0, 9)
	put(t, s, epoch, nil, moved)
	want("a new one", []oped.PieceID{2, 7, 1}, months...)
	moved.Published, moved.Hash[2] = may.AddDate(0, 2, 9), 1
	put(t, s, epoch, nil, moved)
	want("it has another date", []oped.PieceID{2, 1}, append([]string{"2025-07"}, months...)...)

	keep := func(oped.Piece, []oped.Tag) (oped.PieceChange, bool) { return oped.PieceChange{}, false }
	d := oped.Decision{At: epoch, By: "amna", Action: oped.Withdraw, Piece: 1}
	d, _, err := s.Decisions.Decide(t.Context(), d, store.Verdict{Pieces: []oped.PieceID{1}, Decide: keep})
	check(t, err)
	want("withdrawn", []oped.PieceID{2}, append([]string{"2025-07"}, months...)...)
	d = oped.Decision{At: epoch, By: "amna", Action: oped.Undo, Undoes: d.ID}
	_, _, err = s.Decisions.Decide(t.Context(), d, store.Verdict{Pieces: []oped.PieceID{1}, Decide: keep})
	check(t, err)
	want("restored", []oped.PieceID{2, 1}, append([]string{"2025-07"}, months...)...)

	r := &rearranging{t, s, epoch.Add(time.Hour)}
	r.do(oped.Merge, 0, []oped.PieceID{7, 1}, mergeAll)
	want("merged", []oped.PieceID{2}, append([]string{"2025-07"}, months...)...)
}
