package store

import (
	"context"
	"time"

	"oped"
)

const (
	sightQuery = `
		SELECT entry, at
		FROM sight
		WHERE entry IN (%s)`
	putSight = `
		INSERT INTO sight (entry, at)
		VALUES ($1, $2)
		ON CONFLICT (entry) DO UPDATE
		SET at = excluded.at`
)

// loadSights adds the last sights of the feed's own entries among the candidates.
func loadSights(ctx context.Context, q querier, k *oped.Known) error {
	var rows []int64
	for _, p := range k.Pieces {
		for i := range p.Entries {
			if p.Entries[i].FeedURL == k.Feed.URL {
				rows = append(rows, p.Entries[i].Row)
			}
		}
	}
	sights, err := mapIn[int64, instant](ctx, q, sightQuery, rows)
	k.Seen = make(map[int64]time.Time, len(sights))
	for row, at := range sights {
		k.Seen[row] = time.Time(at)
	}
	return err
}

// see records the presence of entries in the fetched document.
func see(w *writing, entries []int64) error {
	for _, row := range entries {
		if _, err := w.tx.exec(putSight, row, w.at.UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}
