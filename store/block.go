package store

import (
	"context"
	"fmt"
	"slices"

	"oped"
)

const (
	blockQuery = `
		SELECT hash, pieces
		FROM block
		WHERE publisher = $1 AND hash IN (%s)`
	countBlock = `
		INSERT INTO block (publisher, hash, pieces, last)
		VALUES %s
		ON CONFLICT (publisher, hash) DO UPDATE
		SET pieces = block.pieces + 1, last = excluded.last`
)

// loadBlocks returns the number of the publisher's pieces with each block of the entries. Blocks seen in no
// piece are left out.
func loadBlocks(ctx context.Context, q querier, publisher string, entries []oped.EntryLookup) (map[int64]int, error) {
	return mapIn[int64, int](ctx, q, blockQuery,
		gather(entries, func(e oped.EntryLookup) []int64 { return e.Blocks }), publisher)
}

// countBlocks counts blocks of new pieces for the feed's publisher.
func countBlocks(w *writing, hashes []int64) error {
	err := insertAll(w.tx, countBlock, slices.Sorted(slices.Values(hashes)),
		func(h int64) []any { return []any{w.feed.Publisher, h, 1, w.atMillis()} })
	if err != nil {
		return fmt.Errorf("count blocks: %w", err)
	}
	return nil
}
