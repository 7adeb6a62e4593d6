package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"oped"
	"oped/dedup"
	"oped/text"
	"oped/topic"
)

// backfill is data that code computes from stored rows: a migration with the version of its code in place of a
// number. The data is computed if table meta has another version of it, in a database from before it, or with that of
// other code. It goes on where a killed process stopped.
type backfill struct {
	name    string // in meta
	version string
	begin   func(*tx) error // writes before those of the first row; nil: none
	// compute returns the writes for one piece; nil: none. It may change the piece, for the backfills after it.
	compute func(*computing, *oped.Piece) work
	after   int64 // the last row with this version of the data
}

// work writes computed data.
type work func(*tx) error

// walk is one way through the rows of a table, for all backfills made of them.
type walk struct {
	count string // query of the number of rows after one
	fills []backfill
	// next computes the data of the next rows after one.
	next func(ctx context.Context, s *database, w *walk, after int64) (page, error)
}

// page is the data of some rows.
type page struct {
	first bool
	last  int64 // row; 0: there are no more
	rows  int
	work  []work
}

// wordsVersion is the version of topic.Words, bylineVersion that of the parsing of bylines, and keysVersion that of the
// keys of entries and pieces. If one changes, those of all stored pieces are computed again.
const (
	textVersion   = text.FoldVersion + "." + text.HTMLVersion
	wordsVersion  = "1." + textVersion
	bylineVersion = "4"
	keysVersion   = "2." + textVersion
)

// walks returns all backfills, in their order: most data is made of the texts.
func walks() []*walk {
	return []*walk{
		{
			count: `SELECT count(*) FROM piece WHERE id > $1 AND merged IS NULL`,
			next:  nextPieces,
			fills: []backfill{
				{name: "texts", version: text.HTMLVersion, compute: computeTexts},
				{name: "words", version: wordsVersion, begin: dropAllWords, compute: computeWords},
				{
					name:    "prints",
					version: dedup.FingerprintVersion + "." + textVersion,
					begin:   dropAllFingerprints,
					compute: computeFingerprints,
				},
				{name: "keys", version: keysVersion, compute: computeKeys},
			},
		},
		{
			count: `SELECT count(*) FROM entry WHERE id > $1`,
			next:  nextBylines,
			fills: []backfill{{name: "bylines", version: bylineVersion}},
		},
		{
			count: `SELECT count(*) FROM print WHERE piece > $1`, // about the hot pieces
			next:  nextDoubts,
			fills: []backfill{{name: "doubts", version: doubtVersion, begin: dropAllDoubts}},
		},
	}
}

// Fill computes the data of stored pieces that depends on the code, if an earlier release stored it: texts, words,
// fingerprints, keys, bylines. Open does that itself unless Options.Later is set. Then call Fill once. Until it has
// ended, Ingest, Rejudge, Decide and Rearrange wait: they compare stored data with new. Everything else works, but
// searches may miss pieces. After an error, or the end of ctx, the next call goes on from there.
func (s *Store) Fill(ctx context.Context) error {
	if s.Filled() {
		return nil
	}
	return s.db.doing("compute stored data again", s.db.fill(ctx))
}

// Filled reports whether nothing is left for Fill.
func (s *Store) Filled() bool {
	select {
	case <-s.db.filled:
		return true
	default:
		return false
	}
}

