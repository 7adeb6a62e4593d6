package store

import (
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
		{"other bylines, up to the second", `UPDATE meta SET value = '2 up to 2' WHERE key = 'bylines'`, 3, 1, "bylines"},
		{"older bylines, up to the second", `UPDATE meta SET value = '1 up to 2' WHERE key = 'bylines'`, 3, 3, "bylines"},
		{"no fingerprints", `DELETE FROM meta WHERE key = 'prints'`, 3, 3, "prints"},
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
