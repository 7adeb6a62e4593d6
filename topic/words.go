package topic

import (
	"oped"
	"oped/text"
)

// Words are the distinct folded words of all that any rule could see of a piece, in any of its appearances, parted by spaces. They are for an
// index that tells which pieces a rule could take at all; set is memory to work in.
func Words(p *oped.Piece, set *text.WordSet) string {
	set.Reset()
	for i := range p.Entries {
		e := &p.Entries[i]
		set.Add(e.Title)
		set.Add(e.Text)
		if e.Content != "" && e.Summary != "" {
			set.Add(text.FromHTML(e.Summary).Text)
		}
		for _, a := range e.Authors {
			set.Add(a.Name)
		}
		for _, c := range e.Categories {
			set.Add(c)
		}
		set.Add(e.URL)
	}
	return set.String()
}
