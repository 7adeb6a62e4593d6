package topic

import (
	"slices"
	"strings"

	"oped"
	"oped/text"
)

// A Filter is the compiled filter of an edition.
type Filter struct {
	oped.Filter
	query *Expr             // nil: none, or one that does not compile; no piece matches that
	slugs map[string]string // of its Authors, by name; "" for no person
}

// NewFilter returns a filter with its compiled query, nil if it has none.
func NewFilter(f oped.Filter, query *Expr) Filter {
	slugs := map[string]string{}
	for _, name := range f.Authors {
		slugs[name] = text.AuthorSlug(name)
	}
	return Filter{f, query, slugs}
}

// Refusal names the condition of a filter that a piece fails. [Taken] is none.
type Refusal string

// The conditions, by the names of their keys in the configuration. Author is that of an edition for one author.
const (
	Taken       Refusal = ""
	Withdrawn   Refusal = "withdrawn"
	ByKind      Refusal = "kinds"
	ByTopics    Refusal = "topics"
	ByAllTopics Refusal = "all_topics"
	ByLang      Refusal = "langs"
	ByAuthors   Refusal = "authors"
	ByAuthor    Refusal = "author"
	ByPublisher Refusal = "publishers"
	ByFeed      Refusal = "feeds"
	ByQuery     Refusal = "query"
)

// Refuses returns the first condition that a piece fails. authors are its [AuthorSlugs]. matches reports whether the
// piece matches the query, nil for a query that does not compile. It is called last, and only for a filter with a
// query. Curated is no condition: an approval beats all of them.
func (f *Filter) Refuses(p *oped.Piece, authors []string, matches func(query *Expr) bool) Refusal {
	on := func(topic string) bool {
		return slices.ContainsFunc(p.Tags, func(t oped.Tag) bool { return t.Topic == topic && t.Outcome == oped.Tagged })
	}
	entry := func(listed []string, of func(*oped.Entry) string) bool {
		return len(listed) == 0 ||
			slices.ContainsFunc(p.Entries, func(e oped.Entry) bool { return slices.Contains(listed, of(&e)) })
	}
	by := func(name string) bool {
		if slug := f.slugs[name]; slug != "" && slices.Contains(authors, slug) {
			return true
		}
		return slices.ContainsFunc(p.Entries, func(e oped.Entry) bool {
			return slices.ContainsFunc(e.Authors, func(a oped.Person) bool { return strings.EqualFold(a.Name, name) })
		})
	}
	switch {
	case p.Withdrawn:
		return Withdrawn
	case len(f.Kinds) == 0 && p.Kind == oped.News, len(f.Kinds) > 0 && !slices.Contains(f.Kinds, p.Kind):
		return ByKind
	case f.Author != "" && !slices.Contains(authors, f.Author):
		return ByAuthor
	case len(f.Topics) > 0 && !slices.ContainsFunc(f.Topics, on):
		return ByTopics
	case slices.ContainsFunc(f.AllTopics, func(t string) bool { return !on(t) }):
		return ByAllTopics
	case len(f.Langs) > 0 && !slices.Contains(f.Langs, oped.PrimaryLang(p.Lead().Lang)):
		return ByLang
	case len(f.Authors) > 0 && !slices.ContainsFunc(f.Authors, by):
		return ByAuthors
	case !entry(f.Publishers, func(e *oped.Entry) string { return e.Publisher }):
		return ByPublisher
	case !entry(f.Feeds, func(e *oped.Entry) string { return e.FeedURL }):
		return ByFeed
	case (f.query != nil || f.Query != "") && !matches(f.query):
		return ByQuery
	}
	return Taken
}

// AuthorSlugs returns the slugs of the authors of all entries of a piece, former ones too (see [text.AuthorSlugs]).
func AuthorSlugs(p *oped.Piece) (slugs []string) {
	for _, e := range p.Entries {
		for _, name := range text.Bylines(e.Authors) {
			slugs = append(slugs, text.AuthorSlugs(name, e.Publisher)...)
		}
	}
	return slugs
}
