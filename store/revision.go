package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"oped"
	"oped/text"
)

// Revision is an earlier version of an entry.
type Revision = oped.Revision

// Revisions returns the earlier versions of an entry, by its row, the oldest first.
func (s Entries) Revisions(ctx context.Context, row int64) ([]Revision, error) {
	all, err := s.RevisionsOf(ctx, []int64{row})
	return all[row], err
}

// RevisionsOf returns the Revisions of several entries, by their rows. Entries without a change are missing.
func (s Entries) RevisionsOf(ctx context.Context, rows []int64) (map[int64][]Revision, error) {
	all := map[int64][]Revision{}
	err := inChunks(ctx, s.db.reader, `
		SELECT entry, at, guid, url, published, updated, authors, title, summary, content, hash, news
		FROM revision
		WHERE entry IN (%s)
		ORDER BY at, rowid`, nil, rows, func(row scanner) error {
		var r Revision
		var entry int64
		var at int64
		var published, updated sql.NullInt64
		var authors string
		var digest sql.RawBytes
		err := row.Scan(
			&entry, &at, &r.Entry.ID, &r.Entry.URL, &published, &updated, &authors, &r.Entry.Title,
			&r.Entry.Summary, &r.Entry.Content, &digest, &r.News,
		)
		if err != nil {
			return err
		}
		r.Text = text.FromHTML(cmp.Or(r.Entry.Content, r.Entry.Summary)).Text
		r.At = time.UnixMilli(at).UTC()
		r.Entry.Published, r.Entry.Updated, r.Entry.Hash = fromMillis(published), fromMillis(updated), hash(digest)
		r.Entry.Authors, err = decodeJSON[oped.Person](authors)
		all[entry] = append(all[entry], r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the versions of entries: %w", explain(s.db.path, err))
	}
	return all, nil
}
