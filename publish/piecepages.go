package publish

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"oped"
	"oped/internal/regular"
)

// atOnce is how many pages of pieces are rendered at a time for readers who ask for one that is not in memory.
const atOnce = 2

// pieceDocument is the page of a piece, and what it was made of.
type pieceDocument struct {
	made string
	*representation
}

// pieceMaker renders pages of pieces for one publication, each once, and only those whose rows have changed since the one before.
type pieceMaker struct {
	*Publisher
	before map[oped.PieceID]*pieceDocument // nil: everything is rendered
	after  *site
	fresh  map[string]*representation
	empty  []string       // names of pages on which nothing would stand
	shown  []oped.PieceID // on pages that are made as files only
	files  *os.Root       // not nil: nothing is served, and what stands here already needs no work
}

// compare lets the maker pass over pages whose files in a folder need no work, until the function that it gives is called.
func (m *pieceMaker) compare(dir string) (end func()) {
	root, err := regular.OpenRoot(dir)
	if err != nil {
		return func() {} // there is nothing to compare with
	}
	m.files = root
	return func() { root.Close() }
}

// makeAll renders the pages of pieces, but for those that were made of the same.
func (m *pieceMaker) makeAll(ctx context.Context, pieces []oped.Piece) error {
	for len(pieces) > 0 {
		n := together(pieces)
		abouts, err := m.abouts(ctx, pieces[:n])
		if err != nil {
			return err
		}
		for i := range abouts {
			if err := m.make(&pieces[i], &abouts[i]); err != nil {
				return err
			}
		}
		pieces = pieces[n:]
	}
	return nil
}

// maxTogether is how many bytes of texts the pieces may have whose pages are made together. What is read for a page, of
// related pieces and earlier versions, is about as long as its own piece.
const maxTogether = 1 << 20

// together is how many of some pieces may be made together: at least one.
func together(pieces []oped.Piece) int {
	left := maxTogether
	for i := range pieces {
		for k := range pieces[i].Entries {
			left -= len(pieces[i].Entries[k].Text)
		}
		if left < 0 && i > 0 {
			return i
		}
	}
	return len(pieces)
}

// make renders the page of a piece, unless there is one that was made of the same.
func (m *pieceMaker) make(p *oped.Piece, about *About) error {
	if p.ID <= 0 || len(p.Entries) == 0 {
		return nil
	}
	made := m.render.madeOf(m.after.feeds, m.after.slugs, m.after.editions, p, about)
	for _, have := range []map[oped.PieceID]*pieceDocument{m.after.pieces, m.before} {
		if d := have[p.ID]; d != nil && d.made == made {
			m.after.pieces[p.ID] = d
			return nil
		}
	}
	if m.files != nil && m.standsOf(m.files, pieceFile(p.ID), made) {
		return nil
	}
	rep, err := m.piecePage(m.zip, m.after, p, about, made)
	if err != nil {
		return err
	}
	m.after.pieces[p.ID] = &pieceDocument{made, rep}
	m.fresh[pieceFile(p.ID)] = rep
	return nil
}

func idsOf(pieces []oped.Piece) (ids []oped.PieceID) {
	for i := range pieces {
		ids = append(ids, pieces[i].ID)
	}
	return ids
}

