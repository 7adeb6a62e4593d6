package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"oped"
)

// atOnce is how many pages of pieces are rendered at a time for readers who ask for one that is not in memory.
const atOnce = 2

// pieceDocument is the page of a piece, and what it was made of.
type pieceDocument struct {
	made [sha256.Size]byte
	*representation
}

// pieceMaker renders pages of pieces for one publication, each once, and only those whose rows have changed since the one before.
type pieceMaker struct {
	*Publisher
	before map[oped.PieceID]*pieceDocument // nil: everything is rendered
	after  *site
	fresh  map[string]*representation
}

// make renders the page of a piece, unless there is one that was made of the same.
func (m *pieceMaker) make(p *oped.Piece) error {
	if p.ID <= 0 || len(p.Entries) == 0 {
		return nil
	}
	made := madeOf(m.after, p)
	for _, have := range []map[oped.PieceID]*pieceDocument{m.after.pieces, m.before} {
		if d := have[p.ID]; d != nil && d.made == made {
			m.after.pieces[p.ID] = d
			return nil
		}
	}
	rep, err := m.piecePage(m.zip, m.after, p)
	if err != nil {
		return err
	}
	m.after.pieces[p.ID] = &pieceDocument{made, rep}
	m.fresh[pieceFile(p.ID)] = rep
	return nil
}

// others renders again what is not at a head that is published now and may read differently all the same: pieces that were touched,
// and those that have left a head. Then it forgets the pages of pieces that are at no head.
func (m *pieceMaker) others(ctx context.Context, old *site, touched []oped.PieceID) error {
	heads := m.after.atHeads()
	for _, id := range slices.Sorted(maps.Keys(old.pieces)) {
		if m.after.pieces[id] != nil {
			continue
		}
		if heads[id] && !slices.Contains(touched, id) {
			m.after.pieces[id] = old.pieces[id]
			continue
		}
		p, err := m.shelf.Piece(ctx, strconv.FormatInt(int64(id), 10))
		if errors.Is(err, oped.ErrNotFound) || err == nil && p.ID != id {
			continue
		}
		if err == nil {
			err = m.make(&p)
		}
		if err != nil {
			return err
		}
	}
	maps.DeleteFunc(m.after.pieces, func(id oped.PieceID, _ *pieceDocument) bool { return !heads[id] })
	return nil
}

func (p *Publisher) piecePage(z *zipper, s *site, piece *oped.Piece) (*representation, error) {
	var page bytes.Buffer
	if err := p.render.RenderPiece(&page, s.feeds, s.editions, piece); err != nil {
		return nil, err
	}
	return z.representation(htmlType, p.render.pagePolicy(), time.Time{}, page.Bytes())
}

// servePiece serves the page of a piece: from memory, where it is at the head of an edition, else made of its rows.
func (p *Publisher) servePiece(w http.ResponseWriter, r *http.Request, now *site, id oped.PieceID) {
	if d := now.pieces[id]; d != nil {
		serve(w, r, d.representation)
		return
	}
	rep, err := p.pieceOnRequest(r.Context(), now, id)
	switch {
	case errors.Is(err, oped.ErrNotFound):
		p.missing(w, r)
	case r.Context().Err() != nil: // nobody is waiting any more
	case err != nil:
		p.log.Warn("piece page failed", "piece", id, "err", err)
		http.Error(w, "the page cannot be made now", http.StatusInternalServerError)
	default:
		serve(w, r, rep)
	}
}

// pieceOnRequest renders the page of one stored piece, a few at a time.
func (p *Publisher) pieceOnRequest(ctx context.Context, now *site, id oped.PieceID) (*representation, error) {
	select {
	case z := <-p.idle:
		defer func() { p.idle <- z }()
		piece, err := p.shelf.Piece(ctx, strconv.FormatInt(int64(id), 10))
		if err != nil {
			return nil, err
		}
		if piece.ID != id || len(piece.Entries) == 0 { // an AtomID may be a number as well
			return nil, oped.ErrNotFound
		}
		return p.piecePage(z, now, &piece)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// madeOf is a digest of all rows that the page of a piece is made of.
func madeOf(s *site, p *oped.Piece) [sha256.Size]byte {
	d := digest(make([]byte, 0, len(p.Lead().Text)+4096))
	d.numbers(int64(p.ID), int64(p.Revision))
	d.strings(string(p.Kind))
	d.times(p.FirstSeen, p.Updated)
	for i := range p.Entries {
		d.entry(&p.Entries[i])
		f := s.feeds[p.Entries[i].FeedURL]
		d.strings(f.Publisher, f.Title, f.DocTitle, f.Lang, f.DocLang)
		d.numbers(int64(f.Excerpt), truth(f.Full))
	}
	for i := range p.Tags {
		d.tag(&p.Tags[i])
	}
	for _, e := range standing(s.editions, p) {
		d.strings(e.Name, e.Title, e.Lang)
		d.numbers(int64(e.Excerpt), truth(e.Full))
	}
	return sha256.Sum256(d)
}

// digest gathers values so that no two sequences of them look the same.
type digest []byte

func (d *digest) strings(all ...string) {
	for _, s := range all {
		*d = append(binary.AppendUvarint(*d, uint64(len(s))), s...)
	}
}

func (d *digest) numbers(all ...int64) {
	for _, n := range all {
		*d = binary.AppendVarint(*d, n)
	}
}

func (d *digest) times(all ...time.Time) {
	for _, t := range all {
		d.numbers(t.Unix(), int64(t.Nanosecond()))
	}
}

func (d *digest) entry(e *oped.Entry) {
	d.strings(e.FeedURL, e.Publisher, e.URL, e.Title, e.Lang, e.Text, e.Summary)
	if e.Text == "" {
		d.strings(e.Content)
	}
	d.times(e.Published, e.Updated, e.FirstSeen)
	d.numbers(truth(e.Content != ""), int64(len(e.Authors)), int64(len(e.Categories)), int64(len(e.Furniture)))
	for _, a := range e.Authors {
		d.strings(a.Name, a.URL)
	}
	d.strings(e.Categories...)
	for _, f := range e.Furniture {
		d.numbers(int64(f[0]), int64(f[1]))
	}
}

func (d *digest) tag(t *oped.Tag) {
	d.strings(t.Topic, string(t.Outcome), t.By, t.RuleVersion)
	d.numbers(int64(math.Float64bits(t.Score)), int64(math.Float64bits(t.Threshold)), int64(len(t.Why)))
	for _, x := range t.Why {
		d.strings(x.Zone, x.Field, x.Text, x.Rule)
		d.numbers(int64(x.Start), int64(x.End), int64(math.Float64bits(x.Weight)))
	}
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
