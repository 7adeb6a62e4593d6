package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/text"
	"oped/topic"
)

// archived is a store with invented pieces of two publishers, each an hour older than the one before.
func archived(t *testing.T, n int) *Store {
	t.Helper()
	s := empty(t)
	feeds := []oped.Feed{{Name: "a", URL: "http://a.example/", Publisher: "The Dawn", Enabled: true}, {Name: "b", URL: "http://b.example/", Publisher: "ساحل", Enabled: true}}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if err := s.Feeds.Sync(t.Context(), feeds, now); err != nil {
		t.Fatal(err)
	}
	names := []string{
		"Amina Qureshi", "AMINA  QURESHI.", "The Dawn", "Web Desk", "زینب ملك",
		"زینب ملک and Amina Qureshi",
	}
	var set text.WordSet
	for i := range n {
		feed := feeds[i%2]
		at := now.Add(-time.Duration(i) * time.Hour)
		p := oped.Piece{AtomID: fmt.Sprint("tag:", i),
			Kind:      oped.Opinion,
			FirstSeen: now,
			Updated:   at,
			Revision:  1,
			Entries: []oped.Entry{{
				FeedURL: feed.URL, Publisher: feed.Publisher, ID: fmt.Sprint(i), URL: fmt.Sprintf("http://a.example/%d", i), Title: fmt.Sprintf("Piece %d", i),
				Text:      fmt.Sprintf("Rivers and dams. Number n%d.", i),
				Authors:   []oped.Person{{Name: names[i%len(names)]}},
				Published: at,
				FirstSeen: now,
				Hash:      [32]byte{1, byte(i), byte(i >> 8)},
			}}}
		plan := oped.Plan{
			Pieces: []oped.PieceChange{{
				Piece:   p,
				Words:   topic.Words(&p, &set),
				Entries: []oped.EntryChange{{Index: 0, Outcome: oped.New}},
			}},
		}
		_, err := s.Entries.Ingest(
			t.Context(), oped.Lookup{FeedURL: feed.URL},
			func(k oped.Known) oped.Plan { plan.Feed = k.Feed; return plan },
		)
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func titles(pieces []oped.Piece) string {
	var all []string
	for _, p := range pieces {
		all = append(all, strings.TrimPrefix(p.Lead().Title, "Piece "))
	}
	return strings.Join(all, " ")
}

func TestPeople(t *testing.T) {
	s := archived(t, 12)
	for _, c := range []struct {
		key, want string
		n, total  int
	}{
		{"amina-qureshi", "0 1 5", 3, 6}, {"زینب-ملک", "4 5 10 11", 9, 4}, {"the-dawn", "", 9, 0},
		{"web-desk", "", 9, 0}, {"' OR 1=1 --", "", 9, 0},
	} {
		pieces, total, err := s.People.AuthorPieces(t.Context(), c.key, c.n)
		if err != nil || titles(pieces) != c.want || total != c.total {
			t.Errorf("%s: %s of %d, %v", c.key, titles(pieces), total, err)
		}
	}
	pieces, err := s.People.PublisherPieces(t.Context(), "ساحل", 4)
	if err != nil || titles(pieces) != "1 3 5 7" || pieces[0].Lead().Text != "" {
		t.Errorf("%s, %v", titles(pieces), err)
	}
	lists, err := s.People.PublisherVersions(t.Context(), []string{"ساحل", "The Dawn", "nobody"})
	if err != nil || lists["ساحل"].Pieces != 6 || lists["The Dawn"].Pieces != 6 || len(lists) != 2 {
		t.Errorf("%v, %v", lists, err)
	}
}

// TestAuthors: the most prolific authors of opinion first, under their most frequent names.
func TestAuthors(t *testing.T) {
	s := archived(t, 12)
	want := []oped.Author{
		{Key: "amina-qureshi", Name: "Amina Qureshi", Pieces: 6},
		{Key: "زینب-ملک", Name: "زینب ملك", Pieces: 4},
	}
	for _, c := range []struct{ min, max, n int }{{3, 9, 2}, {5, 9, 1}, {1, 1, 1}, {7, 9, 0}} {
		if got, err := s.People.Authors(t.Context(), c.min, c.max); err != nil || !slices.Equal(got, want[:c.n]) {
			t.Errorf("%v: %v, %v", c, got, err)
		}
	}
}

// TestRejudge_Authors: the pieces of an author new among the versions are judged again, and no others; a
// removed author changes nothing.
func TestRejudge_Authors(t *testing.T) {
	s := archived(t, 12)
	judged := func(versions ...string) (n int) {
		t.Helper()
		all := map[string]string{}
		for _, v := range versions {
			name, version, _ := strings.Cut(v, "=")
			all[name] = version
		}
		_, err := s.Topics.Rejudge(
			t.Context(), all,
			func(p oped.Piece) (oped.PieceChange, bool) { n++; return oped.PieceChange{}, false },
		)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, c := range []struct {
		versions string
		want     int
	}{
		{"topic/a=1", 12}, {"topic/a=1", 0}, {"topic/a=1 author/زینب-ملک=1", 4},
		{"topic/a=1 author/زینب-ملک=1", 0}, {"topic/a=1 author/زینب-ملک=1 author/amina-qureshi=1", 6},
		{"topic/a=1 author/amina-qureshi=1", 0},
		{"topic/a=1 author/زینب-ملک=1 author/amina-qureshi=2", 8},
		{"topic/a=2 author/زینب-ملک=1 author/amina-qureshi=2", 12}, {"topic/a=2 author/nobody=1", 0},
	} {
		if n := judged(strings.Fields(c.versions)...); n != c.want {
			t.Errorf("%s: %d pieces were judged, want %d", c.versions, n, c.want)
		}
	}
}

// TestBylinesAreFilled: a database from before table author gets the same bylines as a new one.
func TestBylinesAreFilled(t *testing.T) {
	s := archived(t, 12)
	rows := func() (all []string) {
		t.Helper()
		err := each(t.Context(), s.db.reader, `
			SELECT key, entry
			FROM author
			ORDER BY entry, key`, nil, func(row scanner) error {
			var key string
			var entry int64
			err := row.Scan(&key, &entry)
			all = append(all, fmt.Sprint(key, " ", entry))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	want := rows()
	for _, before := range []string{`DELETE FROM author`, `UPDATE author SET key = 'x' || key`} {
		err := s.db.write(t.Context(), func(tx *tx) error {
			_, err := tx.exec(before)
			if err == nil {
				_, err = tx.exec(`DELETE FROM meta WHERE key = 'bylines'`)
			}
			return err
		})
		if err == nil {
			s.db.filled = make(chan struct{})
			err = s.Fill(t.Context())
		}
		if got := rows(); err != nil || len(want) != 10 || !slices.Equal(got, want) {
			t.Errorf("after %s: %v, %v, want %v", before, got, err, want)
		}
	}
}

// TestSearchOrder: whichever way a search takes, it gives the same pieces in the same order, and goes on from
// any place.
func TestSearchOrder(t *testing.T) {
	s := archived(t, 150)
	collect := func(need topic.IndexQuery, after oped.Cursor, n int) (all []string, last oped.Cursor) {
		t.Helper()
		for p, err := range s.Pieces.Search(t.Context(), need, after) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p.Piece.Lead().Title)
			if last = p.Cursor; len(all) == n {
				break
			}
		}
		return all, last
	}
	everything, _ := collect(topic.IndexQuery{}, oped.Cursor{}, 0)
	if len(everything) != 150 || everything[0] != "Piece 0" || everything[149] != "Piece 149" {
		t.Fatalf("%d pieces: %v", len(everything), everything)
	}
	for _, need := range []topic.IndexQuery{{}, {Op: topic.Word, Word: "rivers"}} {
		var pages []string
		after := oped.Cursor{}
		for {
			page, last := collect(need, after, 20)
			if pages, after = append(pages, page...), last; len(page) < 20 {
				break
			}
		}
		if !slices.Equal(pages, everything) {
			t.Errorf("by twenty: %v", pages)
		}
	}
	if got, _ := collect(
		topic.IndexQuery{Op: topic.Word, Word: "n77"}, oped.Cursor{}, 0,
	); !slices.Equal(got, []string{"Piece 77"}) {
		t.Errorf("%v", got)
	}
	for _, none := range []topic.IndexQuery{{Op: topic.Never}, {Op: topic.Word, Word: "nowhere"}} {
		if got, _ := collect(none, oped.Cursor{}, 0); len(got) != 0 {
			t.Errorf("%v", got)
		}
	}
}

func TestEvaluations(t *testing.T) {
	s := empty(t)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	old := oped.Evaluation{
		Topic:   "rice",
		Version: "a",
		File:    "x.jsonl",
		At:      at,
		Records: 2,
		Kinds:   []oped.KindEvaluation{{Kind: "all", Found: 1}},
	}
	again, other := old, old
	again.At, again.Records = at.Add(time.Hour), 3
	other.Version = "b"
	if err := s.Topics.PutEvaluations(t.Context(), []oped.Evaluation{old, other}); err != nil {
		t.Fatal(err)
	}
	if err := s.Topics.PutEvaluations(t.Context(), []oped.Evaluation{again}); err != nil {
		t.Fatal(err)
	}
	all, err := s.Topics.Evaluations(t.Context())
	if err != nil || len(all) != 2 || all[0].Records != 3 || all[1].Version != "b" ||
		all[0].Kinds[0].Precision() != 1 ||
		all[0].Kinds[0].F1() != 1 {
		t.Errorf("%+v, %v", all, err)
	}
}

// TestBylinesKeepFormerSlugs: a page or an edition under the slug of a whole byline keeps its pieces.
func TestBylinesKeepFormerSlugs(t *testing.T) {
	authors := []oped.Person{{Name: "Dr Jane Mill"}, {Name: "Jane Mill"}, {Name: "Staff"}}
	if got := bylines(authors, []string{"Gazette"}); !slices.Equal(got, []string{"jane-mill", "dr-jane-mill"}) {
		t.Error(got)
	}
}
