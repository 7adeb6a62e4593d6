package newstest

import (
	"slices"

	"oped"
)

// Truth is the correct classification of one piece.
type Truth struct {
	Title  string
	Kind   oped.PieceKind
	Lang   string
	Topics []string // its topics; none for a piece on no topic of the shipped configuration
}

// Truth returns every written piece in the order of the files. It omits the standing column, which is on no topic.
// Titles are in the home paper's spelling.
func (p *Press) Truth() []Truth {
	var out []Truth
	for _, one := range p.pieces {
		home := p.paper(one.papers[0].name)
		out = append(out, Truth{home.spell(one.Title), one.kind, one.Lang, slices.Clone(one.topics)})
	}
	return out
}
