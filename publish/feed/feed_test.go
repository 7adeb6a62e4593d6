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
	return &FeedMeta{ID: "tag:x,2026:x", Title: "X", Updated: day, Author: Person{"x", "https://x.example/"}, Page: "https://x.example/", Self: "https://x.example/x"}
}

// entries are n entries with a whole text of some bytes.
func entries(n, size int) iter.Seq2[*Entry, error] {
	return func(yield func(*Entry, error) bool) {
		for i := range n {
			e := &Entry{
				ID: fmt.Sprint("tag:x,2026:", i), URL: "https://x.example/1", Title: "T", Published: day, Updated: day, Authors: []Person{{Name: "A"}},
				Excerpt: "<p>excerpt</p><p>credit</p>", Whole: "<p>" + strings.Repeat("w", size) + "</p><p>credit</p>", Credit: "<p>credit</p>",
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// TestWrite_FitsOrGivesWay: a whole text that does not fit gives way to an excerpt, and the first one to its headline; what does not fit at all is left out.
func TestWrite_FitsOrGivesWay(t *testing.T) {
	for _, f := range Formats() {
		var short, long, all bytes.Buffer
		if n, err := Write(&short, f, meta(), entries(1, 5000), 4000); n != 1 || err != nil || !strings.Contains(short.String(), "excerpt") || short.Len() > 4000 {
			t.Errorf("%s: %d entries, %v: %s", f, n, err, short.String())
		}
		if n, err := Write(&long, f, meta(), entries(1, 5000), 1); n != 1 || err != nil || strings.Contains(long.String(), "excerpt") || !strings.Contains(long.String(), "credit") {
			t.Errorf("%s: %d entries, %v: %s", f, n, err, long.String())
		}
		if n, err := Write(&all, f, meta(), entries(100, 500), 10_000); n < 5 || n > 20 || err != nil || all.Len() > 10_000 {
			t.Errorf("%s: %d entries in %d bytes, %v", f, n, all.Len(), err)
		}
	}
}

// TestWrite_Fails: the error of the entries ends the document, and there is no other format.
func TestWrite_Fails(t *testing.T) {
	broken := errors.New("broken")
	for _, f := range Formats() {
		_, err := Write(&bytes.Buffer{}, f, meta(), func(yield func(*Entry, error) bool) { yield(nil, broken) }, 0)
		if !errors.Is(err, broken) {
			t.Errorf("%s: %v", f, err)
		}
	}
	if _, err := Write(&bytes.Buffer{}, "rdf", meta(), entries(1, 1), 0); err == nil {
		t.Error("there is a fourth format")
	}
}
