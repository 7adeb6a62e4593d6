package ingest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/text"
	"oped/topic"
)

// Rules is what the configuration lets ingest decide by.
type Rules struct {
	Tagger    *topic.Tagger
	Opinion   map[string]*topic.Expr // by feed URL: how a mixed feed's opinion pieces are known
	Queries   map[string]*topic.Expr // by name of the edition, where its filter has a query
	Feeds     map[string]oped.Feed   // by URL
	Editions  []oped.Edition
	New       map[string]bool // editions, by name, in which nothing ever stood: nobody is startled by what enters them
	Authority string          // of the ids that we mint: a host name (RFC 4151 §2.1)
	Since     time.Time       // a day on which it was ours; zero: ids bear the day of their entries
	// new entries of a feed that are stored in a day, unless the feed has its own; 0: oped.MaxNewPerDay
	Quota      int
	TopicSteps int // that the topics and expressions of one fetch may take; 0: oped.MaxTopicSteps
}

// topicBudget is what the topics and expressions of one fetch may take.
func (r *Rules) topicBudget() oped.Budget {
	return oped.NewBudget(cmp.Or(r.TopicSteps, oped.MaxTopicSteps))
}

// quota is how many new entries of a feed are stored in a day.
func (r *Rules) quota(feedURL string) int {
	return cmp.Or(r.Feeds[feedURL].Quota, r.Quota, oped.MaxNewPerDay)
}

// takenBy gives the names of the editions that take a piece. fulfils tells whether the piece fulfils the query of an
// edition, and is asked where all else does.
func (r *Rules) takenBy(p *oped.Piece, fulfils func(edition string) bool) (names []string) {
	authors := authorsOf(p)
	for i := range r.Editions {
		e := &r.Editions[i]
		if e.Filter.Author != "" && !slices.Contains(authors, e.Filter.Author) || !e.Filter.Matches(p) {
			continue
		}
		if queried := r.Queries[e.Name] != nil || e.Filter.Query != ""; !queried || fulfils(e.Name) {
			names = append(names, e.Name)
		}
	}
	return names
}

// fulfils tells of the queries of editions whether a piece fulfils them, and adds the steps that this takes. d is what
// rules see of the piece.
func (r *Rules) fulfils(d *topic.Doc, steps *int) func(edition string) bool {
	return func(edition string) bool {
		query := r.Queries[edition]
		if query == nil {
			return false
		}
		ok, n := query.MatchCounted(d)
		*steps += n
		return ok
	}
}

// authorsOf are the slugs of the authors of all appearances of a piece.
func authorsOf(p *oped.Piece) (slugs []string) {
	for _, e := range p.Entries {
		for _, name := range text.Bylines(e.Authors) {
			slugs = append(slugs, text.AuthorSlug(name, e.Publisher))
		}
	}
	return slugs
}

// Doc is what rules see of a piece: its lead entry, with the categories of all its appearances.
func (r *Rules) Doc(p *oped.Piece) *topic.Doc {
	lead := p.Lead()
	return r.doc(lead, categories(p))
}

func (r *Rules) doc(e *oped.Entry, categories []string) *topic.Doc {
	d := &topic.Doc{
		Title:       e.Title,
		Text:        e.Text,
		Author:      names(e.Authors),
		Categories:  categories,
		URL:         e.URL,
		Publisher:   e.Publisher,
		Lang:        e.Lang,
		Boilerplate: e.Boilerplate, Implies: r.Feeds[e.FeedURL].Implies,
	}
	if e.Content != "" {
		d.Summary = text.FromHTML(e.Summary).Text
	}
	return d
}

func categories(p *oped.Piece) []string {
	if len(p.Entries) == 1 {
		return p.Entries[0].Categories
	}
	var all []string
	seen := map[string]bool{}
	for i := range p.Entries {
		for _, c := range p.Entries[i].Categories {
			if !seen[c] {
				seen[c] = true
				all = append(all, c)
			}
		}
	}
	return all
}

func names(people []oped.Person) string {
	all := make([]string, len(people))
	for i, p := range people {
		all[i] = p.Name
	}
	return strings.Join(all, ", ")
}

// kindOf gives the kind of a piece, which is that of its first entry that is not news, and the steps that
// this took. d is what rules see of the piece.
func (r *Rules) kindOf(p *oped.Piece, d *topic.Doc) (kind oped.PieceKind, steps int) {
	for i := range p.Entries {
		e := &p.Entries[i]
		if len(p.Entries) > 1 {
			d = r.doc(e, e.Categories)
		}
		kind, n := r.kindOfEntry(e, d)
		if steps += n; kind != oped.News {
			return kind, steps
		}
	}
	return oped.News, steps
}

// kindOfEntry is kindOf for one entry. Its feed says how opinion pieces are known.
func (r *Rules) kindOfEntry(e *oped.Entry, d *topic.Doc) (kind oped.PieceKind, steps int) {
	feed := r.Feeds[e.FeedURL]
	switch feed.Opinion {
	case "", "always":
	case "never":
		return oped.News, 0
	default:
		expr := r.Opinion[e.FeedURL]
		if expr == nil {
			return oped.News, 0
		}
		var ok bool
		if ok, steps = expr.MatchCounted(d); !ok {
			return oped.News, steps
		}
	}
	return cmp.Or(shown(e), feed.Kind, oped.Opinion), steps
}

// shown is the kind that an entry itself shows by a category or the beginning of its title; "" if it shows none.
func shown(e *oped.Entry) oped.PieceKind {
	for _, c := range e.Categories {
		if kind, ok := kindWords[text.Fold(c)]; ok {
			return kind
		}
	}
	head, _, marked := strings.Cut(text.Fold(e.Title), ":")
	if marked {
		return kindWords[strings.TrimSpace(head)]
	}
	return ""
}

var kindWords = map[string]oped.PieceKind{
	"editorial":             oped.Editorial,
	"editorials":            oped.Editorial,
	"leader":                oped.Editorial,
	"the editorial board":   oped.Editorial,
	"اداریہ":                oped.Editorial,
	"letters":               oped.Letter,
	"letters to the editor": oped.Letter,
	"letter to the editor":  oped.Letter,
	"readers' letters":      oped.Letter,
	"analysis":              oped.Analysis, "news analysis": oped.Analysis, "تجزیہ": oped.Analysis,
}
