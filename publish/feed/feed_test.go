package feed

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"
)

var day = time.Date(2026, 3, 9, 8, 30, 0, 0, time.UTC)

func meta() *FeedMeta {
	return &FeedMeta{
		ID:      "tag:x,2026:x",
		Title:   "X",
		Updated: day,
		Author:  Person{"x", "https://x.example/"},
		Page:    "https://x.example/",
		Self:    "https://x.example/x",
	}
}

// entries returns n entries with a whole text of size bytes.
func entries(n, size int) iter.Seq2[*Entry, error] {
	return func(yield func(*Entry, error) bool) {
		for i := range n {
			e := &Entry{
				ID:        fmt.Sprint("tag:x,2026:", i),
				URL:       "https://x.example/1",
				Title:     "T",
				Published: day,
				Updated:   day,
				Authors:   []Person{{Name: "A"}},
				Excerpt:   "<p>excerpt</p><p>credit</p>",
				Whole:     "<p>" + strings.Repeat("w", size) + "</p><p>credit</p>",
				Credit:    "<p>credit</p>",
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// TestWrite_ShortensWhatDoesNotFit: a whole text is shortened to an excerpt, the first entry to its headline, and
// further entries are omitted.
func TestWrite_ShortensWhatDoesNotFit(t *testing.T) {
	for _, f := range Formats() {
		var short, long, all bytes.Buffer
		n, err := Write(&short, f, meta(), entries(1, 5000), 4000)
		if n != 1 || err != nil || !strings.Contains(short.String(), "excerpt") || short.Len() > 4000 {
			t.Errorf("%s: %d entries, %v: %s", f, n, err, short.String())
		}
		n, err = Write(&long, f, meta(), entries(1, 5000), 1)
		if n != 1 || err != nil || strings.Contains(long.String(), "excerpt") ||
			!strings.Contains(long.String(), "credit") {
			t.Errorf("%s: %d entries, %v: %s", f, n, err, long.String())
		}
		n, err = Write(&all, f, meta(), entries(100, 500), 10_000)
		if n < 5 || n > 20 || err != nil || all.Len() > 10_000 {
			t.Errorf("%s: %d entries in %d bytes, %v", f, n, all.Len(), err)
		}
	}
}

// TestWrite_Fails: an error of the entries ends the document, and an unknown format is refused.
func TestWrite_Fails(t *testing.T) {
	broken := errors.New("broken")
	for _, f := range Formats() {
		_, err := Write(&bytes.Buffer{}, f, meta(), func(yield func(*Entry, error) bool) { yield(nil, broken) }, 0)
		if !errors.Is(err, broken) {
			t.Errorf("%s: %v", f, err)
		}
	}
	if _, err := Write(&bytes.Buffer{}, "rdf", meta(), entries(1, 1), 0); err == nil {
		t.Error("an unknown format was written")
	}
}

// TestWriteOPML_SaysWhatIsMissing: a list without its private feeds has a comment about them.
func TestWriteOPML_SaysWhatIsMissing(t *testing.T) {
	for n, want := range []string{"", "<!-- not listed: 1 feed with a private or secret address -->",
		"<!-- not listed: 2 feeds with a private or secret address -->"} {
		var b strings.Builder
		outlines := append(make([]Outline, n), Outline{Title: "A", FeedURL: "https://a.example/"})
		if err := WriteOPML(&b, "T", outlines); err != nil || want == "" && strings.Contains(b.String(), "<!--") ||
			!strings.Contains(b.String(), want) {
			t.Errorf("%d: %v\n%s", n, err, &b)
		}
	}
}
