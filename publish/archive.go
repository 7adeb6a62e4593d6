package publish

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"oped"
)

// What has no place at the head of an edition any more is cut into archives (RFC 5005 §4). An archive is stored as the bytes that it
// was first published as, so that it never changes: neither with its pieces nor with a later version of this program.

const (
	archiveCache = "public, max-age=31536000, immutable"
	cutAttempts  = 5
	maxGone      = 100                 // tombstones at a head
	goneFor      = 30 * 24 * time.Hour // that a tombstone stands at a head, at least
)

// surplus is how many of the pieces at a head have to go into archives so that limit of them remain at most. It takes a quarter more at once: else every
// piece that came would cut an archive of one.
func surplus(pieces, limit int) int {
	if pieces <= limit {
		return 0
	}
	return max(pieces-limit, limit/4)
}

// headDocument is the head of an edition: what it says, the pieces there, and the documents of both.
type headDocument struct {
	sheet   *Sheet
	pieces  []oped.Piece
	galleys []*galley // of the pieces
	docs    map[Format][]byte
}

// head makes room at the head of an edition, and gives what stands there now.
func (p *Publisher) head(ctx context.Context, now *site, e oped.EditionState) (*headDocument, error) {
	limit := e.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	var before map[oped.PieceID]*galley
	if served := p.site.Load(); served != nil {
		before = served.galleys[e.Name]
	}
	for {
		sheet, err := p.archive(ctx, now, &e, limit)
		if err != nil {
			return nil, err
		}
		h := &headDocument{sheet: sheet, docs: map[Format][]byte{}}
		for piece, err := range p.shelf.EditionPieces(ctx, e.Name, limit) {
			if err != nil {
				return nil, err
			}
			if len(piece.Entries) > 0 {
				h.pieces = append(h.pieces, piece)
			}
		}
		h.galleys = p.render.galleys(&e, now.feeds, now.slugs, h.pieces, before)
		fits := len(h.pieces)
		for _, f := range Formats() {
			var doc bytes.Buffer
			n, err := p.render.render(&doc, f, sheet, each(h.galleys), maxBytes)
			if err != nil {
				return nil, err
			}
			h.docs[f], fits = doc.Bytes(), min(fits, n)
		}
		if fits == len(h.pieces) || limit == 1 {
			return h, nil
		}
		fits = max(fits, 1)
		limit = fits // the document would be too long: what does not fit goes into archives
	}
}

// archive cuts what has no place at the head of an edition into archives, and gives the head's document.
func (p *Publisher) archive(ctx context.Context, now *site, e *oped.EditionState, limit int) (*Sheet, error) {
	var err error
	for range cutAttempts {
		var b oped.Backlog
		if b, err = p.shelf.Backlog(ctx, e.Name); err != nil {
			return nil, err
		}
		if err = p.cutAll(ctx, now, e, &b, limit); errors.Is(err, oped.ErrStale) {
			continue // a fetch came between
		}
		now.archives[e.Name], now.newest[e.Name] = b.Number, b.Archive
		return &Sheet{Edition: *e, Previous: b.Archive, Gone: b.Gone, Hubs: p.options.Hubs}, err
	}
	return nil, err
}

