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

// Revision is what an entry said before it was changed.
type Revision = oped.Revision

// Revisions are the earlier versions of an entry, by its row, the oldest first.
func (s *Store) Revisions(ctx context.Context, row int64) (all []Revision, err error) {
	err = each(ctx, s.reader, `
		SELECT at, guid, url, published, updated, authors, title, summary, content, hash, news FROM revision
		WHERE entry = ? ORDER BY at, rowid`, []any{row}, func(row scanner) error {
		var r Revision
		var at int64
		var published, updated sql.NullInt64
		var authors string
		var digest sql.RawBytes
		err := row.Scan(&at, &r.Entry.ID, &r.Entry.URL, &published, &updated, &authors, &r.Entry.Title, &r.Entry.Summary, &r.Entry.Content, &digest, &r.News)
		if err != nil {
			return err
		}
		r.Text = text.FromHTML(cmp.Or(r.Entry.Content, r.Entry.Summary)).Text
		r.At = time.UnixMilli(at).UTC()
		r.Entry.Published, r.Entry.Updated, r.Entry.Hash = when(published), when(updated), hash(digest)
		r.Entry.Authors, err = unlist[oped.Person](authors)
		all = append(all, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the versions of entry %d: %w", row, explain(s.path, err))
	}
	return all, nil
}
