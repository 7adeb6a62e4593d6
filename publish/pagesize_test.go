package publish

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/internal/newstest"
)

// printed returns n pieces of real lengths: headlines of 70 bytes, addresses of 100, authors, and texts of 400 words.
func printed(n int) (pieces []oped.Piece) {
	for i := range n {
		e := oped.Entry{
			Title:     fmt.Sprintf("%-70.70s", newstest.Words(i, 20)),
			URL:       fmt.Sprintf("https://www.harbour.example/opinion/2026/03/%045d-%04d/", 0, i),
			Publisher: "The Harbour Courier",
			Authors:   []oped.Person{{Name: "Amina Qureshi"}},
			Text:      newstest.Words(100+i, 400),
			Lang:      "en-US",
			Published: at(9, 12).Add(time.Duration(-i) * time.Hour),
		}
		pieces = append(pieces, oped.Piece{ID: oped.PieceID(1000 + i), Kind: oped.Opinion, Entries: []oped.Entry{e}})
	}
	return pieces
}

// TestPageSizes: a page of fifty pieces has at most 20 KB, that of a piece 4.5 KB. The first pieces have excerpts and
// links to people, the others are headlines. Addresses of the site are short in the body, and begin with the path of
// the base address.
func TestPageSizes(t *testing.T) {
	for base, path := range map[string]string{"https://editions.example": "", "https://editions.example/sub": "/sub"} {
		o, _ := withCatalog(t, example())
		o.BaseURL = base
		for i := range 8 {
			o.Sections = append(o.Sections, oped.Edition{Name: fmt.Sprint("topic-", i), Title: "A topic of ours"})
		}
		r, feeds := newRenderer(o), map[string]oped.FeedState{"": {Feed: oped.Feed{Publisher: "The Harbour Courier"}}}
		e := oped.EditionState{Edition: oped.Edition{Name: "x", Title: "Everything"}, Pieces: 50}
		var b bytes.Buffer
		if err := r.page(&b, feeds, e, printed(50)); err != nil {
			t.Fatal(err)
		}
		head, body, _ := strings.Cut(b.String(), "<body>")
		if b.Len() > 20_000 {
			t.Errorf("the page has %d bytes", b.Len())
		}
		if n := strings.Count(body, `class="excerpt"`); n != leads {
			t.Errorf("%d pieces have excerpts", n)
		}
		if n := strings.Count(body, `href="`+path+`/piece/`); n != 50 {
			t.Errorf("%d pieces link to their pages", n)
		}
		if strings.Contains(body, `href="`+base) || !strings.Contains(head, `rel="canonical" href="`+base+`/x/"`) {
			t.Errorf("long links in the body, or short ones in the head:\n%s", b.String())
		}
		b.Reset()
		err := r.piece(&b, feeds, []oped.EditionState{e}, &printed(1)[0], pieceFacts{})
		if err != nil || b.Len() > 4_500 {
			t.Errorf("the page of a piece has %d bytes, %v", b.Len(), err)
		}
	}
}
