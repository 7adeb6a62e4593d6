package store

import "context"

// RenameVersions updates the rule versions noted by Rejudge, for rules that an earlier release wrote differently:
// former[name] becomes now[name]. It judges nothing again.
func (s Topics) RenameVersions(ctx context.Context, former, now map[string]string) error {
	return s.db.doing("rename the versions of rules", s.db.write(ctx, func(tx *tx) error {
		judged, err := judgedVersions(ctx, tx)
		renamed := false
		for name, version := range judged {
			if v, known := now[name]; known && version == former[name] && version != v {
				judged[name], renamed = v, true
			}
		}
		if err != nil || !renamed {
			return err
		}
		return putJudgedVersions(tx, judged)
	}))
}
