package topic

import (
	"context"
	"slices"

	"oped"
)

// redundantWork is the largest number of bytes MarkRedundant reads again: four hundred times the longest op-ed.
const redundantWork = 16 << 20

// MarkRedundant sets Redundant on the parts of an explanation. A part is redundant if the piece would score no
// less without the words of its span: a fourth mention replaces the third, a longer stretch a shorter one. It
// judges the piece again for every part. Of a very long piece it tries only the first parts, and adds
// oped.MatchLimit. No part of a fitted topic is redundant: each is a property of the whole piece. It fails only with
// the error of the context.
func (t *Tagger) MarkRedundant(ctx context.Context, d *Doc, e *Explanation) error {
	i := t.find(e.Topic)
	if i < 0 || e.Fitted {
		return nil
	}
	tries := 1 + redundantWork/(1+len(d.Title)+len(d.Summary)+len(d.Text))
	if tries < len(e.Parts) {
		e.Limits.Add(oped.MatchLimit)
	}
	for j := range e.Parts[:min(tries, len(e.Parts))] {
		if err := ctx.Err(); err != nil {
			return err
		}
		p := &e.Parts[j]
		p.Redundant = p.Weight > 0 && t.score(d.without(p.Field, p.Start, p.End), i) >= e.Score
	}
	return nil
}

// score returns the score of a piece on one topic.
func (t *Tagger) score(d *Doc, topic int) float64 {
	s := t.program.open(d)
	defer t.program.pool.Put(s)
	s.judge(t, topic)
	return s.judged.score
}

// without returns the piece without the bytes start to end of one of its fields: title, text, summary, author
// or url. A category goes whole.
func (d *Doc) without(field string, start, end int) *Doc {
	out := *d
	cut := func(s string) string { return s[:start] + " " + s[end:] }
	switch field {
	case fieldNames[fieldTitle]:
		out.Title = cut(d.Title)
	case fieldNames[fieldText]:
		out.Text, out.Words = cut(d.Text), nil
		out.Boilerplate = shifted(d.Boilerplate, start, end)
	case fieldNames[fieldSummary]:
		out.Summary = cut(d.Summary)
	case fieldNames[fieldAuthor]:
		out.Author = cut(d.Author)
	case fieldNames[fieldURL]:
		out.URL = cut(d.URL)
	case fieldNames[fieldCategory]:
		at := 0
		out.Categories = nil
		for _, c := range d.Categories {
			if at+len(c) < start || at >= end {
				out.Categories = append(out.Categories, c)
			}
			at += len(c) + 1
		}
	}
	return &out
}

// shifted returns stretches of a text after text[start:end] was replaced by a space.
func shifted(stretches [][2]int, start, end int) [][2]int {
	out := slices.Clone(stretches)
	for i := range out {
		for j := range out[i] {
			switch at := &out[i][j]; {
			case *at >= end:
				*at -= end - start - 1
			case *at > start:
				*at = start + 1 - j // its rest begins after the space, or ends before it
			}
		}
	}
	return out
}
