package store

import (
	"context"
	"fmt"
)

// RenameVersions replaces what Rejudge has noted of rules as an earlier release wrote it: where a name has its former
// version, it gets the one of now. Nothing is judged again. It writes only if something changes.
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
