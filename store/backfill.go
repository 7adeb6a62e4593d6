package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"oped"
	"oped/dedup"
	"oped/text"
	"oped/topic"
)

// backfill is data that code computes from stored rows: a migration with the version of its code in place of a
// number. Open computes the data if table meta has another version of it, in a database from before it, or
// with that of other code. It goes on where a killed process stopped.
type backfill struct {
	name    string // in meta
	version string
	// page computes the data of the next rows after a row, and returns the last of them; 0: there are no more.
	page func(ctx context.Context, t *tx, after int64) (last int64, err error)
}

// wordsVersion is the version of topic.Words, bylineVersion that of the parsing of bylines, and keysVersion that of the
// keys of entries and pieces. If one changes, those of all stored pieces are computed again.
const (
	textVersion   = text.FoldVersion + "." + text.HTMLVersion
	wordsVersion  = "1." + textVersion
	bylineVersion = "4"
	keysVersion   = "2." + textVersion
)

// backfills returns the backfills, in their order: most data is made of the texts.
func backfills() []backfill {
	return []backfill{
		{"texts", text.HTMLVersion, fillTexts},
		{"words", wordsVersion, fillWords},
		{"bylines", bylineVersion, fillBylines},
		{"prints", dedup.FingerprintVersion + "." + textVersion, fillFingerprints},
		{"keys", keysVersion, fillKeys},
	}
}

const (
	metaQuery = `SELECT value FROM meta WHERE key = $1`
	anyPiece  = `SELECT EXISTS (SELECT 1 FROM piece)`

	// fillPage is the number of rows in one transaction.
	fillPage = 512
	upTo     = " up to " // between the version and the last row, in meta
)

// backfill computes missing data.
func (s *database) backfill(ctx context.Context) error {
	defer s.writer.drop()
	for _, f := range backfills() {
		s.writer.drop() // it may hold the one connection
		have, err := one[string](ctx, s.writer.db, metaQuery, f.name)
		if have == f.version {
			continue
		}
		if errors.Is(err, ErrNotFound) {
			err = nil
		}
		if any, err := one[bool](ctx, s.writer.db, anyPiece); any && err == nil {
			s.log.Info("computing again", "store", s.path, "data", f.name)
		}
		for done := false; err == nil && !done; {
			err = s.write(ctx, func(t *tx) (err error) {
				done, err = f.next(ctx, t)
				return err
			})
		}
		if err != nil {
			return fmt.Errorf("compute the %s of %s: %w", f.name, s.path, err)
		}
	}
	return nil
}

// next computes the next page, and notes how far the data goes.
func (f backfill) next(ctx context.Context, t *tx) (done bool, err error) {
	have, err := one[string](ctx, t, metaQuery, f.name)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, err
	}
	var row int64
	if at, begun := strings.CutPrefix(have, f.version+upTo); begun {
		if row, err = strconv.ParseInt(at, 10, 64); err != nil {
			return false, err
		}
	}
	last, err := f.page(ctx, t, row)
	if err != nil {
		return false, err
	}
	have = f.version
	if last > 0 {
		have += upTo + strconv.FormatInt(last, 10)
	}
	_, err = t.exec(putMeta, f.name, have)
	return last == 0, err
}

// fillPieces calls do for the next pieces selected by a query.
func fillPieces(
	ctx context.Context, t *tx, do func(oped.Piece) error, query string, args ...any,
) (last int64, err error) {
	ids, err := column[oped.PieceID](ctx, t, query, append(args, fillPage)...)
	if err == nil {
		err = eachPiece(ctx, t, ids, do)
	}
	if len(ids) == fillPage {
		last = int64(ids[fillPage-1])
	}
	return last, err
}

const (
	putText  = `UPDATE entry SET text = $1, furniture = $2 WHERE id = $3`
	bumpText = `UPDATE piece SET version = $1 WHERE id = $2`
)

// fillTexts extracts the texts of the next pieces again. Learned boilerplate moves with its text. The new text is no
// news, and no revision.
func fillTexts(ctx context.Context, t *tx, after int64) (last int64, err error) {
	return fillPieces(ctx, t, func(p oped.Piece) error {
		differs := false
		for i := range p.Entries {
			e := &p.Entries[i]
			now := text.OfEntry(e)
			if now == e.Text {
				continue
			}
			differs = true
			e.Boilerplate = text.Moved(e.Text, now, e.Boilerplate)
			if _, err := t.exec(putText, now, asJSON(&e.Boilerplate), e.Row); err != nil {
				return err
			}
		}
		if !differs {
			return nil
		}
		return t.bumpVersions(bumpText, p.ID)
	}, nextPieceQuery, after)
}

const addEntryKey = `
	INSERT INTO entry_key (feed, key, entry)
	SELECT feed, $1, id
	FROM entry
	WHERE id = $2
	ON CONFLICT DO NOTHING`

// fillKeys adds the present keys of the next pieces and their entries. A key of another entry stays there.
func fillKeys(ctx context.Context, t *tx, after int64) (last int64, err error) {
	return fillPieces(ctx, t, func(p oped.Piece) error {
		for i := range p.Entries {
			for _, key := range dedup.FoldedKeys(&p.Entries[i]) {
				if _, err := t.exec(addEntryKey, key, p.Entries[i].Row); err != nil {
					return err
				}
			}
		}
		return insertAll(t, putKeys, dedup.KeysOf(&p), func(key string) []any { return []any{key, p.ID} })
	}, nextPieceQuery, after)
}

func fillWords(ctx context.Context, t *tx, after int64) (last int64, err error) {
	var set text.WordSet
	return fillPieces(ctx, t, func(p oped.Piece) error {
		t.words[p.ID] = topic.Words(&p, &set)
		return nil
	}, nextPieceQuery, after)
}

const (
	nextHotQuery = `
		SELECT id
		FROM piece
		WHERE id > $1 AND first_seen >= $2 AND merged IS NULL
		ORDER BY id
		LIMIT $3`
	newestPieceQuery    = `SELECT coalesce(max(first_seen), 0) FROM piece`
	dropAllFingerprints = `DELETE FROM print`
)

// fillFingerprints computes the fingerprints of hot pieces; only these need them. They are hot as of the
// newest piece.
func fillFingerprints(ctx context.Context, t *tx, after int64) (last int64, err error) {
	newest, err := t.number(newestPieceQuery)
	if err == nil && after == 0 {
		_, err = t.exec(dropAllFingerprints)
	}
	if err != nil {
		return 0, err
	}
	w := newWriting(t, time.Time{})
	return fillPieces(ctx, t, func(p oped.Piece) error {
		return w.putFingerprints(&p, dedup.FingerprintsOf(p.Lead()))
	}, nextHotQuery, after, dedup.Since(time.UnixMilli(newest)).UnixMilli())
}
