package store

import (
	"context"
	"time"

	"oped"
)

const (
	// ofMonth selects the opinion pieces between two dates that readers may see. The caller adds the rest.
	ofMonth = `
		FROM piece
		WHERE merged IS NULL AND date >= $1 AND date < $2`
	found = `kind <> '` + string(oped.News) + `' AND id NOT IN (` + withdrawnQuery + `)`

	lastDateQuery     = `SELECT date FROM piece WHERE merged IS NULL AND date < $1 ORDER BY date DESC LIMIT 1`
	monthVersionQuery = `SELECT coalesce(max(version), 0), count(CASE WHEN ` + found + ` THEN 1 END)` + ofMonth
	monthPiecesQuery  = `SELECT id` + ofMonth + ` AND ` + found + ` ORDER BY date DESC, id DESC`
)

// Months returns the months of the dates of all pieces, in UTC, the newest first, each as a time.
func (s Pieces) Months(ctx context.Context) ([]time.Time, error) {
	var months []time.Time
	before := time.Date(10_000, time.January, 1, 0, 0, 0, 0, time.UTC)
	for {
		dates, err := column[int64](ctx, s.db.reader, lastDateQuery, before.UnixMilli())
		if err != nil || len(dates) == 0 {
			return months, s.db.doing("list the months", err)
		}
		last := time.UnixMilli(dates[0]).UTC()
		before = time.Date(last.Year(), last.Month(), 1, 0, 0, 0, 0, time.UTC)
		months = append(months, before)
	}
}

// MonthVersion returns the version of the list of opinion pieces dated in the month after a time. It differs once a
// piece is in it, or no longer. Withdrawn pieces are left out.
func (s Pieces) MonthVersion(ctx context.Context, month time.Time) (v oped.ListVersion, err error) {
	err = s.db.reader.QueryRowContext(ctx, monthVersionQuery, month.UnixMilli(), month.AddDate(0, 1, 0).UnixMilli()).
		Scan(&v.Version, &v.Pieces)
	return v, s.db.doing("read the version of a month", err)
}

// MonthPieces returns the pieces of that list, the newest first, in the form of [Pieces.Listed].
func (s Pieces) MonthPieces(ctx context.Context, month time.Time) ([]oped.Piece, error) {
	ids, err := s.db.listIDs(ctx, monthPiecesQuery, month.UnixMilli(), month.AddDate(0, 1, 0).UnixMilli())
	if err != nil {
		return nil, err
	}
	return s.Listed(ctx, ids)
}