// cutAll cuts the archives that are due.
func (p *Publisher) cutAll(ctx context.Context, now *site, e *oped.EditionState, b *oped.Backlog, limit int) error {
	c := &cutting{p, now, e, b}
	parts := slices.Collect(slices.Chunk(b.Waiting, limit))
	for i, ids := range parts {
		if err := c.cut(ctx, ids, i == len(parts)-1); err != nil {
			return err
		}
	}
	n := surplus(b.Head, limit)
	if n == 0 {
		return nil
	}
	ids, err := p.shelf.Oldest(ctx, e.Name, n)
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

// cutting is the work of cutting archives of one edition.
type cutting struct {
	*Publisher
	now     *site
	edition *oped.EditionState
	backlog *oped.Backlog
}

// cut makes one archive of these pieces, the oldest first, or two where one would be too long. last says that nothing is left waiting.
func (c *cutting) cut(ctx context.Context, ids []oped.PieceID, last bool) error {
	b := c.backlog
	pieces, err := c.shelf.PiecesOf(ctx, ids)
	if err != nil {
		return err
	}
	if len(pieces) != len(ids) {
		return oped.ErrStale // one was merged meanwhile
	}
	slices.Reverse(pieces)
	s := &Sheet{Edition: *c.edition, Archive: c.freeNumber(), Previous: b.Archive}
	s.Edition.Updated = time.Time{}
	for i := range pieces {
		if t := pieces[i].Updated; t.After(s.Edition.Updated) {
			s.Edition.Updated = t
		}
	}
	if last {
		s.Gone = bygone(b.Gone, c.edition.Updated)
	}
	a := oped.Archive{Edition: c.edition.Name, Number: s.Archive, Previous: s.Previous, Position: b.Archived, Cut: b.Position, Base: c.render.base, Pieces: ids}
	if last {
		a.Position = b.Position
	}
	for _, g := range s.Gone {
		a.Gone = append(a.Gone, g.AtomID)
	}
	fits := 0
	if a.Atom, fits, err = c.zipped(Atom, s, pieces, maxBytes); err != nil {
		return err
	}
	also := 0
	if a.JSON, also, err = c.zipped(JSON, s, pieces, maxBytes); err != nil {
		return err
	}
	if half := len(ids) / 2; min(fits, also) < len(pieces) && half > 0 {
		if err := c.cut(ctx, ids[:half], false); err != nil {
			return err
		}
		return c.cut(ctx, ids[half:], last)
	}
	if err := c.shelf.PutArchive(ctx, a); err != nil {
		return err
	}
	b.Archive, b.Number, b.Archived, b.Gone = a.Number, a.Number, a.Position, b.Gone[len(s.Gone):]
	return nil
}

// freeNumber is the next number for an archive. Where an older database was restored, files tell which numbers were given since: what was published under them
// never changes.
func (c *cutting) freeNumber() int64 {
	number := c.backlog.Number + 1
	for c.options.Dir != "" {
		if _, err := os.Stat(filepath.Join(c.options.Dir, filepath.FromSlash(archiveFile(c.edition.Name, number, Atom)))); err != nil {
			break
		}
		number++
	}
	return number
}

// bygone are the tombstones, of those at a head, the oldest first, that move on into an archive.
func bygone(gone []oped.Tombstone, updated time.Time) []oped.Tombstone {
	n := max(0, len(gone)-maxGone)
	for n < len(gone) && updated.Sub(gone[n].At) > goneFor {
		n++
	}
	return gone[:n]
}

// zipped renders an archive.
func (c *cutting) zipped(f Format, s *Sheet, pieces []oped.Piece, most int64) ([]byte, int, error) {
	var doc, zipped bytes.Buffer
	fits, err := c.render.Render(&doc, f, c.now.feeds, s, each(pieces), most)
	if err != nil {
		return nil, 0, err
	}
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write(doc.Bytes()); err != nil {
		return nil, 0, fmt.Errorf("compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, 0, fmt.Errorf("compress: %w", err)
	}
	return zipped.Bytes(), fits, nil
}

// archived is the document of an archive in a format. Where we have moved to another address since, its links lead there.
func (r *Renderer) archived(a *oped.Archive, f Format) ([]byte, error) {
	zipped := a.Atom
	if f == JSON {
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

// rebased lets the links of an archive to itself, to its edition and to its neighbours begin with another base.
func rebased(doc []byte, a *oped.Archive, base string) []byte {
	for _, after := range []string{"/" + a.Edition + ".", "/" + a.Edition + "/", "/feed.css"} {
		doc = bytes.ReplaceAll(doc, []byte(`"`+a.Base+after), []byte(`"`+base+after))
	}
	return doc
}

var archiveName = regexp.MustCompile(`^([a-z0-9-]{1,64})/archive/([1-9][0-9]{0,9})\.(atom|json)$`)

// archiveOf tells which archive a file is.
func archiveOf(name string) (edition string, number int64, f Format, ok bool) {
	m := archiveName.FindStringSubmatch(name)
	if m == nil {
		return "", 0, "", false
	}
	number, err := strconv.ParseInt(m[2], 10, 64)
	return m[1], number, Format(m[3]), err == nil
}

// serveArchive serves an archive. The newest one names the next one, which is not cut yet: its pieces are at the head. One that nothing leads to any more
// is passed over.
func (p *Publisher) serveArchive(w http.ResponseWriter, r *http.Request, now *site, edition string, number int64, f Format) {
	highest, known := now.archives[edition]
	if known && number == highest+1 {
		elsewhere(w, p.render.feedURL(edition, f))
		return
	}
	if !known || number > highest {
		status := http.StatusNotFound
		if now.isGone(edition) {
			status = http.StatusGone
		}
		p.nothing(w, r, status)
		return
	}
	a, err := p.shelf.Archive(r.Context(), edition, number)
	var rep *representation
	if err == nil {
		rep, err = p.onRequest(r.Context(), func(z *zipper) (*representation, error) {
			doc, err := p.render.archived(&a, f)
			if err != nil {
				return nil, err
			}
			return p.render.archiveRepresentation(z, f, doc)
		})
	}
	if err == nil && a.Unlinked || errors.Is(err, oped.ErrNotFound) { // a number that was skipped, or given before a restore
		elsewhere(w, p.nextArchive(r.Context(), edition, number, highest, f))
		return
	}
	p.answer(w, r, archiveFile(edition, number, f), rep, err)
}

// nextArchive is where the archive stands that follows a number, or the head.
func (p *Publisher) nextArchive(ctx context.Context, edition string, number, highest int64, f Format) string {
	for number++; number <= highest; number++ {
		if a, err := p.shelf.Archive(ctx, edition, number); err == nil && !a.Unlinked {
			return p.render.archiveURL(edition, number, f)
		}
	}
	return p.render.feedURL(edition, f)
}

// archiveRepresentation is the document of an archive, ready to be served.
func (r *Renderer) archiveRepresentation(z *zipper, f Format, doc []byte) (*representation, error) {
	rep, err := z.representation(f.MediaType()+"; charset=utf-8", r.feedPolicy(), time.Time{}, doc)
	if err == nil {
		if rep.cache = archiveCache; rep.shown != nil {
			rep.shown.cache = archiveCache
		}
	}
	return rep, err
}

// fileArchives writes the archives of editions that have no file yet; all looks at every one of them, else at those that are newer than the newest that
// has one. They are written in their order, and before the heads that lead to them, so that none is left out where a disk is full. The files of those that
// nothing leads to any more are removed.
func (p *Publisher) fileArchives(ctx context.Context, now *site, editions []string, all bool) error {
	root, err := openFolder(p.options.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, edition := range editions {
		from := now.archives[edition] + 1
		for ; from > 1; from-- {
			done, err := p.fileArchive(ctx, root, edition, from-1, true)
			if err != nil {
				return err
			}
			if done && !all {
				break
			}
		}
		for n := from; n <= now.archives[edition]; n++ {
			if _, err := p.fileArchive(ctx, root, edition, n, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// fileArchive writes the files of an archive, and tells whether they were there; with look, it writes nothing.
func (p *Publisher) fileArchive(ctx context.Context, root *os.Root, edition string, number int64, look bool) (stood bool, err error) {
	a, err := p.shelf.Archive(ctx, edition, number)
	if errors.Is(err, oped.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	stood = !a.Unlinked
	if a.Unlinked {
		if err := removeArchivePage(root, edition, number); err != nil {
			return false, &DirError{p.options.Dir, err}
		}
	}
	for _, f := range []Format{Atom, JSON} {
		name := archiveFile(edition, number, f)
		if a.Unlinked {
			for _, end := range append(sidecars(), "") {
				if err := root.Remove(name + end); err != nil && !absent(err) {
					return false, &DirError{p.options.Dir, err}
				}
			}
			continue
		}
		doc, err := p.render.archived(&a, f)
		if err != nil {
			return false, err
		}
		same, err := hasBytes(root, name, doc)
		if err != nil {
			return false, &DirError{p.options.Dir, err}
		}
		if same && p.stands(root, name) {
			continue
		}
		if stood = false; look {
			continue
		}
		rep, err := p.render.archiveRepresentation(p.zip, f, doc)
		if err != nil {
			return false, err
		}
		if err = writeFile(root, name, rep.plain.body); err == nil && p.options.Precompress {
			err = writeSidecars(root, name, rep)
		}
		if err != nil {
			return false, &DirError{p.options.Dir, err}
		}
	}
	return stood, nil
}

func editionNames(editions []oped.EditionState) []string {
	names := make([]string, len(editions))
	for i, e := range editions {
		names[i] = e.Name
	}
	return names
}
