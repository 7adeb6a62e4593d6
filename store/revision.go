package store

import (
	"cmp"
	"context"

	"oped"
	"oped/text"
)

// Revision is an earlier version of an entry.
type Revision = oped.Revision

const revisionsQuery = `
	SELECT entry, at, guid, url, published, updated, authors, title, summary, content, hash, news
	FROM revision
	WHERE entry IN (%s)
	ORDER BY at, rowid`

// Revisions returns the earlier versions of an entry, by its row, the oldest first.
func (s Entries) Revisions(ctx context.Context, row int64) ([]Revision, error) {
	all, err := s.RevisionsOf(ctx, []int64{row})
	return all[row], err
}

// RevisionsOf returns the Revisions of several entries, by their rows. Entries without a change are missing.
func (s Entries) RevisionsOf(ctx context.Context, rows []int64) (map[int64][]Revision, error) {
	all := map[int64][]Revision{}
	err := inChunks(ctx, s.db.reader, revisionsQuery, nil, rows, func(row scanner) error {
		var r Revision
		var entry int64
		err := row.Scan(
			&entry, (*instant)(&r.At), &r.Entry.ID, &r.Entry.URL, (*instant)(&r.Entry.Published),
			(*instant)(&r.Entry.Updated), asJSON(&r.Entry.Authors), &r.Entry.Title, &r.Entry.Summary,
			&r.Entry.Content, (*digest)(&r.Entry.Hash), &r.News,
		)
		r.Text = text.FromHTML(cmp.Or(r.Entry.Content, r.Entry.Summary)).Text
		all[entry] = append(all[entry], r)
		return err
	})
	return all, s.db.doing("read the versions of entries", err)
}
