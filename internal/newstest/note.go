package newstest

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"oped"
)

// notesText has the stock of each paragraph of the standing column, one text a line.
//
//go:embed notes.txt
var notesText string

// notes returns the numbers of the standing column published so far. They continue after all written pieces.
func (p *Press) notes(name string, now time.Time) []printing {
	m := p.paper(name)
	if !m.briefing {
		return nil
	}
	last := int(now.Sub(p.ended) / betweenNotes)
	var out []printing
	for n := max(1, last-window); n <= last; n++ { // older ones have left every feed
		one := note(n)
		at := p.ended.Add(time.Duration(n) * betweenNotes)
		out = append(out, printing{piece: one, paper: m, at: at, link: address(m, one)})
	}
	return out
}

// note returns a number of the standing column: three paragraphs from a small stock, different from its neighbours.
func note(n int) *piece {
	slug := fmt.Sprintf("from-the-reading-room-%d", n)
	var body []string
	for stock := range strings.SplitSeq(strings.TrimSpace(notesText), "\n\n") {
		lines := strings.Split(stock, "\n")
		body = append(body, lines[n%len(lines)])
	}
	return &piece{
		Text: Text{
			Title:  fmt.Sprintf("From the reading room, no. %d", n),
			Author: "The Librarian",
			Lang:   "en",
			Body:   fmt.Sprintf("Note %d. %s", n, strings.Join(body, "\n\n")),
		},
		name:       slug,
		slug:       slug,
		categories: []string{"Columns", "Books"},
		kind:       oped.Opinion,
		papers:     []carrier{{name: "kikar"}},
	}
}
