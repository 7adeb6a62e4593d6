package topic

import (
	"context"
	"slices"

	"oped"
)

// redundantWork is how many bytes of the piece MarkRedundant reads again at most: four hundred times the longest op-ed.
const redundantWork = 16 << 20

// MarkRedundant notes of each part of an explanation whether it could be missed: whether the piece would score no less
// without the words of its span. A fourth mention replaces the third, a longer stretch for a shorter one. The
// piece is judged again for every part; of a very long one only the first parts are tried, and oped.MatchLimit is
// noted. Its error is that of the context.
func (t *Tagger) MarkRedundant(ctx context.Context, d *Doc, e *Explanation) error {
	i := t.find(e.Topic)
	if i < 0 {
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
		p.Redundant = p.Weight > 0 && t.score(d.Without(p.Field, p.Start, p.End), i) >= e.Score
	}
	return nil
}

// score is what a piece scores at one topic.
func (t *Tagger) score(d *Doc, topic int) float64 {
	s := t.pool.Get().(*scratch)
	defer t.pool.Put(s)
	s.read(&t.program, d)
	s.judge(&t.topics[topic])
	return s.judged.score
}

// Without is the piece without a stretch of one of its fields: of title, text, summary, author or url by byte offsets. A category goes whole.
func (d *Doc) Without(field string, start, end int) *Doc {
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

// shifted are stretches of a text in which a space stands for text[start:end].
func shifted(stretches [][2]int, start, end int) [][2]int {
	out := slices.Clone(stretches)
	for i := range out {
		for j := range out[i] {
			switch at := &out[i][j]; {
			case *at >= end:
				*at -= end - start - 1
			case *at > start:
				*at = start + 1 - j // what is left of it begins behind the space, or ends before it
			}
		}
	}
	return out
}
