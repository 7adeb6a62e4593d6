package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
)

// note is about the topic of the tests, and matches no pattern of an author's note.
const note = "Sana Khan lives by the river and grows roses there"

// noted is the column of a number with a paragraph under it.
func noted(feed string, number int, note string) oped.Entry {
	return edited(column(feed, number), func(e *oped.Entry) { e.Content += "<p>" + note + "</p>" })
}

// boilerplateOf returns the boilerplate learned in each entry of a piece, as ranges of its text.
func boilerplateOf(p oped.Piece) (all []string) {
	for _, e := range p.Entries {
		for _, f := range e.Boilerplate {
			all = append(all, e.Text[f[0]:f[1]])
		}
	}
	return all
}

// TestLearn: a block under four pieces of a paper is the paper's boilerplate from the fourth on, whether they
// arrive one by one or together. Another paper has to be learned by itself.
func TestLearn(t *testing.T) {
	for name, together := range map[string]bool{"one by one": false, "together": true} {
		h := newHouse(t)
		var entries []oped.Entry
		for i := range 5 {
			entries = append(entries, noted(dawn, i+1, note))
		}
		if together {
			h.fetch(dawn, epoch, entries...)
		} else {
			for i, e := range entries {
				h.fetch(dawn, epoch.Add(time.Duration(i)*time.Hour), e)
			}
		}
		h.fetch(nation, epoch.Add(9*time.Hour), noted(nation, 6, note))
		h.want(6, 6)
		for i, p := range h.all() {
			learned, tagged := i == 3 || i == 4, len(p.Topics()) == 1
			if got := boilerplateOf(p); tagged == learned || learned != (len(got) == 1) || learned && got[0] != note {
				t.Errorf("%s: piece %d is on the topic: %v, learned %q", name, i+1, tagged, got)
			}
		}
		fourth := h.all()[3]
		e, _ := h.rules.Tagger.Explain(h.rules.Doc(&fourth), "water")
		if len(e.Beside) != 1 || e.Beside[0].Zone != "furniture" || e.Score != 0 {
			t.Errorf("%s: explained as %+v", name, e)
		}
	}
}

// TestLearnOncePerPiece: copies and changes of a piece, and blocks repeated in it, count no further.
func TestLearnOncePerPiece(t *testing.T) {
	h := newHouse(t)
	at := epoch
	one := noted(dawn, 1, note+"</p><p>"+note)
	h.fetch(dawn, at, one)
	for i := range 4 {
		at = at.Add(time.Hour)
		h.fetch(dawn, at, edited(one, func(e *oped.Entry) { e.Title = fmt.Sprint("Version ", i) }))
	}
	h.fetch(
		dawn, at,
		edited(one, func(e *oped.Entry) { e.ID, e.URL = "other", e.URL+"?page=1"; e.Title = "Version 3" }),
	)
	h.fetch(dawn, at.Add(time.Hour), noted(dawn, 2, note))
	h.fetch(dawn, at.Add(2*time.Hour), noted(dawn, 3, note))
	for _, p := range h.all() {
		if got := boilerplateOf(p); len(got) != 0 {
			t.Errorf("piece %d: learned %q", p.ID, got)
		}
	}
	h.fetch(dawn, at.Add(3*time.Hour), noted(dawn, 4, note))
	if last := h.all()[3]; len(boilerplateOf(last)) != 1 || len(last.Topics()) != 0 {
		t.Errorf("the fourth piece: learned %q, topics %v", boilerplateOf(last), last.Topics())
	}
}

