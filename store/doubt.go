package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"oped"
	"oped/dedup"
)

// The doubts are what an earlier release stored and the present rules of dedup would store otherwise, if the entry came
// now. They are a backfill: another version of the rules asks again about all hot pieces. Nothing changes by itself.

const doubtVersion = dedup.RulesVersion + "." + textVersion

const (
	nextHotQuery = `
		SELECT id
		FROM piece
		WHERE id > $1 AND merged IS NULL AND first_seen >= $2
		ORDER BY id
		LIMIT $3`
	keyEntryQuery = `
		SELECT k.key, e.id, e.piece
		FROM entry_key k
		JOIN entry e ON e.id = k.entry
		JOIN entry own ON own.feed = k.feed
		WHERE own.id = $1 AND e.id < own.id AND k.key IN (%s)`
	putDoubt = `
		INSERT INTO doubt (entry, piece, joins, score, why, at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`

	// doubtsQuery leaves out what was merged or split since, and what an active decision covers, as guardedQuery does.
	doubtsQuery = `
		WITH led (entry, piece, joins, score, why, at) AS MATERIALIZED (
			SELECT r.entry, ` + targetOf + `r.piece` + isTarget + `, r.joins, r.score, r.why, r.at
			FROM doubt r)
		SELECT e.piece, led.piece, led.entry, led.score, led.why, led.at
		FROM led
		JOIN entry e ON e.id = led.entry
		WHERE CASE WHEN e.piece = led.piece THEN 0 ELSE 1 END = led.joins AND NOT EXISTS (
			SELECT 1
			FROM entry a
			JOIN decision_entry x ON x.entry = a.id
			JOIN decision d ON d.id = x.decision
			JOIN decision_entry y ON y.decision = x.decision
			JOIN entry b ON b.id = y.entry AND b.id <> a.id
			WHERE a.piece = e.piece AND b.piece = led.piece AND (led.joins = 1 OR a.id = led.entry)
				AND d.undone_by IS NULL AND (d.action <> 'merge' OR d.given_by <> '` + oped.ByRule + `'))
		ORDER BY led.at DESC, e.piece DESC, led.piece DESC, led.entry`
)

// Doubt is a pair of pieces that the present rules would join; or, with the same piece twice, an entry that they would
// not join to its piece.
type Doubt struct {
	oped.Relation
	Entry int64 // row of the later entry
}

// Doubts returns what an earlier release stored and the present rules would store otherwise, without the cases decided
// by a curator, the latest first.
func (s Pieces) Doubts(ctx context.Context) ([]Doubt, error) {
	distinct := pairs{}
	all, err := list(ctx, s.db.reader, func(row scanner, d *Doubt) error {
		d.Kind, d.Guard = oped.Like, string(dedup.GuardEarlier)
		return row.Scan(&d.Piece, &d.Other, &d.Entry, &d.Score, &d.Why, (*instant)(&d.At))
	}, doubtsQuery)
	all = slices.DeleteFunc(all, func(d Doubt) bool { return d.Piece != d.Other && !distinct.fresh(&d.Relation) })
	return all, s.db.doing("read the doubts about pieces", err)
}

func dropAllDoubts(t *tx) error {
	_, err := t.exec(`DELETE FROM doubt`)
	return err
}

// doubtPage is the number of pieces asked about in one transaction: others wait meanwhile.
const doubtPage = 64

// nextDoubts asks about the next hot pieces, within the transaction: the index of fingerprints is the writer's.
func nextDoubts(ctx context.Context, s *database, _ *walk, after int64) (page, error) {
	newest, err := one[int64](ctx, s.reader, newestPieceQuery)
	if err != nil {
		return page{}, err
	}
	at := time.UnixMilli(newest)
	ids, err := column[oped.PieceID](ctx, s.reader, nextHotQuery, after, dedup.Since(at).UnixMilli(), doubtPage)
	p := page{rows: len(ids), work: []work{func(t *tx) error {
		pieces, err := loadTexts(ctx, t, ids)
		for i := range pieces {
			if err == nil {
				err = t.doubt(ctx, &pieces[i], at)
			}
		}
		return err
	}}}
	if len(ids) == doubtPage {
		p.last = int64(ids[doubtPage-1])
	}
	return p, err
}

