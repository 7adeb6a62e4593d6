package store

import (
	"context"
	"slices"

	"oped"
)

const (
	recoveredIDsQuery = `
		SELECT key, atom_id, title, beginning
		FROM outlived
		WHERE key IN (%s)
		ORDER BY key, atom_id`
	dropRecoveredIDs = `
		DELETE FROM outlived
		WHERE atom_id IN (SELECT atom_id FROM piece)`
	putRecoveredID = `
		INSERT INTO outlived (key, atom_id, title, beginning)
		SELECT $1, $2, $3, $4
		WHERE NOT EXISTS (SELECT 1 FROM piece WHERE atom_id = $2)
		ON CONFLICT DO NOTHING`
)

// PutRecoveredIDs stores the ids of pieces known to readers but not to the database, to use when the pieces
// come in again. It returns the number of new keys.
func (s Entries) PutRecoveredIDs(ctx context.Context, pieces []oped.RecoveredID) (kept int64, err error) {
	err = s.db.write(ctx, func(tx *tx) error {
		kept = 0
		_, err := tx.exec(dropRecoveredIDs)
		for _, o := range pieces {
			for _, key := range o.Keys {
				if err != nil {
					return err
				}
				var n int64
				n, err = tx.exec(putRecoveredID, key, o.AtomID, o.Title, o.Beginning)
				kept += n
			}
		}
		return err
	})
	return kept, s.db.doing("store the recovered ids", err)
}

// loadRecoveredIDs finds pieces known to readers by the piece keys and beginnings of entries, without their
// keys.
func loadRecoveredIDs(
	ctx context.Context, q querier, entries []oped.EntryLookup,
) (map[string][]oped.RecoveredID, error) {
	known := map[string][]oped.RecoveredID{}
	keys := gather(entries, func(e oped.EntryLookup) []string { return append(slices.Clone(e.PieceKeys), e.Beginning) })
	err := inChunks(ctx, q, recoveredIDsQuery, nil, keys, func(row scanner) error {
		var key string
		var o oped.RecoveredID
		err := row.Scan(&key, &o.AtomID, &o.Title, &o.Beginning)
		known[key] = append(known[key], o)
		return err
	})
	return known, err
}