// TestLearnChanged: an entry with a changed text is read again with the knowledge of that time; with the same
// text it keeps its boilerplate.
func TestLearnChanged(t *testing.T) {
	h := newHouse(t)
	for i := range 3 {
		h.fetch(dawn, epoch, noted(dawn, i+1, note))
	}
	retitled := edited(noted(dawn, 1, note), func(e *oped.Entry) { e.Title = "The same, retitled" })
	longer := func(number int) oped.Entry {
		return edited(
			noted(dawn, number, note),
			func(e *oped.Entry) { e.Content = "<p>It begins otherwise, as it never did.</p>" + e.Content },
		)
	}
	learned := func(number int) bool {
		return len(boilerplateOf(h.all()[number-1])) == 1 && len(h.all()[number-1].Topics()) == 0
	}
	h.fetch(dawn, epoch.Add(time.Hour), longer(3))
	if learned(3) {
		t.Error("learned from two others and itself")
	}
	h.fetch(dawn, epoch.Add(2*time.Hour), noted(dawn, 4, note))
	h.fetch(dawn, epoch.Add(3*time.Hour), retitled, longer(2), longer(4))
	for number, want := range map[int]bool{1: false, 2: true, 3: false, 4: true} {
		if learned(number) != want {
			t.Errorf("piece %d: learned %v, want %v", number, !want, want)
		}
	}
	h.fetch(dawn, epoch.Add(4*time.Hour), edited(longer(4), func(e *oped.Entry) { e.Title = "Retitled as well" }))
	if !learned(4) {
		t.Error("a headline changed, and what was learned of the text is gone")
	}
	h.fetch(
		dawn, epoch.Add(5*time.Hour),
		edited(longer(4), func(e *oped.Entry) { e.Content = "<p>" + essay(4, 60) + "</p>" }),
	)
	if p := h.all()[3]; len(boilerplateOf(p)) != 0 {
		t.Errorf("the note is gone, and %q is boilerplate", boilerplateOf(p))
	}
}

// TestLearnWholeText: the headline still counts with a text of nothing but boilerplate.
func TestLearnWholeText(t *testing.T) {
	h := newHouse(t)
	const stub = "Only friends of the river may read on here"
	for i := range 6 {
		h.fetch(dawn, epoch.Add(time.Duration(i)*time.Hour), edited(column(dawn, i+1), func(e *oped.Entry) {
			e.Content = stub
			if i == 5 {
				e.Title = "The river and us"
			}
		}))
	}
	h.want(6, 6)
	for i, p := range h.all() {
		learned, tagged := i >= 3, i != 3 && i != 4
		if got := boilerplateOf(p); (len(got) == 1 && got[0] == stub) != learned || (len(p.Topics()) == 1) != tagged {
			t.Errorf("piece %d: learned %q, topics %v", i+1, got, p.Topics())
		}
	}
}

// TestLearnCopies: a copy of a piece joins it, whether boilerplate was learned before the one, before the
// other, or between them.
func TestLearnCopies(t *testing.T) {
	copied := func(feed string, e oped.Entry) oped.Entry {
		return edited(
			e,
			func(e *oped.Entry) { e.FeedURL, e.ID, e.URL = feed, "copy", strings.TrimSuffix(feed, "rss")+"copy" },
		)
	}
	bare := column(dawn, 9)
	full := noted(dawn, 9, note)
	for _, tt := range []struct {
		name          string
		before, after oped.Entry // from dawn, and both of one piece
		learned       int        // in how many of them
	}{
		{"an early copy elsewhere", copied(nation, full), full, 1},
		{"an early original", full, copied(nation, full), 0},
	} {
		h := newHouse(t)
		teach := func() {
			for i := range 3 {
				h.fetch(dawn, epoch.Add(time.Duration(i)*time.Hour), noted(dawn, i+1, note))
			}
		}
		h.fetch(tt.before.FeedURL, epoch, tt.before)
		teach()
		h.fetch(tt.after.FeedURL, epoch.Add(9*time.Hour), tt.after)
		h.want(5, 4)
		if got := boilerplateOf(h.all()[0]); len(got) != tt.learned {
			t.Errorf("%s: learned %q", tt.name, got)
		}
		h.fetch(wire, epoch.Add(10*time.Hour), copied(wire, full))
		h.want(6, 4)
		if tt.learned > 0 {
			h.fetch(mixed, epoch.Add(11*time.Hour), copied(mixed, bare))
			h.want(7, 4) // it has the words left without the note
		}
	}
}

// TestLearnAtOnce: one document learns from its own pieces, and its copies find each other.
func TestLearnAtOnce(t *testing.T) {
	h := newHouse(t)
	var entries []oped.Entry
	for i := range 6 {
		entries = append(entries, noted(dawn, i+1, note))
	}
	h.fetch(dawn, epoch, entries...)
	before := h.all()
	h.fetch(dawn, epoch.Add(time.Hour), entries...)
	h.want(6, 6)
	if after := h.all(); !slices.EqualFunc(before, after, func(a, b oped.Piece) bool {
		return a.Revision == b.Revision && slices.Equal(boilerplateOf(a), boilerplateOf(b))
	}) {
		t.Error("the same document again changes something")
	}
}
