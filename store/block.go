package store

import (
	"context"
	"fmt"

	"oped"
)

const blockQuery = `SELECT hash, pieces FROM block WHERE publisher = ? AND hash IN (%s)`

// loadBlocks tells in how many pieces of a publisher each block of the entries stood. Blocks that never did are left out.
func loadBlocks(ctx context.Context, q querier, publisher string, entries []oped.EntryLookup) (map[int64]int, error) {
	var hashes []int64
	seen := map[int64]bool{}
	for _, e := range entries {
		for _, h := range e.Blocks {
			if !seen[h] {
				seen[h] = true
				hashes = append(hashes, h)
			}
		}
	}
	known := map[int64]int{}
	err := inChunks(ctx, q, blockQuery, []any{publisher}, hashes, func(row scanner) error {
		var hash int64
		var pieces int
		err := row.Scan(&hash, &pieces)
		known[hash] = pieces
		return err
	})
	return known, err
}

// countBlocks counts blocks of new pieces for the feed's publisher.
func (w *writing) countBlocks(hashes []int64) error {
	for _, h := range hashes {
		_, err := w.exec(`INSERT INTO block (publisher, hash, pieces, last) VALUES (?, ?, 1, ?)
			ON CONFLICT DO UPDATE SET pieces = pieces + 1, last = excluded.last`, w.feed.Publisher, h, max(w.at.UnixMilli(), 0))
		if err != nil {
			return fmt.Errorf("count a block: %w", err)
		}
	}
	return nil
}
