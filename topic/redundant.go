package topic

import "slices"

// MarkRedundant tells of each part of an explanation whether it could be missed: whether the piece would score no less without the words of its
// span. A fourth mention stands in for the third, a longer stretch for a shorter one. The piece is judged again for every part.
func (t *Tagger) MarkRedundant(d *Doc, e *Explanation) {
	for i := range e.Parts {
		p := &e.Parts[i]
		without, _ := t.Explain(d.Without(p.Field, p.Start, p.End), e.Topic)
		p.Redundant = p.Weight > 0 && without.Score >= e.Score
	}
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
		out.Furniture = shifted(d.Furniture, start, end)
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
