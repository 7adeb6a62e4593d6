package store

import (
	"context"

	"oped"
)

const (
	evaluationsQuery = `
		SELECT topic, version, file, at, records, kinds
		FROM measure
		ORDER BY topic, at DESC, version, file`
	putEvaluation = `
		INSERT INTO measure (topic, version, file, at, records, kinds)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (topic, version, file) DO UPDATE
		SET at = excluded.at, records = excluded.records, kinds = excluded.kinds`
)

// PutEvaluations stores evaluations of topics on labelled pieces. Of the same rule and the same file, the
// latest stays.
func (s Topics) PutEvaluations(ctx context.Context, measures []oped.Evaluation) error {
	return s.db.doing("store the evaluations", s.db.write(ctx, func(tx *tx) error {
		for _, m := range measures {
			_, err := tx.exec(putEvaluation, m.Topic, m.Version, m.File, m.At.UnixMilli(), m.Records, asJSON(&m.Kinds))
			if err != nil {
				return err
			}
		}
		return tx.bumpVersions(bumpRules)
	}))
}

// Evaluations returns all stored evaluations, by topic, the latest first.
func (s Topics) Evaluations(ctx context.Context) ([]oped.Evaluation, error) {
	all, err := list(ctx, s.db.reader, func(row scanner, m *oped.Evaluation) error {
		return row.Scan(&m.Topic, &m.Version, &m.File, (*instant)(&m.At), &m.Records, asJSON(&m.Kinds))
	}, evaluationsQuery)
	return all, s.db.doing("read the evaluations", err)
}
