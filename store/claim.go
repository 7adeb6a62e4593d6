package store

import (
	"context"
	"time"

	"oped"
)

const (
	dueQuery = `
		SELECT ` + feedColumns + `
		FROM feed
		WHERE enabled = 1 AND paused = 0 AND next_fetch IS NOT NULL AND next_fetch <= $1
		ORDER BY next_fetch, id`
	nextQuery = `
		SELECT id, next_fetch
		FROM feed
		WHERE enabled = 1 AND paused = 0 AND next_fetch IS NOT NULL
		ORDER BY next_fetch, id`
)

// ClaimDue returns up to n feeds due at now, the longest due first, and leases them for d. A leased feed is
// not returned again before its Ingest has ended or the lease has run out. Leases are in memory and cost no
// write. They need not outlive the process, since no other may write meanwhile. A feed suspected of killing
// an earlier process is returned last, and alone; see [Feeds.Interrupted].
func (s Feeds) ClaimDue(ctx context.Context, now time.Time, d time.Duration, n int) ([]oped.FeedState, error) {
	if s.db.writer == nil {
		return nil, s.db.doing("claim feeds", &Error{Path: s.db.path, Kind: ErrReadOnly})
	}
	// Locked during the query: a feed read in its old state is then still leased.
	s.db.leaseMu.Lock()
	defer s.db.leaseMu.Unlock()
	var others []oped.FeedState
	var suspect *oped.FeedState
	err := each(ctx, s.db.reader, dueQuery, []any{now.UnixMilli()}, func(row scanner) error {
		if len(others) >= n {
			return errEnough
		}
		var f oped.FeedState
		err := scanFeed(row, &f)
		switch l, leased := s.db.leases[f.ID]; {
		case err != nil, leased && l.until.After(now):
		case !s.suspected(&f):
			others = append(others, f)
		case suspect == nil:
			suspect = &f
		}
		return err
	})
	if err != nil {
		return nil, s.db.doing("claim feeds", err)
	}
	due, alone := pickSuspects(others, suspect, s.busy(now), s.db.alone != 0 && s.busy(now), now)
	if s.db.alone = 0; alone {
		s.db.alone = due[0].ID
	}
	for _, f := range due {
		s.db.leases[f.ID] = lease{now, now.Add(d)}
	}
	if len(due) > 0 {
		s.db.hasMark = true
		s.markLeases()
	}
	return due, nil
}

const dueAfterQuery = `
	SELECT ` + feedColumns + `
	FROM feed
	WHERE enabled = 1 AND paused = 0 AND next_fetch > $1
	ORDER BY next_fetch, id`

// DueAfter returns the scheduled feeds due after a time.
func (s Feeds) DueAfter(ctx context.Context, at time.Time) ([]oped.FeedState, error) {
	feeds, err := list(ctx, s.db.reader, scanFeed, dueAfterQuery, at.UnixMilli())
	return feeds, s.db.doing("look for later feeds", err)
}

// NextDue returns the time of the next due feed, if nothing else happens: a time in the past if one is due
// now, the zero time if nothing is scheduled.
func (s Feeds) NextDue(ctx context.Context) (time.Time, error) {
	s.db.leaseMu.Lock()
	defer s.db.leaseMu.Unlock()
	var next time.Time
	err := each(ctx, s.db.reader, nextQuery, nil, func(row scanner) error {
		var id int64
		var due time.Time
		if err := row.Scan(&id, (*instant)(&due)); err != nil {
			return err
		}
		l, leased := s.db.leases[id]
		if leased && l.until.After(due) {
			due = l.until
		}
		if next.IsZero() || due.Before(next) {
			next = due
		}
		if !leased {
			return errEnough // all the following are due later, leased or not
		}
		return nil
	})
	return next, s.db.doing("look for the next feed", err)
}

// ReleaseLeases ends all leases of ClaimDue, for a caller with all fetches ended.
func (s Feeds) ReleaseLeases() {
	s.db.leaseMu.Lock()
	defer s.db.leaseMu.Unlock()
	clear(s.db.leases)
	s.db.alone = 0
	if s.db.hasMark {
		s.markLeases()
	}
}

// busy reports whether feeds are being fetched.
func (s Feeds) busy(now time.Time) bool {
	for _, l := range s.db.leases {
		if l.until.After(now) {
			return true
		}
	}
	return false
}
