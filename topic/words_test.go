package topic

import (
	"testing"

	"oped"
	"oped/text"
)

// TestWordsOf_EqualsWords checks that scanned words give the same result as the piece.
func TestWordsOf_EqualsWords(t *testing.T) {
	e := oped.Entry{
		Title:      "A U.S. envoy's view",
		Summary:    "<p>The envoy spoke &amp; left.</p>",
		Content:    "<p>The envoy spoke in Islamabad.</p>",
		Text:       "The envoy spoke in Islamabad.",
		Authors:    []oped.Person{{Name: "Ayesha B. Khan"}, {Name: "J. Smith"}},
		Categories: []string{"Opinion", "South Asia"},
		URL:        "https://paper.example/opinion/envoys-view",
	}
	var words text.Tokens
	words.Scan(e.Text)
	d := Doc{
		Title:      e.Title,
		Summary:    "The envoy spoke & left.",
		Text:       e.Text,
		Categories: e.Categories,
		URL:        e.URL,
		Words:      &words,
	}
	var set text.WordSet
	got, want := WordsOf(&d, e.Authors, &set), Words(&oped.Piece{Entries: []oped.Entry{e}}, &set)
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
