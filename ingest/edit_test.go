package ingest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"oped"
)

// TestRecycledGuid: a feed with the same guid for every op-ed, and even the same address and title, keeps
// them all (journey J3: "Editorial" on two days is two pieces).
func TestRecycledGuid(t *testing.T) {
	for name, next := range map[string]func(*oped.Entry){
		"all else is new":        func(e *oped.Entry) { e.URL, e.Title = "https://nation.example/two", "Topic two" },
		"same title":             func(e *oped.Entry) { e.URL = "https://nation.example/two" },
		"same title and address": func(*oped.Entry) {},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			first := column(nation, 1)
			h.fetch(nation, epoch, first)
			second := edited(first, func(e *oped.Entry) {
				e.Content, e.Published = prose(2, 80), first.Published.Add(24*time.Hour)
				next(e)
			})
			h.fetch(nation, epoch.Add(24*time.Hour), second)
			h.want(2, 2)
			ids := map[string]bool{}
			for _, p := range h.all() {
				ids[p.AtomID] = true
			}
			if len(ids) != 2 {
				t.Errorf("one id for two pieces: %v", ids)
			}
		})
	}
}

// TestEditedHeadline: guid and address made of the headline change with it; the words stay, but perhaps for
// one. It is the same entry.
func TestEditedHeadline(t *testing.T) {
	for name, edit := range map[string]func(*oped.Entry){
		"guid, address and headline": func(e *oped.Entry) {
			e.ID, e.URL, e.Title = "https://nation.example/new-slug", "https://nation.example/new-slug", "A better headline"
		},
		"headline only, without guid and address": func(e *oped.Entry) { e.Title = "A better headline" },
		"guid and headline, and a word": func(e *oped.Entry) {
			e.ID, e.Title, e.Content = "urn:other", "A better headline", e.Content+" Indeed."
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			first := column(nation, 1)
			first.Content = prose(1, 110)
			if strings.Contains(name, "without") {
				first.ID, first.URL = "", ""
			}
			first = signed(first)
			h.fetch(nation, epoch, first)
			before := h.all()[0]
			h.fetch(nation, epoch.Add(time.Hour), edited(first, edit))
			h.want(1, 1)
			if after := h.all()[0]; after.AtomID != before.AtomID || after.Lead().Title != "A better headline" ||
				after.Revision != 2 {
				t.Errorf("%s, revision %d, %q", after.AtomID, after.Revision, after.Lead().Title)
			}
		})
	}
}

// TestNoteUnderManyHeadlines: the same note to subscribers instead of a text makes no copies of one another.
func TestNoteUnderManyHeadlines(t *testing.T) {
	h := newHouse(t)
	note := prose(9, 60)
	stub := func(n int) oped.Entry { return edited(column(nation, n), func(e *oped.Entry) { e.Content = note }) }
	h.fetch(nation, epoch, stub(1), stub(2), stub(3))
	h.want(3, 3)
	h.fetch(nation, epoch.Add(time.Hour), stub(2), stub(3), stub(4))
	h.want(4, 4)
}

// TestStubDoesNotReplaceTheText: when a feed turns its full texts into stubs, or its stubs into headlines
// alone, its subscribers lose nothing.
func TestStubDoesNotReplaceTheText(t *testing.T) {
	for name, c := range map[string]struct {
		words int
		stub  string
	}{
		"read more":     {200, "<p>Read more</p>"},
		"the beginning": {200, "<p>" + prose(1, 30) + "</p>"},
		"no text":       {200, ""},
		"no stub":       {20, "<p> </p>"},
	} {
		stub := c.stub
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			first := edited(column(nation, 1), func(e *oped.Entry) { e.Content = prose(1, c.words) })
			h.fetch(nation, epoch, first)
			h.fetch(
				nation, epoch.Add(time.Hour),
				edited(first, func(e *oped.Entry) { e.Title, e.Content = "Another headline", stub }),
			)
			h.want(1, 1)
			lead := h.all()[0].Lead()
			if lead.Title != "Another headline" || lead.Content != first.Content {
				t.Errorf("%q, %d letters of text", lead.Title, len(lead.Content))
			}
		})
	}
}

// prose returns n words, different for every number.
func prose(number, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("word%dx%d", number, i)
	}
	return strings.Join(words, " ")
}
