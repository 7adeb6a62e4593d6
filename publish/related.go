package publish

import (
	"fmt"

	"oped"
)

// relatedView is a piece that has to do with the one of the page.
type relatedView struct {
	How                   string // what that piece is to this one
	Title, Publisher, URL string
	Lang, Dir             string
	When                  day
	Why                   string // an English sentence
}

// related are the pieces that have to do with this one, in the order of the relations, and how many are not listed.
func (r *Renderer) related(said *words, from Feeds, p *oped.Piece, a *About) (out []relatedView, more string) {
	for _, rel := range a.Relations {
		other, ok := a.Others[otherOf(rel, p.ID)]
		if !ok {
			continue
		}
		it := r.newItem(&oped.EditionState{}, from, &other)
		how := said.piece.earlier
		if rel.Other == p.ID {
			how = said.piece.later
		}
		v := relatedView{
			How: how[rel.Kind], Title: it.Title, Publisher: it.Publisher, URL: r.pieceURL(other.ID), Lang: it.Lang, Dir: it.Dir,
			When: newDay(said, it.Date), Why: line(rel.Why),
		}
		if v.How == "" {
			v.How = line(string(rel.Kind))
		}
		out = append(out, v)
	}
	if n := len(a.Relations) - len(out); n > 0 && len(out) == maxRelated {
		more = fmt.Sprintf(said.piece.more, n)
	}
	return out, more
}
