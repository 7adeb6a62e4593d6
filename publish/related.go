package publish

import (
	"oped"
	"oped/publish/page"
)

// related returns the first related pieces, in the order of the relations, and the number of pieces not
// listed.
func (k pieceKind) related(lang string, a *pieceFacts, limit int) (out []page.Related, more int) {
	for _, rel := range a.Relations {
		other, ok := a.Others[otherOf(rel, a.Piece.ID)]
		if !ok {
			continue
		}
		if len(out) == limit {
			more++
			continue
		}
		how := k.site.words.Earlier
		if rel.Other == a.Piece.ID {
			how = k.site.words.Later
		}
		it := k.site.items.item(&oped.EditionState{}, &other)
		out = append(out, page.Related{
			How:       how(lang, line(string(rel.Kind))),
			Title:     it.title,
			Publisher: it.publisher,
			URL:       k.site.at.pieceURL(other.ID),
			Lang:      it.lang,
			Dir:       it.dir,
			When:      it.day,
			Why:       line(rel.Why),
		})
	}
	if len(a.Others) == maxRelated {
		more = len(a.Relations) - len(out)
	}
	return out, more
}
