package demo

import (
	"slices"

	"oped"
)

// Truth is the correct classification of one piece.
type Truth struct {
	Title      string
	Kind       oped.PieceKind
	Lang       string
	Publishers []string // publishers of the feeds carrying it; the first is its home
	Topics     []string // its topics; none for a piece on no topic of the shipped configuration
}

// On reports whether the piece is on the topic, given by its name.
func (t Truth) On(topic string) bool { return slices.Contains(t.Topics, topic) }

// Truth returns every written piece in the order of the files. It omits the standing column, which is on no topic.
// Titles are in the home paper's spelling.
func (w *World) Truth() []Truth {
	var out []Truth
	for _, p := range w.pieces {
		home := w.paper(p.papers[0].name)
		t := Truth{
			Title:  home.text(p.title),
			Kind:   p.kind,
			Lang:   p.lang,
			Topics: slices.Clone(p.topics),
		}
		for _, in := range p.papers {
			by := w.paper(in.name)
			t.Publishers = append(t.Publishers, by.title)
		}
		out = append(out, t)
	}
	return out
}
