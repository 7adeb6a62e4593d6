package store_test

import (
	"testing"

	"oped"
)

// TestRenameVersions checks that a version that an earlier release wrote in another form judges nothing again, and that
// a rule that changed meanwhile does.
func TestRenameVersions(t *testing.T) {
	s := ready(t, 3)
	judged := func(versions map[string]string) (n int) {
		_, err := s.Topics.Rejudge(t.Context(), versions, func(oped.Piece) (oped.PieceChange, bool) {
			n++
			return oped.PieceChange{}, false
		})
		check(t, err)
		return n
	}
	ingest(t, s, feedURL(0), 1, 4)
	all := judged(map[string]string{"edition/a": "old a", "edition/b": "old b"})
	if all == 0 {
		t.Fatal("nothing was judged")
	}
	now := map[string]string{"edition/a": "1:a", "edition/b": "1:b"}
	former := map[string]string{"edition/a": "old a", "edition/b": "old b"}
	check(t, s.Topics.RenameVersions(t.Context(), former, now))
	if n := judged(now); n != 0 {
		t.Errorf("%d pieces were judged again", n)
	}
	former["edition/a"] = "1:a" // that another release wrote; b is another rule now
	now = map[string]string{"edition/a": "2:a", "edition/b": "2:b"}
	check(t, s.Topics.RenameVersions(t.Context(), former, now))
	if n := judged(now); n != all {
		t.Errorf("%d pieces were judged after a change of rules, want %d", n, all)
	}
}
