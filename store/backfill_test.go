package store

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"oped"
)

// TestBackfillsRunOnce: opening a current database computes nothing; another version of the code computes its data
// again, and from the last row noted by a killed process.
func TestBackfillsRunOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oped.db")
	s := opened(t, path)
	for _, sql := range oldRows(3, "full_text") {
		if _, err := s.db.writer.db.ExecContext(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	for _, tt := range []struct {
		name, meta    string
		words, people int // rows afterwards
		computed      string
	}{
		{"current", "", 0, 0, ""},
		{"other words", `UPDATE meta SET value = '0' WHERE key = 'words'`, 3, 0, "words"},
		{"other bylines, up to the second", `UPDATE meta SET value = '` + bylineVersion + ` up to 2' WHERE key = 'bylines'`, 3, 1, "bylines"},
		{"older bylines, up to the second", `UPDATE meta SET value = '1 up to 2' WHERE key = 'bylines'`, 3, 3, "bylines"},
		{"other fingerprints", `UPDATE meta SET value = '0' WHERE key = 'prints'`, 3, 3, "prints"},
		{"current again", "", 3, 3, ""},
	} {
		s, err := Open(t.Context(), path, Options{})
		if err == nil && tt.meta != "" {
			_, err = s.db.writer.db.ExecContext(t.Context(), tt.meta)
		}
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
		var log strings.Builder
		s, err = Open(t.Context(), path, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		for query, want := range map[string]int{
			`SELECT count(*) FROM words_docsize`: tt.words,
			`SELECT count(*) FROM author`:        tt.people,
		} {
			if n, err := one[int](t.Context(), s.db.reader, query); err != nil || n != want {
				t.Errorf("%s: %s: %d, %v, want %d", tt.name, query, n, err, want)
			}
		}
		var computed []string
		for _, f := range backfills() {
			if strings.Contains(log.String(), "data="+f.name) {
				computed = append(computed, f.name)
			}
			if have, err := one[string](t.Context(), s.db.reader, metaQuery, f.name); err != nil || have != f.version {
				t.Errorf("%s: version %q of %s, %v", tt.name, have, f.name, err)
			}
		}
		if got := strings.Join(computed, " "); got != tt.computed {
			t.Errorf("%s: computed %q, want %q", tt.name, got, tt.computed)
		}
		s.Close()
	}
}

// TestListedPiecesHaveNoSpans: lists and rules do not read the spans of tags.
func TestListedPiecesHaveNoSpans(t *testing.T) {
	s := archived(t, 1)
	err := s.db.write(t.Context(), func(tx *tx) error {
		_, err := tx.exec(`
			INSERT INTO tag (piece, position, topic, outcome, given_by, score, threshold, rule_version, why)
			VALUES (1, 0, 'rice', 'tag', 'rule', 1, 1, '', '[{"Start":1,"End":2}]')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ids := []oped.PieceID{1}
	whole, err := s.Pieces.Of(t.Context(), ids)
	seen, err2 := s.Pieces.Seen(t.Context(), ids)
	listed, err3 := s.Pieces.Listed(t.Context(), ids)
	if err != nil || err2 != nil || err3 != nil {
		t.Fatal(err, err2, err3)
	}
	if len(whole[0].Tags[0].Why) != 1 || seen[0].Tags[0].Why != nil || listed[0].Tags[0].Why != nil {
		t.Errorf("%v, %v, %v", whole[0].Tags, seen[0].Tags, listed[0].Tags)
	}
}

// TestTextsAreExtractedAgain: another version of the extraction replaces stored texts, and everything made of them. The
// learned boilerplate moves with its text. It is a change of the piece's page, not a revision.
func TestTextsAreExtractedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oped.db")
	s := opened(t, path)
	for _, sql := range append(oldRows(3, "full_text"),
		`UPDATE entry SET content = '<p>A trea&shy;ty.</p><p>Our news&shy;paper daily.</p>',
			text = 'A trea ty.' || char(10, 10) || 'Our news paper daily.', furniture = '[[12,33]]', hash = x'01'
		WHERE id = 2`,
		`UPDATE meta SET value = '1' WHERE key IN ('texts', 'words', 'keys')`) {
		if _, err := s.db.writer.db.ExecContext(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	s = opened(t, path)
	pieces, err := s.Pieces.Of(t.Context(), []oped.PieceID{1, 2, 3})
	if err != nil || len(pieces) != 3 {
		t.Fatal(len(pieces), err)
	}
	e := pieces[1].Lead()
	if e.Text != "A treaty.\n\nOur newspaper daily." || len(e.Boilerplate) != 1 ||
		e.Text[e.Boilerplate[0][0]:e.Boilerplate[0][1]] != "Our newspaper daily." {
		t.Errorf("%q, %v", e.Text, e.Boilerplate)
	}
	if revisions, err := s.Entries.Revisions(t.Context(), 2); err != nil || len(revisions) > 0 || e.Hash[0] != 1 {
		t.Errorf("%v, %v; hash %x", revisions, err, e.Hash)
	}
	changes, err := s.Changes.Since(t.Context(), 0)
	if err != nil || len(changes.Pieces) != 1 || changes.Pieces[0] != 2 {
		t.Errorf("changed: %v, %v", changes.Pieces, err)
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM words WHERE words MATCH 'treaty'`:       1,
		`SELECT count(*) FROM words WHERE words MATCH 'word1'`:        1,
		`SELECT count(*) FROM entry_key WHERE entry = 1 AND feed = 1`: 2, // title and day, and everything
		`SELECT count(*) FROM entry_key WHERE entry > 1`:              2, // the others share the title
		`SELECT count(DISTINCT piece) FROM piece_key`:                 0, // few words and no date
		`SELECT count(*) FROM piece WHERE revision <> 1`:              0,
	} {
		if n, err := one[int](t.Context(), s.db.reader, query); err != nil || n != want {
			t.Errorf("%s: %d, %v, want %d", query, n, err, want)
		}
	}
}

// BenchmarkBackfills opens a database of 10,000 pieces of 800 words, one in ten with soft hyphens, with the data of
// another version of the code.
func BenchmarkBackfills(b *testing.B) {
	path := filepath.Join(b.TempDir(), "oped.db")
	s, err := Open(b.Context(), path, Options{})
	if err != nil {
		b.Fatal(err)
	}
	err = s.db.write(b.Context(), func(tx *tx) error {
		for i, sql := range oldRows(10_000, "full_text") {
			if _, err := tx.exec(sql); err != nil {
				return err
			}
			if i%2 == 0 && i > 0 {
				words := strings.Repeat(fmt.Sprintf("the canal of number%d runs dry in winter. ", i), 100)
				if i%20 == 0 {
					words = strings.ReplaceAll(words, "canal", "ca&shy;nal")
				}
				_, err := tx.exec(`UPDATE entry SET content = $1, text = $2 WHERE id = $3`, "<p>"+words+"</p>",
					strings.TrimSpace(strings.ReplaceAll(words, "&shy;", " ")), i/2)
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range backfills() {
		b.Run(f.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.db.writer.db.ExecContext(b.Context(), `UPDATE meta SET value = '0' WHERE key = $1`, f.name); err != nil {
					b.Fatal(err)
				}
				if err := s.db.backfill(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	s.Close()
}
