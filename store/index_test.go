package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"oped"
	"oped/topic"
)

// oldRows returns statements to store pieces of a feed in a database of any version. full is the column for a feed
// with full texts: "full" before version 16.
func oldRows(pieces int, full string) []string {
	rows := []string{`
		INSERT INTO feed (id, url, position, name, title, publisher, site_url, country, lang, every, opinion,
			kind, implies, excerpt, ` + full + `, enabled)
		VALUES (1, 'http://a.example/', 0, 'a', '', 'A', '', '', 'en', 0, '', '', '[]', 0, 0, 1)`}
	for i := 1; i <= pieces; i++ {
		rows = append(rows, fmt.Sprintf(`
			INSERT INTO piece (id, atom_id, kind, lead, date, revision)
			VALUES (%d, 'urn:%[1]d', 'opinion', %[1]d, 0, 1)`, i),
			fmt.Sprintf(`
				INSERT INTO entry (id, feed, piece, hash, guid, url, lang, publisher, source, rights, authors,
					categories, title, summary, content, text)
				VALUES (%d, 1, %[1]d, x'', '', '', 'en', '', '', '', '[{"Name":"Zafar"}]', '["Öl"]',
					'Title', '<p>Sum</p>', '<p>Word%[1]d in it</p>', 'Word%[1]d in it')`,
				i))
	}
	return rows
}

// TestIndexOfOldDatabase: the pieces of a database of the first schema are indexed at opening, and the rest
// after an interruption.
func TestIndexOfOldDatabase(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	path := filepath.Join(t.TempDir(), "oped.db")
	s := opened(t, path)
	const pieces = fillPage + 3
	for _, sql := range append(oldRows(pieces, "full_text"), `DELETE FROM words`, `DELETE FROM meta WHERE key = 'words'`) { // as the second migration leaves it
		if _, err := s.db.writer.db.ExecContext(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	for range 2 {
		s = opened(t, path)
		for word, want := range map[string]int{
			"word1":                    1,
			fmt.Sprint("word", pieces): 1,
			"title":                    pieces,
			"zafar":                    pieces,
			"ol":                       pieces,
			"sum":                      pieces,
			"nowhere":                  0,
		} {
			ids, err := s.Topics.Candidates(
				t.Context(), []CandidateQuery{{Query: topic.IndexQuery{Op: topic.Word, Word: word}}}, nil,
			)
			if err != nil || len(ids) != want {
				t.Errorf("%s: %d pieces, %v; want %d", word, len(ids), err, want)
			}
		}
		s.db.writer.drop() // it holds the one connection
		for _, sql := range []string{
			`DELETE FROM words WHERE rowid > 7`, `UPDATE meta SET value = '1 up to 7' WHERE key = 'words'`,
		} {
			if _, err := s.db.writer.db.ExecContext(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
		s.Close()
	}
}

// TestIndex_OneSegment: a fetch writes one segment of the index, however many pieces it makes or changes.
func TestIndex_OneSegment(t *testing.T) {
	const feed = "http://a.example/"
	for _, n := range []int{8, 16, 32} {
		s := empty(t)
		if err := s.Feeds.Sync(
			t.Context(), []oped.Feed{{URL: feed, Name: "a", Enabled: true}}, time.Now(),
		); err != nil {
			t.Fatal(err)
		}
		for fetch := range 2 {
			l := oped.Lookup{FeedURL: feed, Entries: make([]oped.EntryLookup, n)}
			for i := range n {
				l.Entries[i] = oped.EntryLookup{
					Keys:    []string{fmt.Sprint("g:", i)},
					Hash:    [32]byte{byte(fetch)},
					AtomIDs: []string{fmt.Sprint("urn:", i)},
				}
			}
			_, err := s.Entries.Ingest(t.Context(), l, func(k oped.Known) oped.Plan {
				plan := oped.Plan{Feed: k.Feed}
				for i := range n {
					p, fate := k.Pieces[oped.PieceID(i+1)], oped.Changed
					if fetch == 0 {
						p = oped.Piece{
							AtomID:    fmt.Sprint("urn:", i),
							Kind:      oped.Opinion,
							Entries:   []oped.Entry{{FeedURL: feed}},
							FirstSeen: time.Unix(1, 0),
						}
						fate = oped.New
					}
					p.Entries[0].Hash = l.Entries[i].Hash
					plan.Pieces = append(plan.Pieces, oped.PieceChange{
						Piece:              p,
						Entries:            []oped.EntryChange{{Outcome: fate, Keys: l.Entries[i].Keys}},
						Words:              fmt.Sprint("some words ", i, fetch),
						Fingerprints:       []uint64{1, uint64(i)},
						UpdateFingerprints: true,
					})
				}
				return plan
			})
			if err != nil {
				t.Fatal(err)
			}
			var segments int
			if err := s.db.reader.QueryRowContext(t.Context(), `
				SELECT count(DISTINCT segid)
				FROM words_idx`).Scan(&segments); err != nil || segments != fetch+1 {
				t.Errorf("%d pieces, fetch %d: %d segments, %v", n, fetch, segments, err)
			}
		}
	}
}

// TestWordsOfNobody: after the last caller of a batch has gone, the transaction indexes no further piece, and
// nothing of it is written.
func TestWordsOfNobody(t *testing.T) {
	s := empty(t)
	defer s.Close()
	tx, err := s.db.begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		tx.words[oped.PieceID(i+1)] = fmt.Sprint("word", i)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	last, cancel := context.WithCancel(t.Context())
	batch := []*request{{ctx: gone}, {ctx: last}}
	asked := 0
	tx.ended = func() error {
		if asked++; asked == 10 {
			cancel()
		}
		return ended(batch)
	}
	if err := tx.commit(); !errors.Is(err, context.Canceled) || asked > 11 {
		t.Errorf("%v after %d looks", err, asked)
	}
	tx.rollback()
	var n int
	if err := s.db.reader.QueryRowContext(t.Context(), `
		SELECT count(*)
		FROM words_docsize`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d pieces are indexed, %v", n, err)
	}
}
