package store

import (
	"context"
	"fmt"
)

// RenameVersions updates the rule versions noted by Rejudge, for rules that an earlier release wrote differently:
// former[name] becomes now[name]. It judges nothing again.
func (s Topics) RenameVersions(ctx context.Context, former, now map[string]string) error {
	err := s.db.write(ctx, func(tx *tx) error {
		judged, err := judgedVersions(ctx, tx)
		if err != nil {
			return err
		}
		renamed := false
		for name, version := range judged {
			if v, known := now[name]; known && version == former[name] && version != v {
				judged[name], renamed = v, true
			}
		}
		if !renamed {
			return nil
		}
		return putJudgedVersions(tx, judged)
	})
	if err != nil {
		return fmt.Errorf("rename the versions of rules: %w", err)
	}
	return nil
}
