package oped

import (
	"fmt"
	"slices"
	"strings"
)

// Filter says which pieces an edition takes. An empty list does not narrow, but for Kinds: there it means every kind of
// opinion and no news.
type Filter struct {
	Topics     []string // on one of these
	AllTopics  []string // on every one of these
	Kinds      []PieceKind
	Publishers []string // one of its appearances is in one of these
	Langs      []string // primary language of the lead entry
	Feeds      []string // URLs; one of its appearances stands there
	Authors    []string // names; one of its appearances is by one of these
	Query      string   // of the topic language, which the lead entry fulfils; Matches does not look at it
	Author     string   `json:",omitempty"` // slug; one of its appearances is by this author, however the name is spelled. Matches does not look at it
}

// Matches reports whether the filter lets the piece through, its query and its author's slug aside.
func (f Filter) Matches(p *Piece) bool {
	if p.Withdrawn {
		return false
	}
	if len(f.Kinds) == 0 && p.Kind == News || len(f.Kinds) > 0 && !slices.Contains(f.Kinds, p.Kind) {
		return false
	}
	if len(f.Topics) > 0 && !slices.ContainsFunc(p.Topics(), func(t string) bool { return slices.Contains(f.Topics, t) }) {
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

// Canonical is the filter as one line of text. Equal filters have equal texts, and a list that is empty is not in it, so
// that the text of a filter stays the same when filters learn something new.
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
