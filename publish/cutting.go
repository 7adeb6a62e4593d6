package publish

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"oped"
	"oped/publish/coding"
	"oped/publish/feed"
)

// Pieces beyond the head of an edition are cut into archives (RFC 5005 §4). An archive is stored as the
// bytes of its first publication. So it never changes: neither with its pieces nor with a later version
// of this program.

const (
	archiveCache = "public, max-age=31536000, immutable"
	cutAttempts  = 5
	maxGone      = 100                 // tombstones at a head
	goneFor      = 30 * 24 * time.Hour // a tombstone stays at a head at least as long
)

// surplus returns how many of the pieces at a head have to go into archives to leave at most limit. It
// takes a quarter more at once. Otherwise every new piece would cut an archive of one.
func surplus(pieces, limit int) int {
	if pieces <= limit {
		return 0
	}
	return max(pieces-limit, limit/4)
}

// makeRoom cuts the surplus at the head of an edition into archives, and returns the content of its
// document. cut reports whether there was a surplus.
func (s *site) makeRoom(ctx context.Context, e *oped.EditionState, limit int) (d *document, cut bool, err error) {
	c := &cutting{site: s, edition: e}
	for range cutAttempts {
		if c.backlog, err = s.rows.Archives.Backlog(ctx, e.Name); err != nil {
			return nil, false, err
		}
		if err = c.due(ctx, limit); !errors.Is(err, oped.ErrStale) {
			break
		} // else a fetch came between
	}
	return &document{
		Edition:  *e,
		Previous: c.backlog.Archive,
		Gone:     c.backlog.Gone,
		Hubs:     s.options.Hubs,
	}, c.done, err
}

// cutting is the work of cutting archives of one edition.
type cutting struct {
	site    *site
	edition *oped.EditionState
	backlog oped.Backlog
	done    bool // an archive was cut
}

// due cuts the archives that are due.
func (c *cutting) due(ctx context.Context, limit int) error {
	parts := slices.Collect(slices.Chunk(c.backlog.Waiting, limit))
	for i, ids := range parts {
		if err := c.cut(ctx, ids, i == len(parts)-1); err != nil {
			return err
		}
	}
	n := surplus(c.backlog.Head, limit)
	if n == 0 {
		return nil
	}
	ids, err := c.site.rows.Archives.Oldest(ctx, c.edition.Name, n)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(ids, limit) {
		if err := c.cut(ctx, part, true); err != nil {
			return err
		}
	}
	return nil
}

// cut makes one archive of these pieces, the oldest first, or two if one would be too long. last
// reports that no pieces are left waiting.
func (c *cutting) cut(ctx context.Context, ids []oped.PieceID, last bool) error {
	b := &c.backlog
	pieces, err := c.site.excerptPieces(ctx, c.edition, ids)
	if err != nil {
		return err
	}
	if len(pieces) != len(ids) {
		return oped.ErrStale // one was merged meanwhile
	}
	slices.Reverse(pieces)
	s := &document{Edition: *c.edition, Archive: c.freeNumber(), Previous: b.Archive}
	s.Edition.Updated = lastUpdate(pieces)
	if last {
		s.Gone = bygone(b.Gone, c.edition.Updated)
	}
	a := oped.Archive{
		Edition:  c.edition.Name,
		Number:   s.Archive,
		Previous: s.Previous,
		Position: b.Archived,
		Cut:      b.Position,
		Base:     c.site.at.base,
		Pieces:   ids,
	}
	if last {
		a.Position = b.Position
	}
	for _, g := range s.Gone {
		a.Gone = append(a.Gone, g.AtomID)
	}
	items := c.site.entries.of(&s.Edition, c.site.items.all(&s.Edition, pieces))
	fits := 0
	if a.Atom, fits, err = c.zipped(feed.Atom, s, items); err != nil {
		return err
	}
	also := 0
	if a.JSON, also, err = c.zipped(feed.JSON, s, items); err != nil {
		return err
	}
	if half := len(ids) / 2; min(fits, also) < len(pieces) && half > 0 {
		if err := c.cut(ctx, ids[:half], false); err != nil {
			return err
		}
		return c.cut(ctx, ids[half:], last)
	}
	if err := c.site.rows.Archives.Put(ctx, a); err != nil {
		return err
	}
	c.done = true
	b.Archive, b.Number, b.Archived, b.Gone = a.Number, a.Number, a.Position, b.Gone[len(s.Gone):]
	return nil
}

// lastUpdate returns the time of the last update of some pieces.
func lastUpdate(pieces []oped.Piece) (last time.Time) {
	for i := range pieces {
		if t := pieces[i].Updated; t.After(last) {
			last = t
		}
	}
	return last
}

// freeNumber returns the next number for an archive. After an older database was restored, the files
// show the numbers given since. The documents published under them never change.
func (c *cutting) freeNumber() int64 {
	number := c.backlog.Number + 1
	for c.site.options.Dir != "" {
		if _, err := os.Stat(filepath.Join(
			c.site.options.Dir, filepath.FromSlash(archiveFile(c.edition.Name, number, feed.Atom)),
		)); err != nil {
			break
		}
		number++
	}
	return number
}

// bygone returns the tombstones at a head that move into an archive. It expects the oldest first.
func bygone(gone []oped.Tombstone, updated time.Time) []oped.Tombstone {
	n := max(0, len(gone)-maxGone)
	for n < len(gone) && updated.Sub(gone[n].At) > goneFor {
		n++
	}
	return gone[:n]
}

// zipped renders an archive, and says how many of its items fit.
func (c *cutting) zipped(f feed.Format, s *document, items []*feed.Entry) ([]byte, int, error) {
	var doc bytes.Buffer
	fits, err := c.site.write(&doc, f, s, items)
	if err != nil {
		return nil, 0, err
	}
	small, err := c.site.encoder.Encode(coding.Gzip, doc.Bytes())
	return small, fits, err
}

// archived returns the document of an archive in a format. If the base URL has changed since, its links
// use the new one.
func (r addresses) archived(a *oped.Archive, f feed.Format) ([]byte, error) {
	zipped := a.Atom
	if f == feed.JSON {
		zipped = a.JSON
	}
	var doc []byte
	z, err := gzip.NewReader(bytes.NewReader(zipped))
	if err == nil {
		doc, err = io.ReadAll(io.LimitReader(z, 8*maxBytes))
	}
	if err != nil {
		return nil, fmt.Errorf("archive %d of %s: %w", a.Number, a.Edition, err)
	}
	if a.Base == r.base {
		return doc, nil
	}
	return rebased(doc, a, r.base), nil
}

// rebased replaces the base of the links of an archive to itself, to its edition and to its neighbours.
func rebased(doc []byte, a *oped.Archive, base string) []byte {
	for _, after := range []string{"/" + a.Edition + ".", "/" + a.Edition + "/", "/feed.css"} {
		doc = bytes.ReplaceAll(doc, []byte(`"`+a.Base+after), []byte(`"`+base+after))
	}
	return doc
}

// excerptPieces reads pieces for the documents of an edition: with the HTML of entries where whole
// texts may be republished, else for excerpts.
func (s *site) excerptPieces(ctx context.Context, e *oped.EditionState, ids []oped.PieceID) ([]oped.Piece, error) {
	if e.Full || slices.ContainsFunc(s.feedList, func(f oped.FeedState) bool { return f.Full }) {
		return s.rows.Pieces.Of(ctx, ids)
	}
	return s.rows.Pieces.Seen(ctx, ids)
}
