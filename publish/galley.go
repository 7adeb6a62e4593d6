package publish

import (
	"bytes"
	"html/template"
	"sync"

	"oped"
)

// galley is a piece as it is set for an edition. To set one is most of the work of a publication, and of fifty pieces at a head one or two have changed: what the
// others are set from is the same, and so is what they were set as, which stands in the documents that readers have.
type galley struct {
	item func() *item // made when somebody asks for it first
	full bool         // its feed permits the whole text
	made string       // digest of all that it is set from; "": it is not kept
	set  map[Format]setting
}

// setting is what a galley is in one form.
type setting struct {
	whole    bool // with the whole text
	from, to int64
	text     []byte // nil: what stands between from and to in the document that is being made
}

// listing is the form of pages that list pieces; it is no format of feeds.
const listing Format = "html"

// loose is a galley of an item that is set once.
func loose(it *item) *galley {
	return &galley{item: func() *item { return it }, full: it.feed.Full}
}

// loose are galleys of those pieces that have an entry, to be set once.
func (r *Renderer) loose(e *oped.EditionState, feeds Feeds, pieces []oped.Piece) (all []*galley) {
	for _, it := range r.newItems(e, feeds, pieces) {
		all = append(all, loose(it))
	}
	return all
}

// galleys are those of the pieces of an edition, with what was set of the same rows before.
func (r *Renderer) galleys(e *oped.EditionState, feeds Feeds, in slugs, pieces []oped.Piece, before map[oped.PieceID]*galley) []*galley {
	all := make([]*galley, len(pieces))
	var d digest
	for i := range pieces {
		p := &pieces[i]
		d = d[:0]
		d.galley(e, feeds, in, p)
		g := &galley{
			item: sync.OnceValue(func() *item { return r.newItem(e, feeds, p) }), full: feeds[p.Lead().FeedURL].Full, made: d.sum(), set: map[Format]setting{},
		}
		if old := before[p.ID]; old != nil && old.made == g.made {
			for f, s := range old.set {
				g.set[f] = s
			}
		}
		all[i] = g
	}
	return all
}

// galley adds all that a piece is set from for an edition.
func (d *digest) galley(e *oped.EditionState, feeds Feeds, in slugs, p *oped.Piece) {
	d.numbers(int64(p.ID), int64(e.Excerpt), truth(e.Full), int64(len(p.Entries)))
	d.strings(p.AtomID, string(p.Kind))
	d.times(e.Created, p.FirstSeen, p.Updated)
	for i := range p.Entries {
		entry := &p.Entries[i]
		f := feeds[entry.FeedURL]
		d.entry(entry)
		d.strings(entry.Content, entry.Rights, entry.Source)
		d.strings(f.Publisher, f.Title, f.DocTitle, f.Lang, f.DocLang, f.Rights, f.DocID, f.SiteURL, f.DocSite)
		d.numbers(int64(f.Excerpt), truth(f.Full)+2*truth(f.Secret))
	}
	d.strings(p.Topics()...)
	d.strings(in[publisherOf(p.Lead(), feeds[p.Lead().FeedURL])])
}

// as is what the galley was set as before, nil if it was not.
func (g *galley) as(f Format, whole bool) []byte {
	if s := g.set[f]; s.whole == whole {
		return s.text
	}
	return nil
}

// note notes where the galley stands in the document that is being made.
func (g *galley) note(f Format, whole bool, from, to int64) {
	if g.made != "" {
		g.set[f] = setting{whole: whole, from: from, to: to}
	}
}

// kept are the galleys of a head for the publication that follows, without what they were set from. What they were set as stands in the documents, which
// live as long.
func kept(h *headDocument, document func(Format) []byte) map[oped.PieceID]*galley {
	all := make(map[oped.PieceID]*galley, len(h.galleys))
	for i, g := range h.galleys {
		k := &galley{made: g.made, set: map[Format]setting{}}
		for f, s := range g.set {
			if d := document(f); 0 < s.to && s.to <= int64(len(d)) {
				k.set[f] = setting{whole: s.whole, text: d[s.from:s.to:s.to]}
			}
		}
		all[h.pieces[i].ID] = k
	}
	return all
}

// beforeList is what stands on a page before its list.
const beforeList = `<main id="main">` + "\n"

// list sets galleys for a page, one after the other.
func (r *Renderer) list(in slugs, galleys []*galley) (template.HTML, error) {
	var b bytes.Buffer
	for _, g := range galleys {
		from := int64(b.Len())
		if text := g.as(listing, false); text != nil {
			b.Write(text)
		} else if err := r.pages.ExecuteTemplate(&b, "listed", r.view(in, g.item())); err != nil {
			return "", err
		}
		g.note(listing, false, from, int64(b.Len()))
	}
	return template.HTML(b.String()), nil
}
