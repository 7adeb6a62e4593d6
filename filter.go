package oped

import (
	"fmt"
	"strings"
)

// Filter selects the pieces of an edition. A piece must meet every field set. An empty list selects everything, except
// that empty Kinds leave out news.
type Filter struct {
	Topics     []string // on one of these
	AllTopics  []string // on every one of these
	Kinds      []PieceKind
	Publishers []string // of at least one entry of the piece
	Langs      []string // primary language of the lead entry
	Feeds      []string // URLs, of at least one entry of the piece
	Authors    []string // names, of at least one entry of the piece; case does not matter
	Query      string   // in the topic language; the lead entry must match it
	// Author is the slug of an author of at least one entry, in any spelling of the name.
	Author string `json:",omitempty"`
	// Curated leaves the choice to curators: the edition has the approved pieces, and the other conditions only select
	// pieces for review.
	Curated bool `json:",omitempty"`
}

// IsOnly reports whether the filter selects the pieces of one publisher, without another condition.
func (f Filter) IsOnly(publisher string) bool {
	return f.Canonical() == Filter{Publishers: []string{publisher}}.Canonical()
}

// Canonical returns the filter as one line of text. Equal filters have equal texts. Empty lists are left out, so that a
// filter keeps its text when the program gains a new field.
func (f Filter) Canonical() string {
	var b strings.Builder
	list := func(name string, values any) {
		if s := fmt.Sprintf("%q", values); s != "[]" {
			b.WriteString(name + "=" + s + " ")
		}
	}
	list("topics", f.Topics)
	list("all-topics", f.AllTopics)
	list("kinds", f.Kinds)
	list("publishers", f.Publishers)
	list("langs", f.Langs)
	list("feeds", f.Feeds)
	list("authors", f.Authors)
	if f.Query != "" {
		list("query", []string{f.Query})
	}
	if f.Author != "" {
		list("author", []string{f.Author})
	}
	if f.Curated {
		b.WriteString("curated ")
	}
	return strings.TrimSuffix(b.String(), " ")
}
