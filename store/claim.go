package store

import (
	"context"
	"fmt"
	"time"

	"oped"
)

const (
	dueQuery = `SELECT ` + feedColumns + ` FROM feed
		WHERE enabled = 1 AND paused = 0 AND next_fetch IS NOT NULL AND next_fetch <= ? ORDER BY next_fetch, id`
	nextQuery = `SELECT id, next_fetch FROM feed
		WHERE enabled = 1 AND paused = 0 AND next_fetch IS NOT NULL ORDER BY next_fetch, id`
)

// ClaimDue gives up to n feeds that are due at now, the longest due first, and leases them: none is given again until an
// Ingest for it is through or the lease has run out. Leases are in memory and cost no write; they need not outlive the process, since
// no other may write meanwhile.
func (s *Store) ClaimDue(ctx context.Context, now time.Time, lease time.Duration, n int) ([]oped.FeedState, error) {
	if s.writer == nil {
		return nil, fmt.Errorf("claim feeds: %w", &Error{Path: s.path, Kind: ErrReadOnly})
	}
	// Held over the reading: a feed whose new state is not seen here is then still leased.
	s.leaseMu.Lock()
	defer s.leaseMu.Unlock()
	rows, err := s.reader.QueryContext(ctx, dueQuery, now.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("claim feeds: %w", explain(s.path, err))
	}
	defer rows.Close()
	var due []oped.FeedState
	for len(due) < n && rows.Next() {
		f, err := scanFeed(rows)
		if err != nil {
			return nil, fmt.Errorf("claim feeds: %w", err)
		}
		if until, leased := s.leases[f.ID]; !leased || !until.After(now) {
			due = append(due, f)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("claim feeds: %w", explain(s.path, err))
	}
	for _, f := range due {
		s.leases[f.ID] = now.Add(lease)
	}
	return due, nil
}

// NextDue tells when ClaimDue will have something to give, if nothing else happens: a time in the past if it has now, the
// zero time if nothing is scheduled.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	s.leaseMu.Lock()
	defer s.leaseMu.Unlock()
	rows, err := s.reader.QueryContext(ctx, nextQuery)
	if err != nil {
		return time.Time{}, fmt.Errorf("look for the next feed: %w", explain(s.path, err))
	}
	defer rows.Close()
	var next time.Time
	for rows.Next() {
		var id, ms int64
		if err := rows.Scan(&id, &ms); err != nil {
			return time.Time{}, fmt.Errorf("look for the next feed: %w", err)
		}
		due := time.UnixMilli(ms).UTC()
		until, leased := s.leases[id]
		if leased && until.After(due) {
			due = until
		}
		if next.IsZero() || due.Before(next) {
			next = due
		}
		if !leased {
			break // all that follow are due later, leased or not
		}
	}
	if err := rows.Err(); err != nil {
		return time.Time{}, fmt.Errorf("look for the next feed: %w", explain(s.path, err))
	}
	return next, nil
}

// unlease lets a feed be claimed again, once its new state is durable.
func (s *Store) unlease(id int64) {
	s.leaseMu.Lock()
	defer s.leaseMu.Unlock()
	delete(s.leases, id)
}

// ReleaseLeases takes back what ClaimDue has leased: for a caller whose fetches were all cut off.
func (s *Store) ReleaseLeases() {
	s.leaseMu.Lock()
	defer s.leaseMu.Unlock()
	clear(s.leases)
}
