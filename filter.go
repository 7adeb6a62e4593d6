package oped

import (
	"fmt"
	"slices"
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
	Query      string   // in the topic language; the lead entry must match it. Matches ignores it
	// Author is the slug of an author of at least one entry, in any spelling of the name. Matches ignores it.
	Author string `json:",omitempty"`
}

// Matches reports whether the filter selects the piece. It ignores Query and Author, and refuses withdrawn pieces.
func (f Filter) Matches(p *Piece) bool {
	if p.Withdrawn {
		return false
	}
	if len(f.Kinds) == 0 && p.Kind == News || len(f.Kinds) > 0 && !slices.Contains(f.Kinds, p.Kind) {
		return false
	}
	if len(f.Topics) > 0 &&
		!slices.ContainsFunc(p.Topics(), func(t string) bool { return slices.Contains(f.Topics, t) }) {
		return false
	}
	if len(f.Langs) > 0 && !slices.Contains(f.Langs, PrimaryLang(p.Lead().Lang)) {
		return false
	}
	on := p.Topics()
	if slices.ContainsFunc(f.AllTopics, func(t string) bool { return !slices.Contains(on, t) }) {
		return false
	}
	appears := func(in []string, of func(*Entry) string) bool {
		return len(in) == 0 || slices.ContainsFunc(p.Entries, func(e Entry) bool { return slices.Contains(in, of(&e)) })
	}
	by := func(name string) bool {
		return slices.ContainsFunc(p.Entries, func(e Entry) bool {
			return slices.ContainsFunc(e.Authors, func(a Person) bool { return strings.EqualFold(a.Name, name) })
		})
	}
	if len(f.Authors) > 0 && !slices.ContainsFunc(f.Authors, by) {
		return false
	}
	return appears(f.Publishers, func(e *Entry) string { return e.Publisher }) &&
		appears(f.Feeds, func(e *Entry) string { return e.FeedURL })
}

// Canonical returns the filter as one line of text. Equal filters have equal texts. Empty lists are left out, so that a
// filter keeps its text when the program gains a new field.
func (f Filter) Canonical() string {
	var b strings.Builder
	list := func(name string, values []string) {
		if len(values) > 0 {
			fmt.Fprintf(&b, "%s=%q ", name, values)
		}
	}
	kinds := make([]string, len(f.Kinds))
	for i, k := range f.Kinds {
		kinds[i] = string(k)
	}
	list("topics", f.Topics)
	list("all-topics", f.AllTopics)
	list("kinds", kinds)
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
	return strings.TrimSuffix(b.String(), " ")
}
