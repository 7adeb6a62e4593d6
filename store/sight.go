package store

import (
	"context"
	"time"

	"oped"
)

const sightQuery = `SELECT entry, at FROM sight WHERE entry IN (%s)`

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
	k.Seen = map[int64]time.Time{}
	return inChunks(ctx, q, sightQuery, nil, rows, func(row scanner) error {
		var entry, at int64
		err := row.Scan(&entry, &at)
		k.Seen[entry] = time.UnixMilli(at).UTC()
		return err
	})
}

// see records the presence of entries in the fetched document.
func see(w *writing, entries []int64) error {
	for _, row := range entries {
		if _, err := w.tx.exec(`
			INSERT INTO sight (entry, at)
			VALUES (?, ?)
			ON CONFLICT DO UPDATE SET at = excluded.at`, row, w.at.UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}