// awaitFill waits until Fill has ended, or ctx has.
func (s *database) awaitFill(ctx context.Context) error {
	select {
	case <-s.filled:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// compare is write, after Fill has ended.
func (s *database) compare(ctx context.Context, do func(*tx) error) error {
	if err := s.awaitFill(ctx); err != nil {
		return err
	}
	return s.write(ctx, do)
}

const (
	metaQuery     = `SELECT value FROM meta WHERE key = $1`
	anyPieceQuery = `SELECT EXISTS (SELECT 1 FROM piece)`

	// fillPage is the most rows in one transaction, and fillBytes the most bytes of texts, beyond one piece.
	fillPage  = 512
	fillBytes = 4 << 20
	upTo      = " up to " // between the version and the last row, in meta

	fillReport = 10 * time.Second // between two lines of the log on the progress
)

// pending returns the walks with data to compute.
func (s *database) pending(ctx context.Context) (all []*walk, err error) {
	for _, w := range walks() {
		var due []backfill
		for _, f := range w.fills {
			have, err := one[string](ctx, s.reader, metaQuery, f.name)
			if err != nil && !errors.Is(err, ErrNotFound) {
				return nil, err
			}
			if have == f.version {
				continue
			}
			if at, begun := strings.CutPrefix(have, f.version+upTo); begun {
				if f.after, err = strconv.ParseInt(at, 10, 64); err != nil {
					return nil, err
				}
			}
			due = append(due, f)
		}
		if w.fills = due; len(due) > 0 {
			all = append(all, w)
		}
	}
	return all, nil
}

// names returns the names of the data, for people.
func (w *walk) names() string {
	var all []string
	for _, f := range w.fills {
		all = append(all, f.name)
	}
	return strings.Join(all, " ")
}

// fill computes all pending data. Only one call may run.
func (s *database) fill(ctx context.Context) error {
	due, err := s.pending(ctx)
	if err != nil {
		return err
	}
	for _, w := range due {
		if err := s.walk(ctx, w); err != nil {
			return fmt.Errorf("compute the %s of %s: %w", w.names(), s.path, err)
		}
	}
	close(s.filled)
	return nil
}

// walk computes the data of one walk, and writes each page in one transaction while it computes the next one.
func (s *database) walk(ctx context.Context, w *walk) error {
	first := w.fills[0].after
	for _, f := range w.fills {
		first = min(first, f.after)
	}
	total, err := one[int](ctx, s.reader, w.count, first)
	if err != nil {
		return err
	}
	began := s.now()
	if total > 0 {
		s.log.Info("computing again", "store", s.path, "data", w.names(), "rows", total)
	}
	pages := make(chan page)
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error {
		defer close(pages)
		for after := first; ; {
			p, err := w.next(ctx, s, w, after)
			if err != nil {
				return err
			}
			p.first = after == first
			select {
			case pages <- p:
			case <-ctx.Done():
				return ctx.Err()
			}
			if after = p.last; after == 0 {
				return nil
			}
		}
	})
	both.Go(func() error {
		done, reported := 0, began
		for p := range pages {
			if err := s.write(ctx, func(t *tx) error { return w.write(t, &p) }); err != nil {
				return err
			}
			done += p.rows
			if now := s.now(); p.last > 0 && now.Sub(reported) >= fillReport {
				reported = now
				s.log.Info("computing", "store", s.path, "data", w.names(), "rows", done, "of", total)
			}
		}
		return nil
	})
	if err := both.Wait(); err != nil {
		return err
	}
	if total > 0 {
		s.log.Info("computed", "store", s.path, "data", w.names(), "dur_ms", s.now().Sub(began).Milliseconds())
	}
	return nil
}

// write writes the next page, and notes how far the data goes.
func (w *walk) write(t *tx, p *page) error {
	for _, f := range w.fills {
		if p.first && f.after == 0 && f.begin != nil {
			if err := f.begin(t); err != nil {
				return err
			}
		}
	}
	for _, do := range p.work {
		if err := do(t); err != nil {
			return err
		}
	}
	for i := range w.fills {
		f := &w.fills[i]
		have := f.version
		if p.last > 0 {
			have += upTo + strconv.FormatInt(max(p.last, f.after), 10)
		}
		if _, err := t.exec(putMeta, f.name, have); err != nil {
			return err
		}
	}
	return nil
}

// computing is memory for the computing of pieces, one after the other.
type computing struct {
	words text.WordSet
	since time.Time // pieces from before it are cold
}

const newestPieceQuery = `SELECT coalesce(max(first_seen), 0) FROM piece`

// nextPieces computes the data of the next pieces, on all cores.
func nextPieces(ctx context.Context, s *database, w *walk, after int64) (page, error) {
	ids, err := column[oped.PieceID](ctx, s.reader, nextPieceQuery, after, fillPage)
	if err != nil {
		return page{}, err
	}
	more := len(ids) == fillPage
	some, err := fitting(ctx, s.reader, ids)
	if err != nil {
		return page{}, err
	}
	more = more || len(some) < len(ids)
	pieces, err := loadTexts(ctx, s.reader, some)
	if err != nil {
		return page{}, err
	}
	newest, err := one[int64](ctx, s.reader, newestPieceQuery)
	if err != nil {
		return page{}, err
	}
	cores := runtime.GOMAXPROCS(0)
	works := make([][]work, len(pieces))
	all, ctx := errgroup.WithContext(ctx)
	for core := range cores {
		all.Go(func() error {
			c := &computing{since: dedup.Since(time.UnixMilli(newest))}
			for i := core; i < len(pieces); i += cores {
				if err := ctx.Err(); err != nil {
					return err
				}
				works[i] = w.compute(c, &pieces[i])
			}
			return nil
		})
	}
	p := page{rows: len(pieces)}
	if err := all.Wait(); err != nil {
		return p, err
	}
	if more {
		p.last = int64(some[len(some)-1])
	}
	p.work = slices.Concat(works...)
	return p, nil
}

// fitting returns the first pieces with fillBytes of texts, and at least one.
func fitting(ctx context.Context, q querier, ids []oped.PieceID) ([]oped.PieceID, error) {
	sizes, err := sizesOf(ctx, q, ids)
	bytes := 0
	for i, id := range ids {
		if bytes += sizes[id]; bytes > fillBytes {
			return ids[:max(i, 1)], err
		}
	}
	return ids, err
}

// compute computes the data of one piece, where it is not done.
func (w *walk) compute(c *computing, p *oped.Piece) (all []work) {
	for _, f := range w.fills {
		if int64(p.ID) > f.after {
			if do := f.compute(c, p); do != nil {
				all = append(all, do)
			}
		}
	}
	return all
}

const (
	putText  = `UPDATE entry SET text = $1, furniture = $2 WHERE id = $3`
	bumpText = `UPDATE piece SET version = $1 WHERE id = $2`
)

// computeTexts extracts the texts of a piece again. Learned boilerplate moves with its text. The new text is no
// news, and no revision.
func computeTexts(_ *computing, p *oped.Piece) work {
	var changed []*oped.Entry
	for i := range p.Entries {
		e := &p.Entries[i]
		now := text.OfEntry(e)
		if now == e.Text {
			continue
		}
		e.Boilerplate = text.Moved(e.Text, now, e.Boilerplate)
		e.Text = now
		changed = append(changed, e)
	}
	if len(changed) == 0 {
		return nil
	}
	return func(t *tx) error {
		for _, e := range changed {
			if _, err := t.exec(putText, e.Text, asJSON(&e.Boilerplate), e.Row); err != nil {
				return err
			}
		}
		return t.bumpVersions(bumpText, p.ID)
	}
}

// dropAllWords empties the index of words: to remove the words of one piece after the other takes many times as long.
func dropAllWords(t *tx) error {
	_, err := t.exec(t.dialect.words.empty)
	return err
}

func computeWords(c *computing, p *oped.Piece) work {
	words := topic.Words(p, &c.words)
	return func(t *tx) error {
		t.words[p.ID] = words
		return nil
	}
}

func dropAllFingerprints(t *tx) error {
	_, err := t.exec(`DELETE FROM print`)
	return err
}

// computeFingerprints computes the fingerprints of a hot piece; only these have any. They are hot as of the newest
// piece.
func computeFingerprints(c *computing, p *oped.Piece) work {
	if p.FirstSeen.Before(c.since) {
		return nil
	}
	fingerprints := dedup.FingerprintsOf(p.Lead())
	return func(t *tx) error { return newWriting(t, time.Time{}).putFingerprints(p, fingerprints) }
}

const addEntryKey = `
	INSERT INTO entry_key (feed, key, entry)
	SELECT feed, $1, id
	FROM entry
	WHERE id = $2
	ON CONFLICT DO NOTHING`

// computeKeys computes the present keys of a piece and its entries. A key of another entry stays there.
func computeKeys(_ *computing, p *oped.Piece) work {
	keys := dedup.KeysOf(p)
	folded := make([][]string, len(p.Entries))
	for i := range p.Entries {
		folded[i] = dedup.FoldedKeys(&p.Entries[i])
	}
	return func(t *tx) error {
		for i := range p.Entries {
			for _, key := range folded[i] {
				if _, err := t.exec(addEntryKey, key, p.Entries[i].Row); err != nil {
					return err
				}
			}
		}
		return insertAll(t, putKeys, keys, func(key string) []any { return []any{key, p.ID} })
	}
}
