package store

import (
	"context"
	"fmt"
	"slices"

	"oped"
)

const outlivedQuery = `SELECT key, atom_id FROM outlived WHERE key IN (%s)`

// Outlive keeps the ids of pieces, by piece key or beginning, that readers know and no piece has: a new piece that has the key takes the id. It tells how many keys are kept.
func (s *Store) Outlive(ctx context.Context, ids map[string]string) (kept int64, err error) {
	err = s.write(ctx, func(tx *tx) error {
		kept = 0
		for key, id := range ids {
			n, err := tx.exec(`INSERT OR REPLACE INTO outlived (key, atom_id) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM piece WHERE atom_id = ?2)`, key, id)
			if err != nil {
				return err
			}
			kept += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("keep the ids that readers know: %w", err)
	}
	return kept, nil
}

// loadOutlived finds ids that readers know under the piece keys and beginnings of entries.
func loadOutlived(ctx context.Context, q querier, entries []oped.EntryLookup) (map[string]string, error) {
	known := map[string]string{}
	keys := gather(entries, func(e oped.EntryLookup) []string { return append(slices.Clone(e.PieceKeys), e.Beginning) })
	err := inChunks(ctx, q, outlivedQuery, nil, keys, func(row scanner) error {
		var key, id string
		err := row.Scan(&key, &id)
		known[key] = id
		return err
	})
	return known, err
}