// doubt asks about one piece, and writes the doubts.
func (t *tx) doubt(ctx context.Context, p *oped.Piece, at time.Time) error {
	c := dedup.NewComparer(ctx, oped.MaxCompareSteps)
	for i := range p.Entries {
		if err := t.doubtJoins(ctx, c, p, &p.Entries[i], at); err != nil {
			return err
		}
	}
	if len(p.Entries) == 1 {
		return nil
	}
	decided, err := constraints(ctx, t, []oped.PieceID{p.ID})
	if err != nil {
		return err
	}
	linked := func(a, b *oped.Entry) bool {
		return slices.ContainsFunc(decided, func(d oped.Constraint) bool { return d.Links(a.Row, b.Row) })
	}
	for _, s := range c.Strangers(p, linked) {
		why := "the present rules keep this appearance separate; " + s.Why
		if err := t.putDoubt(s.Entry, p.ID, false, s.Score, why); err != nil {
			return err
		}
	}
	return nil
}

// doubtJoins asks which earlier piece an entry would join if it came now.
func (t *tx) doubtJoins(ctx context.Context, c *dedup.Comparer, p *oped.Piece, e *oped.Entry, at time.Time) error {
	known, err := t.earlierItem(ctx, c, p, e)
	if err != nil {
		return err
	}
	if known != 0 {
		const why = "the present rules take the later entry of the feed for an edit of the earlier one"
		return t.putDoubt(e, known, true, 1, why)
	}
	q := &dedup.Query{Entry: e, Keys: dedup.KeysOfOne(e), Common: map[uint64]bool{}}
	ids, err := t.earlierLike(ctx, p, q, at)
	if err != nil || len(ids) == 0 {
		return err
	}
	ids, _, err = withRoom(ctx, t, ids, false)
	if err != nil {
		return err
	}
	candidates, err := loadTexts(ctx, t, ids)
	if err != nil {
		return err
	}
	cannot, err := cannotLinks(ctx, t, append([]oped.Piece{*p}, candidates...))
	if err != nil {
		return err
	}
	candidates = slices.DeleteFunc(candidates, func(o oped.Piece) bool {
		return cannot[[2]oped.PieceID{min(o.ID, p.ID), max(o.ID, p.ID)}]
	})
	m, ok := c.WouldJoin(q, candidates)
	if !ok {
		return nil
	}
	why := "the present rules make one piece of them; " + m.Why
	return t.putDoubt(e, m.Piece, true, m.Score, why)
}

// earlierItem returns the piece of an earlier entry of the feed that the entry would be if it came now; 0: none.
func (t *tx) earlierItem(
	ctx context.Context, c *dedup.Comparer, p *oped.Piece, e *oped.Entry,
) (found oped.PieceID, err error) {
	keys := dedup.Identify([]oped.Entry{*e})[0]
	earlier := map[string]oped.KnownEntry{}
	err = inChunks(ctx, t, keyEntryQuery, []any{e.Row}, keys, func(row scanner) error {
		var key string
		var known oped.KnownEntry
		err := row.Scan(&key, &known.Row, &known.Piece)
		earlier[key] = known
		return err
	})
	for _, key := range keys {
		known := earlier[key]
		if err != nil || known.Row == 0 || known.Piece >= p.ID {
			continue
		}
		var pieces []oped.Piece
		pieces, err = loadTexts(ctx, t, []oped.PieceID{known.Piece})
		for i := range pieces {
			for j := range pieces[i].Entries {
				if have := &pieces[i].Entries[j]; have.Row == known.Row && c.SameItem(have, e, key) {
					return known.Piece, nil
				}
			}
		}
	}
	return 0, err
}

// earlierLike returns the earlier pieces with a key of an entry or with its fingerprints, those with its text first.
func (t *tx) earlierLike(
	ctx context.Context, p *oped.Piece, q *dedup.Query, at time.Time,
) (ids []oped.PieceID, err error) {
	keys := slices.Clone(q.Keys)
	slices.Sort(keys) // those of texts before those of addresses
	for _, key := range keys {
		found, err := column[oped.PieceID](ctx, t, matchQuery, key, maxMatches)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	if fingerprints := dedup.FingerprintsOf(q.Entry); len(fingerprints) > 0 {
		x, err := t.hot(ctx, at)
		if err != nil {
			return nil, err
		}
		alike, common := x.Alike(fingerprints, q.Entry.Publisher, q.Entry.Date(), p.ID)
		ids = append(ids, alike...)
		for _, fingerprint := range common {
			q.Common[fingerprint] = true
		}
	}
	var earlier []oped.PieceID
	for _, id := range ids {
		if id < p.ID && len(earlier) < oped.MaxCandidates && !slices.Contains(earlier, id) {
			earlier = append(earlier, id)
		}
	}
	slices.Sort(earlier)
	return earlier, nil
}

func (t *tx) putDoubt(e *oped.Entry, other oped.PieceID, joins bool, score float64, why string) error {
	_, err := t.exec(putDoubt, e.Row, other, joins, score, why, max(e.FirstSeen.UnixMilli(), 0))
	if err != nil {
		return fmt.Errorf("doubt about entry %d: %w", e.Row, err)
	}
	return nil
}
