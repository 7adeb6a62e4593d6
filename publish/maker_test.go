package publish

import (
	"io"
	"iter"

	"oped"
	"oped/publish/feed"
)

// renderer renders rows from a test, without a store.
type renderer struct{ *Publisher }

func newRenderer(o Options) renderer { return renderer{New(o, Rows{})} }

// with returns a site with some feeds and editions.
func (r renderer) with(from feedStates, editions ...oped.EditionState) *site {
	var feeds []oped.FeedState
	for url, f := range from {
		f.URL = url
		feeds = append(feeds, f)
	}
	s := r.siteOf(feeds)
	s.items.feeds, s.editions = from, editions
	s.people.slugs = publishersOf(from)
	return s
}

// write writes a document of an edition, with the pieces that fit and have an entry.
func (r renderer) write(
	w io.Writer, f feed.Format, from feedStates, d *document, pieces iter.Seq2[oped.Piece, error], maxBytes int64,
) (int, error) {
	s := r.with(from)
	entries := func(yield func(*feed.Entry, error) bool) {
		for p, err := range pieces {
			if err != nil {
				yield(nil, err)
				return
			}
			if len(p.Entries) > 0 && !yield(s.entries.of(&d.Edition, []*item{s.items.item(&d.Edition, &p)})[0], nil) {
				return
			}
		}
	}
	return feed.Write(w, f, s.at.meta(d, f, s.options.Version), entries, maxBytes)
}

// atom writes the head of an edition as Atom.
func (r renderer) atom(
	w io.Writer, from feedStates, e oped.EditionState, pieces iter.Seq2[oped.Piece, error], maxBytes int64,
) (int, error) {
	return r.write(w, feed.Atom, from, &document{Edition: e}, pieces, maxBytes)
}

// page writes the page of an edition.
func (r renderer) page(w io.Writer, from feedStates, e oped.EditionState, pieces []oped.Piece) error {
	s := r.with(from, e)
	return s.pages.Write(w, s.editionPage(&e, s.items.all(&e, pieces), pagePlace{url: s.at.pageURL(e.Name)}))
}

// piece writes the page of a piece.
func (r renderer) piece(w io.Writer, from feedStates, editions []oped.EditionState, p *oped.Piece, about pieceFacts) error {
	s := r.with(from, editions...)
	about.Piece = p
	return s.pages.Write(w, pieceKind{s}.view(&about, true))
}

// details writes the page of the details of a piece.
func (r renderer) details(w io.Writer, from feedStates, editions []oped.EditionState, p *oped.Piece, about pieceFacts) error {
	s := r.with(from, editions...)
	about.Piece = p
	return s.pages.Write(w, pieceKind{s}.details(&about))
}

// editionAt writes the page of an edition without a piece at another place.
func (r renderer) editionAt(w io.Writer, e oped.EditionState, at pagePlace) error {
	s := r.with(nil, e)
	return s.pages.Write(w, s.editionPage(&e, nil, at))
}

// about writes the page about an edition.
func (r renderer) about(w io.Writer, from feedStates, e oped.EditionState) error {
	s := r.with(from, e)
	return s.pages.Write(w, aboutKind{s}.view(&e, aboutFacts{}))
}
