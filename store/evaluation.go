package store

import (
	"context"
	"fmt"
	"time"

	"oped"
)

// PutEvaluations stores evaluations of topics on labelled pieces. Of the same rule and the same file, the
// latest stays.
func (s Topics) PutEvaluations(ctx context.Context, measures []oped.Evaluation) error {
	err := s.db.write(ctx, func(tx *tx) error {
		for _, m := range measures {
			kinds, err := encodeJSON(m.Kinds)
			if err != nil {
				return err
			}
			_, err = tx.exec(`INSERT INTO measure (topic, version, file, at, records, kinds) VALUES (?, ?, ?, ?, ?, ?)
				ON CONFLICT DO UPDATE SET at = excluded.at, records = excluded.records, kinds = excluded.kinds`,
				m.Topic, m.Version, m.File, m.At.UnixMilli(), m.Records, kinds)
			if err != nil {
				return err
			}
		}
		return tx.bumpVersions(bumpRules)
	})
	if err != nil {
		return fmt.Errorf("store the evaluations: %w", err)
	}
	return nil
}

// Evaluations returns all stored evaluations, by topic, the latest first.
func (s Topics) Evaluations(ctx context.Context) (all []oped.Evaluation, err error) {
	err = each(ctx, s.db.reader, `
		SELECT topic, version, file, at, records, kinds
		FROM measure
		ORDER BY topic, at DESC, version, file`, nil, func(row scanner) error {
		var m oped.Evaluation
		var at int64
		var kinds string
		err := row.Scan(&m.Topic, &m.Version, &m.File, &at, &m.Records, &kinds)
		if err == nil {
			m.Kinds, err = decodeJSON[oped.KindEvaluation](kinds)
		}
		m.At = time.UnixMilli(at).UTC()
		all = append(all, m)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the evaluations: %w", explain(s.db.path, err))
	}
	return all, nil
}
