package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/topic"
)

// TestS27_SearchEndsWithItsContext: a long statement ends with its context, with the error of that. No piece
// matches, so that its first row is its last.
func TestS27_SearchEndsWithItsContext(t *testing.T) {
	s := empty(t)
	defer s.Close()
	s.db.writer.drop() // it holds the one connection
	_, err := s.db.writer.db.ExecContext(t.Context(), `
		WITH RECURSIVE n (i) AS (
			SELECT 1
			UNION ALL
			SELECT i + 1
			FROM n
			WHERE i < 50000) INSERT INTO words (rowid, folded)
		SELECT i, CASE i % 2 WHEN 0 THEN 'even' ELSE 'odd' END
		FROM n`)
	if err != nil {
		t.Fatal(err)
	}
	evens := topic.IndexQuery{Op: topic.Any}
	for range 200 {
		evens.Of = append(evens.Of, topic.IndexQuery{Op: topic.Word, Word: "even"})
	}
	need := topic.IndexQuery{Op: topic.All, Of: []topic.IndexQuery{evens, {Op: topic.Word, Word: "odd"}}}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	err = nil
	for _, err = range s.Pieces.Search(ctx, need, oped.Cursor{}) {
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the search gave %v", err)
	}
}

// TestS27_SearchRefusesLargeQueries: a query of any size and depth is answered; one too large for the index
// by walking the archive.
func TestS27_SearchRefusesLargeQueries(t *testing.T) {
	s := archived(t, 30)
	rivers, absent := topic.IndexQuery{Op: topic.Word, Word: "rivers"}, topic.IndexQuery{Op: topic.Word, Word: "absent"}
	wide := topic.IndexQuery{Op: topic.Any, Of: []topic.IndexQuery{rivers}}
	for i := range 20_000 {
		wide.Of = append(wide.Of, topic.IndexQuery{Op: topic.Word, Word: fmt.Sprint("w", i)})
	}
	deep := rivers
	for i := range 100 {
		deep = topic.IndexQuery{
			Op: []topic.IndexOp{topic.All, topic.Any}[i%2],
			Of: []topic.IndexQuery{[]topic.IndexQuery{rivers, absent}[i%2], deep},
		}
	}
	for name, need := range map[string]topic.IndexQuery{"wide": wide, "deep": deep} {
		if got := need.Within(maxQueryWords, maxQueryLevels); got.Op != topic.Always {
			t.Errorf("%s is asked for", name)
		}
		n := 0
		for _, err := range s.Pieces.Search(t.Context(), need, oped.Cursor{}) {
			if n++; err != nil {
				t.Fatal(name, err)
			}
		}
		if n != 30 {
			t.Errorf("%s: %d pieces of 30", name, n)
		}
	}
}

// TestS27_SearchLoadsLittleAtATime: pieces with long texts are read a few at a time, each once.
func TestS27_SearchLoadsLittleAtATime(t *testing.T) {
	s := archived(t, 30)
	s.db.writer.drop()
	if _, err := s.db.writer.db.ExecContext(t.Context(), `
		UPDATE entry
		SET content = ?
		WHERE id % 2 = 0`, strings.Repeat("x", 3<<20)); err != nil {
		t.Fatal(err)
	}
	places, err := s.Pieces.inOrder("TRUE", nil, oped.Cursor{Date: 1 << 62, Piece: 1 << 62})(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	parts, err := s.Pieces.parts(t.Context(), places)
	if err != nil || len(parts) < 6 || len(parts) > 8 {
		t.Errorf("%d parts, %v", len(parts), err)
	}
	var titles []string
	for p, err := range s.Pieces.Search(t.Context(), topic.IndexQuery{}, oped.Cursor{}) {
		if err != nil {
			t.Fatal(err)
		}
		titles = append(titles, p.Piece.Lead().Title)
	}
	if len(titles) != 30 || titles[0] != "Piece 0" || titles[29] != "Piece 29" {
		t.Errorf("%v", titles)
	}
}
