package demo

import (
	"slices"

	"oped"
)

// Truth is what a reader would say of one piece.
type Truth struct {
	Title      string
	Kind       oped.PieceKind
	Lang       string
	Publishers []string // whose feeds carry it; the first is its home
	Topics     []string // it is on; none for a piece on no topic of the shipped configuration
}

// On tells whether the piece is on the topic.
func (t Truth) On(topic string) bool { return slices.Contains(t.Topics, topic) }

// Truth lists every written piece, in the order of the files. The standing column is not among them; it is on no topic.
// Titles are as the home paper prints them.
func (w *World) Truth() []Truth {
	var out []Truth
	for _, p := range w.pieces {
		home := w.paper(p.papers[0].name)
		t := Truth{Title: home.text(p.title), Kind: p.kind, Lang: p.lang, Topics: slices.Clone(p.topics)}
		for _, in := range p.papers {
			by := w.paper(in.name)
			t.Publishers = append(t.Publishers, by.title)
		}
		out = append(out, t)
	}
	return out
}