// others renders again what is not at a head that is published now and may read differently all the same: pieces that were touched,
// and those that have left a head. Then it forgets the pages of pieces that are at no head.
func (m *pieceMaker) others(ctx context.Context, old *site, touched []oped.PieceID) error {
	heads, again := m.after.atHeads(), map[oped.PieceID]bool{}
	for _, id := range touched {
		again[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(old.pieces)) {
		if m.after.pieces[id] != nil {
			continue
		}
		if heads[id] && !again[id] {
			m.after.pieces[id] = old.pieces[id]
			continue
		}
		p, err := m.pieceAt(ctx, id)
		if errors.Is(err, oped.ErrNotFound) {
			continue
		}
		if err == nil {
			err = m.makeAll(ctx, []oped.Piece{p})
		}
		if err != nil {
			return err
		}
	}
	maps.DeleteFunc(m.after.pieces, func(id oped.PieceID, _ *pieceDocument) bool { return !heads[id] })
	return nil
}

// stale renders again the files of pieces that are at no head, where they were made of other rows: of those that were touched, or of all that there
// are.
func (m *pieceMaker) stale(ctx context.Context, dir string, touched []oped.PieceID, all bool) error {
	if dir == "" {
		return nil
	}
	root, err := regular.OpenRoot(dir)
	if err != nil {
		return nil // there are none
	}
	defer root.Close()
	if all {
		touched = filed(root)
	}
	for _, id := range touched {
		name := pieceFile(id)
		if _, err := root.Stat(name); err != nil || m.after.pieces[id] != nil || m.fresh[name] != nil {
			continue
		}
		if err := m.file(ctx, root, id); err != nil {
			return err
		}
	}
	return nil
}

// file renders the file of a piece, unless it was made of the same: its page or, where it was merged into another one, a page that leads there.
func (m *pieceMaker) file(ctx context.Context, root *os.Root, id oped.PieceID) error {
	to, err := m.shelf.LeadsTo(ctx, id)
	if errors.Is(err, oped.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if to != id {
		return m.moved(ctx, root, id, to)
	}
	p, err := m.pieceAt(ctx, id)
	if errors.Is(err, oped.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	about, err := m.about(ctx, &p)
	if err != nil {
		return err
	}
	name, made := pieceFile(id), m.render.madeOf(m.after.feeds, m.after.slugs, m.after.editions, &p, &about)
	if m.standsOf(root, name, made) {
		return nil
	}
	m.shown = append(m.shown, id)
	m.fresh[name], err = m.piecePage(m.zip, m.after, &p, &about, made)
	return err
}

// filed are the pieces that have a file.
func filed(root *os.Root) (ids []oped.PieceID) {
	entries, _ := regular.Entries(root, "piece") // what cannot be read is not brought up to date
	for _, entry := range entries {
		if id, err := strconv.ParseInt(entry.Name(), 10, 64); err == nil {
			ids = append(ids, oped.PieceID(id))
		}
	}
	slices.Sort(ids)
	return ids
}

// madeMark is what stands before the digest on the page of a piece, among its first bytes.
const madeMark = `<meta name="oped-made" content="`

// standsIn tells whether a file is a page that was made of the same. Files are put in place whole, so its beginning tells.
func standsIn(folder *os.Root, name, made string) bool {
	return beginsWith(folder, name, madeMark+made+`"`)
}

// isMade tells whether a file is a page that bears such a digest, whatever it was made of.
func isMade(folder *os.Root, name string) bool { return beginsWith(folder, name, madeMark) }

// beginsWith tells whether some words stand at the beginning of a file.
func beginsWith(folder *os.Root, name, words string) bool {
	f, err := regular.OpenIn(folder, name)
	if err != nil {
		return false
	}
	defer f.Close()
	var beginning [512]byte
	n, _ := io.ReadFull(f, beginning[:])
	return bytes.Contains(beginning[:n], []byte(words))
}

func (p *Publisher) piecePage(z *zipper, s *site, piece *oped.Piece, about *About, made string) (*representation, error) {
	var page bytes.Buffer
	if err := p.render.renderPiece(&page, s.feeds, s.slugs, s.editions, piece, about, made); err != nil {
		return nil, err
	}
	return z.representation(htmlType, p.render.pagePolicy(), time.Time{}, page.Bytes())
}

// servePiece serves the page of a piece: from memory, where it is at the head of an edition, else made of its rows.
func (p *Publisher) servePiece(w http.ResponseWriter, r *http.Request, now *site, id oped.PieceID) {
	if d := now.pieces[id]; d != nil {
		p.serve(w, r, d.representation)
		return
	}
	to, rep, err := p.pieceOnRequest(r.Context(), now, id)
	switch {
	case err == nil && rep != nil && rep.withdrawn:
		h := w.Header()
		h.Set("Content-Type", rep.mediaType)
		h.Set("Content-Security-Policy", rep.policy)
		h.Set("Cache-Control", cacheControl)
		w.WriteHeader(http.StatusGone)
		if r.Method != http.MethodHead {
			w.Write(rep.plain.body)
		}
	case err == nil && to != id:
		redirect(w, p.render.pieceURL(to))
	default:
		p.answer(w, r, pieceFile(id), rep, err)
	}
}

// pieceOnRequest renders the page of one stored piece, a few at a time. Of one that was merged into another one it tells where it leads.
func (p *Publisher) pieceOnRequest(ctx context.Context, now *site, id oped.PieceID) (to oped.PieceID, rep *representation, err error) {
	to = id
	rep, err = p.onRequest(ctx, func(z *zipper) (*representation, error) {
		var err error
		if to, err = p.shelf.LeadsTo(ctx, id); err != nil || to != id {
			return nil, err
		}
		piece, err := p.pieceAt(ctx, id)
		if err != nil {
			return nil, err
		}
		about, err := p.about(ctx, &piece)
		if err != nil {
			return nil, err
		}
		rep, err := p.piecePage(z, now, &piece, &about, p.render.madeOf(now.feeds, now.slugs, now.editions, &piece, &about))
		if err == nil {
			rep.withdrawn = piece.Withdrawn
		}
		return rep, err
	})
	return to, rep, err
}

// shows tells whether the page of one of the pieces is in memory, or a file. All publishers have files that list theirs.
func (p *Publisher) shows(pieces []oped.PieceID) bool {
	if p.options.Dir != "" && p.options.Library != nil && len(pieces) > 0 {
		return true
	}
	now := p.site.Load()
	return slices.ContainsFunc(pieces, func(id oped.PieceID) bool {
		if now != nil && now.pieces[id] != nil {
			return true
		}
		_, err := os.Stat(filepath.Join(p.options.Dir, filepath.FromSlash(pieceFile(id))))
		return p.options.Dir != "" && err == nil
	})
}
