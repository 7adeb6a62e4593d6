package topic

import (
	"oped"
	"oped/text"
)

// Words returns the distinct folded words of a piece visible to any rule, in any of its entries, separated by
// spaces. A full-text index of them finds the candidates of a rule. set is memory to work in.
func Words(p *oped.Piece, set *text.WordSet) string {
	set.Reset()
	for i := range p.Entries {
		e := &p.Entries[i]
		d := Doc{
			Title:      e.Title,
			Text:       e.Text,
			Categories: e.Categories,
			URL:        e.URL,
		}
		if e.Content != "" && e.Summary != "" {
			d.Summary = text.FromHTML(e.Summary).Text
		}
		d.addWords(e.Authors, set)
	}
	return set.String()
}

// WordsOf returns the [Words] of a piece with one entry, given as a document and its authors. If the document
// has the words of its text, the text is not read again.
func WordsOf(d *Doc, authors []oped.Person, set *text.WordSet) string {
	set.Reset()
	d.addWords(authors, set)
	return set.String()
}

func (d *Doc) addWords(authors []oped.Person, set *text.WordSet) {
	set.Add(d.Title)
	if d.Words != nil {
		set.AddTokens(d.Words)
	} else {
		set.Add(d.Text)
	}
	set.Add(d.Summary)
	for _, a := range authors {
		set.Add(a.Name)
	}
	for _, c := range d.Categories {
		set.Add(c)
	}
	set.Add(d.URL)
}
