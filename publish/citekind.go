package publish

import (
	"context"
	"io"
	"iter"
	"net/http"

	"oped"
)

// citeKind is the kind of the citations of pieces for reference managers. They are rendered on request and have no
// files: the page of a piece has the same data in its head. A withdrawn piece has its page instead.
type citeKind struct{ site *site }

func (citeKind) Match(name string) bool {
	_, base, ok := pieceOf(name)
	return ok && (base == risBase || base == cslBase)
}

func (k citeKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	known, err := k.site.headersOf(ctx, names)
	if err != nil {
		return nil, err
	}
	return pagesOf(names, func(name string) (Page, error) { return k.page(name, known), nil })
}

func (k citeKind) page(name string, known map[oped.PieceID]*oped.PieceHeader) Page {
	id, base, _ := pieceOf(name)
	h := known[id]
	switch {
	case h == nil || h.Into == 0 && h.Entries == 0:
		return Page{Name: name}
	case h.Into != 0:
		return redirected(name, http.StatusMovedPermanently, k.site.at.base+"/"+pieceFolderOf(h.Into)+base)
	case h.Withdrawn:
		return k.withdrawn(id, name, known)
	}
	var d hasher
	d.strings(name, string(k.site.pieceVersion(h)))
	p := Page{Name: name, Version: d.version(), said: new(oped.Signals)}
	p.Meta = Meta{Status: http.StatusOK, MediaType: risType, Policy: dataPolicy}
	write := (*citation).ris
	if base == cslBase {
		p.Meta.MediaType, write = cslType, (*citation).csl
	}
	p.Render = func(ctx context.Context, w io.Writer) error {
		pieces, err := k.site.rows.Pieces.Listed(ctx, []oped.PieceID{id})
		if err == nil && (len(pieces) == 0 || len(pieces[0].Entries) == 0) {
			err = oped.ErrNotFound
		}
		if err != nil {
			return err
		}
		it := k.site.items.item(&oped.EditionState{}, &pieces[0])
		*p.said = it.feed.Signals()
		return write(k.site.items.cite(it), w)
	}
	return p
}

// withdrawn returns the page of a withdrawn piece, for the address of its citation.
func (k citeKind) withdrawn(id oped.PieceID, name string, known map[oped.PieceID]*oped.PieceHeader) Page {
	pieces := pieceKind(k)
	p := pieces.page(pieceFile(id), known, &pieceRows{kind: pieces, ids: []oped.PieceID{id}})
	p.Name = name
	return p
}

func (citeKind) Affected(context.Context, *oped.ChangeSet) iter.Seq2[string, error] {
	return each[string](nil)
}

func (citeKind) All(context.Context) iter.Seq2[string, error] { return each[string](nil) }
