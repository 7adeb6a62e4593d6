package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/topic"
)

// TestBackfillsRunOnce: opening a current database computes nothing; another version of the code computes its data
// again, and from the last row noted by a killed process.
func TestBackfillsRunOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oped.db")
	EmptyAt(t, path)
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
			if strings.Contains(log.String(), `msg="computing again" store=`+path+" data="+f.name) {
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

// TestFill: a store with Options.Later is open at once. Fill reports its progress, and after an interruption goes on
// where it stopped. What compares entries waits for it; reading and the schedule do not.
func TestFill(t *testing.T) {
	const pieces = 3*fillPage + 1
	path := filepath.Join(t.TempDir(), "oped.db")
	EmptyAt(t, path)
	s := opened(t, path)
	err := s.db.write(t.Context(), func(tx *tx) error {
		for _, sql := range append(oldRows(pieces, "full_text"),
			`UPDATE meta SET value = '0' WHERE key IN ('words', 'keys')`) {
			if _, err := tx.writer.conn.ExecContext(t.Context(), sql); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	var log strings.Builder
	now, done := time.Unix(0, 0), make(chan struct{})
	s, err = Open(t.Context(), path, Options{
		Later: true,
		Log:   slog.New(slog.NewTextHandler(&log, nil)),
		Now: func() time.Time {
			now = now.Add(fillReport)
			return now
		},
	})
	if err != nil || s.Filled() {
		t.Fatal(err)
	}
	defer s.Close()
	go func() {
		defer close(done)
		for _, write := range []func() error{
			func() error { return s.Feeds.SetPaused(t.Context(), "http://a.example/", true) },
			func() error {
				_, err := s.Entries.Ingest(t.Context(), oped.Lookup{FeedURL: "http://a.example/"},
					func(k oped.Known) oped.Plan {
						if !s.Filled() {
							t.Error("an entry was compared with data of another version")
						}
						return oped.Plan{Feed: k.Feed}
					})
				return err
			},
		} {
			if err := write(); err != nil {
				t.Error(err)
			}
		}
	}()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for what, err := range map[string]error{
		"Rearrange": func() error {
			_, _, err := s.Decisions.Rearrange(ended, oped.Decision{}, nil, nil)
			return err
		}(),
		"Rejudge": func() error {
			_, err := s.Topics.Rejudge(ended, nil, nil)
			return err
		}(),
		"Decide": func() error {
			_, _, err := s.Decisions.Decide(ended, oped.Decision{}, Verdict{})
			return err
		}(),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", what, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.db.log = slog.New(cancelling{slog.NewTextHandler(&log, nil), cancel})
	if err := s.Fill(ctx); !errors.Is(err, context.Canceled) || s.Filled() {
		t.Fatal(err)
	}
	if have, err := one[string](t.Context(), s.db.reader, metaQuery, "words"); have != wordsVersion+" up to 512" {
		t.Errorf("%q, %v", have, err)
	}
	none := []CandidateQuery{{Query: topic.IndexQuery{Op: topic.Word, Word: "nowhere"}}}
	if ids, err := s.Topics.Candidates(t.Context(), none, nil); err != nil || len(ids) != pieces {
		t.Errorf("%d candidates, %v", len(ids), err)
	}
	if p, err := s.Pieces.Get(t.Context(), "1"); err != nil || p.Lead().Title != "Title" {
		t.Error(err)
	}
	s.db.log = slog.New(slog.NewTextHandler(&log, nil))
	if err := s.Fill(t.Context()); err != nil || !s.Filled() {
		t.Fatal(err)
	}
	<-done
	got := regexp.MustCompile(`msg=("[^"]*"|\S*) store=\S* (.*)`).FindAllStringSubmatch(log.String(), -1)
	var lines []string
	for _, m := range got {
		lines = append(lines, strings.Trim(m[1], `"`)+" "+m[2])
	}
	want := []string{
		`computing again data="words keys" rows=1537`, `computing data="words keys" rows=512 of=1537`,
		`computing again data="words keys" rows=1025`, `computing data="words keys" rows=512 of=1025`,
		`computing data="words keys" rows=1024 of=1025`, `computed data="words keys" dur_ms=40000`,
	}
	if !slices.Equal(lines, want) {
		t.Errorf("log:\n%s", strings.Join(lines, "\n"))
	}
	if n, err := one[int](t.Context(), s.db.reader, `SELECT count(*) FROM words_docsize`); err != nil || n != pieces {
		t.Errorf("%d, %v", n, err)
	}
}

// cancelling is a log that ends a context at the first line on progress.
type cancelling struct {
	slog.Handler
	cancel func()
}

func (c cancelling) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "computing" {
		c.cancel()
	}
	return c.Handler.Handle(ctx, r)
}

func backfills() (all []backfill) {
	for _, w := range walks() {
		all = append(all, w.fills...)
	}
	return all
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
	EmptyAt(t, path)
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

// BenchmarkBackfills computes the data of another version of the code: all of it, and each alone. The database has
// $OPED_PIECES pieces of 800 words, or 10,000, that arrived in 100 days. One in ten has soft hyphens.
func BenchmarkBackfills(b *testing.B) {
	pieces := 10_000
	if n, err := strconv.Atoi(os.Getenv("OPED_PIECES")); err == nil {
		pieces = n
	}
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "oped.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if err := s.db.write(b.Context(), func(tx *tx) error { return putOldPieces(tx, pieces) }); err != nil {
		b.Fatal(err)
	}
	var names []string
	for _, f := range backfills() {
		names = append(names, f.name)
	}
	for _, some := range append([][]string{names}, slices.Collect(slices.Chunk(names, 1))...) {
		b.Run(strings.Join(some, "+"), func(b *testing.B) {
			for b.Loop() {
				s.db.writer.drop() // it holds the one connection
				for _, name := range some {
					_, err := s.db.writer.db.ExecContext(b.Context(), `UPDATE meta SET value = '0' WHERE key = $1`, name)
					if err != nil {
						b.Fatal(err)
					}
				}
				s.db.filled = make(chan struct{})
				if err := s.Fill(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// putOldPieces stores pieces of 800 words, a thousand a day.
func putOldPieces(tx *tx, pieces int) error {
	random := rand.New(rand.NewPCG(1, 2))
	for i, sql := range oldRows(pieces, "full_text") {
		if _, err := tx.writer.conn.ExecContext(context.Background(), sql); err != nil {
			return err
		}
		if i%2 == 1 || i == 0 {
			continue
		}
		row := i / 2
		words := make([]string, 800)
		for j := range words {
			words[j] = fmt.Sprintf("w%x", int(2000*math.Pow(random.Float64(), 3)*10))
		}
		content := strings.Join(words, " ")
		if row%10 == 0 {
			content = strings.ReplaceAll(content, "w1", "w&shy;1")
		}
		at := int64(row) * (86_400_000 * 100 / int64(pieces))
		if _, err := tx.exec(`
			UPDATE entry
			SET content = $1, text = $2, title = $3, published = $4, first_seen = $4, url = $5, guid = $5
			WHERE id = $6`,
			"<p>"+content+"</p>", strings.ReplaceAll(content, "&shy;", " "), fmt.Sprint("Title of piece ", row), at,
			fmt.Sprintf("http://a.example/%d/a-piece", row), row); err != nil {
			return err
		}
		if _, err := tx.exec(`UPDATE piece SET first_seen = $1 WHERE id = $2`, at, row); err != nil {
			return err
		}
	}
	return nil
}
