package store

import (
	"context"
	"fmt"
	"slices"

	"oped"
)

const blockQuery = `SELECT hash, pieces FROM block WHERE publisher = ? AND hash IN (%s)`

// loadBlocks returns the number of the publisher's pieces with each block of the entries. Blocks seen in no
// piece are left out.
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
func countBlocks(w *writing, hashes []int64) error {
	at := max(w.at.UnixMilli(), 0)
	err := insertAll(w.tx, `
		INSERT INTO block (publisher, hash, pieces, last)
		VALUES %s
		ON CONFLICT DO UPDATE SET pieces = pieces + 1, last = excluded.last`, slices.Sorted(slices.Values(hashes)),
		func(h int64) []any { return []any{w.feed.Publisher, h, 1, at} })
	if err != nil {
		return fmt.Errorf("count blocks: %w", err)
	}
	return nil
}
