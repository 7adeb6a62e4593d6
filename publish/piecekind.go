package publish

import (
	"context"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"
	"time"

	"oped"
	"oped/publish/page"
)

// pieceKind is the kind of the pages of pieces: a short one for readers, and for a piece with more to say one with
// the details.
type pieceKind struct{ site *site }

func (pieceKind) Match(name string) bool {
	_, base, ok := pieceOf(name)
	return ok && (base == pieceBase || base == detailsBase)
}

func (k pieceKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	rows := &pieceRows{kind: k}
	known, err := k.site.headersOf(ctx, names)
	for _, name := range names {
		id, _, _ := pieceOf(name)
		if h := known[id]; h != nil && h.Into == 0 && !slices.Contains(rows.ids, id) {
			rows.ids = append(rows.ids, id)
		}
	}
	return mapped(names, func(name string) Page { return k.page(name, known, rows) }), err
}

// headersOf reads the headers of the pieces with these pages.
func (s *site) headersOf(ctx context.Context, names []string) (map[oped.PieceID]*oped.PieceHeader, error) {
	ids := mapped(names, func(name string) oped.PieceID { id, _, _ := pieceOf(name); return id })
	slices.Sort(ids)
	known := map[oped.PieceID]*oped.PieceHeader{}
	err := eachHeader(ctx, s.rows, slices.Compact(ids), func(h *oped.PieceHeader) { known[h.ID] = h })
	return known, err
}

// page returns the page of a piece, or that of its details. Over HTTP, the pages of a merged piece redirect to its
// target; as a file, the first one links there.
func (k pieceKind) page(name string, known map[oped.PieceID]*oped.PieceHeader, rows *pieceRows) Page {
	id, base, _ := pieceOf(name)
	h := known[id]
	detailed := h != nil && h.Detailed && k.site.explains()
	if h == nil || h.Into == 0 && h.Entries == 0 || h.Into == 0 && base == detailsBase && !detailed {
		return Page{Name: name}
	}
	p := Page{Name: name, Version: k.site.pieceVersion(h), Meta: k.site.html(time.Time{})}
	switch {
	case h.Into != 0:
		p.Meta.Status, p.Meta.Location = http.StatusMovedPermanently, k.site.at.pieceURL(h.Into)
		if base == pieceBase {
			p.Render = func(ctx context.Context, w io.Writer) error { return k.renderMoved(ctx, w, h.Into) }
		}
		return p
	case h.Withdrawn:
		p.Meta.Status, p.Meta.Cache = http.StatusGone, CacheBriefly
	}
	p.said = new(oped.Signals)
	p.Render = func(ctx context.Context, w io.Writer) error {
		facts, err := rows.read(ctx, id)
		if err != nil {
			return err
		}
		if !h.Withdrawn {
			*p.said = k.shown(facts).it.feed.Signals()
		}
		v := k.view(facts, detailed)
		if base == detailsBase {
			v = k.details(facts)
		}
		return k.site.pages.Write(w, v)
	}
	return p
}

// pieceVersion is made of the number of a piece and of the configuration shown on its pages. The number covers its
// feeds and its relations.
func (s *site) pieceVersion(h *oped.PieceHeader) Version {
	var d hasher
	d.strings(s.rendering)
	d.numbers(int64(h.ID), int64(h.Into), boolToInt(h.Withdrawn))
	s.hashRows(&d, h.Version)
	for i := range s.editions {
		if e := &s.editions[i]; slices.Contains(h.Editions, e.Name) {
			d.edition(e)
		}
	}
	return d.version()
}

// pieceRows reads the rows of pieces in batches, while their pages are rendered one after the other.
type pieceRows struct {
	kind  pieceKind
	ids   []oped.PieceID // of all pages
	facts map[oped.PieceID]*pieceFacts
}

// piecesAtOnce is the number of pieces read at a time.
const piecesAtOnce = 16

// read returns a piece and the facts beside it on its page. The error is oped.ErrNotFound if the piece
// was merged meanwhile.
func (r *pieceRows) read(ctx context.Context, id oped.PieceID) (*pieceFacts, error) {
	if r.facts[id] == nil {
		from := slices.Index(r.ids, id)
		pieces, err := r.kind.site.rows.Pieces.Of(ctx, r.ids[from:min(from+piecesAtOnce, len(r.ids))])
		if err != nil {
			return nil, err
		}
		all, err := r.kind.facts(ctx, pieces)
		if err != nil {
			return nil, err
		}
		r.facts = map[oped.PieceID]*pieceFacts{}
		for i := range all {
			r.facts[pieces[i].ID] = &all[i]
		}
	}
	if r.facts[id] == nil || len(r.facts[id].Piece.Entries) == 0 {
		return nil, oped.ErrNotFound
	}
	return r.facts[id], nil
}

// Affected returns the pages of the changed pieces, of the pieces merged into them, and of related
// pieces, since those show their titles.
func (k pieceKind) Affected(ctx context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	all := map[oped.PieceID]bool{}
	for part := range slices.Chunk(c.Pieces, pageOfIDs) {
		relations, err := k.site.rows.Pieces.RelationsOf(ctx, part)
		if err != nil {
			return failing(err)
		}
		for _, id := range part {
			all[id] = true
			for _, r := range relations[id] {
				all[r.Piece], all[r.Other] = true, true
			}
		}
		merged, err := k.site.rows.Pieces.AliasesOf(ctx, part)
		if err != nil {
			return failing(err)
		}
		for _, id := range merged {
			all[id] = true
		}
	}
	return k.names(each(slices.Sorted(maps.Keys(all))))
}

func (k pieceKind) All(ctx context.Context) iter.Seq2[string, error] {
	return k.names(paged(func(after oped.PieceID, n int) ([]oped.PieceID, error) {
		return k.site.rows.Pieces.IDs(ctx, after, n)
	}, func(id oped.PieceID) oped.PieceID { return id }))
}

// names returns the names of the pages of some pieces. Where a server answers, it renders the details on request: they
// would be half of all files.
func (k pieceKind) names(ids iter.Seq2[oped.PieceID, error]) iter.Seq2[string, error] {
	detailed := !k.site.answers() && k.site.explains()
	return func(yield func(string, error) bool) {
		for id, err := range ids {
			if err != nil {
				yield("", err)
				return
			}
			if !yield(pieceFile(id), nil) || detailed && !yield(detailsFile(id), nil) {
				return
			}
		}
	}
}

// renderMoved writes the file of a piece merged into another one. Files cannot redirect: browsers
// follow the refresh, and people the link.
func (k pieceKind) renderMoved(ctx context.Context, w io.Writer, to oped.PieceID) error {
	pieces, err := k.site.rows.Pieces.Listed(ctx, []oped.PieceID{to})
	if err != nil {
		return err
	}
	if len(pieces) == 0 || len(pieces[0].Entries) == 0 {
		return oped.ErrNotFound
	}
	it := k.site.items.item(&oped.EditionState{}, &pieces[0])
	lang := page.Spoken(it.lang)
	v := &page.Moved{Head: head(lang, it.title, k.site.at.pieceURL(to)), Piece: k.site.listed(it, "")}
	v.Dir, v.Refresh = Direction(lang, ""), v.Canonical
	return k.site.pages.Write(w, v)
}

func idsOf(pieces []oped.Piece) []oped.PieceID {
	return mapped(pieces, func(p oped.Piece) oped.PieceID { return p.ID })
}
