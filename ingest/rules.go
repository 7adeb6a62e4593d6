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
	Tagger     *topic.Tagger
	Opinion    map[string]*topic.Expr // by feed URL: how a mixed feed's opinion pieces are known
	Queries    map[string]*topic.Expr // by name of the edition, where its filter has a query
	Feeds      map[string]oped.Feed   // by URL
	Editions   []oped.Edition
	New        map[string]bool // editions, by name, in which nothing ever stood: nobody is startled by what enters them
	Authority  string          // of the ids that we mint: a host name (RFC 4151 §2.1)
	Since      time.Time       // a day on which it was ours; zero: ids bear the day of their entries
	Quota      int             // new entries of a feed that are stored in a day, unless the feed has its own; 0: oped.MaxNewPerDay
	TopicSteps int             // that the topics of one fetch may take; 0: oped.MaxTopicSteps
}

// topicBudget is what the topics of one fetch may take.
func (r *Rules) topicBudget() oped.Budget {
	return oped.NewBudget(cmp.Or(r.TopicSteps, oped.MaxTopicSteps))
}

// quota is how many new entries of a feed are stored in a day.
func (r *Rules) quota(feedURL string) int {
	return cmp.Or(r.Feeds[feedURL].Quota, r.Quota, oped.MaxNewPerDay)
}

// takes tells whether an edition takes a piece by these authors.
func (r *Rules) takes(e *oped.Edition, p *oped.Piece, authors []string) bool {
	if e.Filter.Author != "" && !slices.Contains(authors, e.Filter.Author) || !e.Filter.Takes(p) {
		return false
	}
	query := r.Queries[e.Name]
	return query == nil && e.Filter.Query == "" || query != nil && query.Match(r.Doc(p))
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
		Title: e.Title, Text: e.Text, Author: names(e.Authors), Categories: categories, URL: e.URL, Publisher: e.Publisher, Lang: e.Lang,
		Furniture: e.Furniture, Implies: r.Feeds[e.FeedURL].Implies,
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

// KindOf says what kind of piece it is: what its first appearance shows that is not news. A feed says how its opinion pieces are known.
func (r *Rules) KindOf(p *oped.Piece) oped.PieceKind {
	for i := range p.Entries {
		if kind := r.kindOf(&p.Entries[i]); kind != oped.News {
			return kind
		}
	}
	return oped.News
}

func (r *Rules) kindOf(e *oped.Entry) oped.PieceKind {
	feed := r.Feeds[e.FeedURL]
	switch feed.Opinion {
	case "", "always":
	case "never":
		return oped.News
	default:
		if expr := r.Opinion[e.FeedURL]; expr == nil || !expr.Match(r.doc(e, e.Categories)) {
			return oped.News
		}
	}
	if kind := shown(e); kind != "" {
		return kind
	}
	if feed.Kind != "" {
		return feed.Kind
	}
	return oped.Opinion
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
	"editorial": oped.Editorial, "editorials": oped.Editorial, "leader": oped.Editorial, "the editorial board": oped.Editorial, "اداریہ": oped.Editorial,
	"letters": oped.Letter, "letters to the editor": oped.Letter, "letter to the editor": oped.Letter, "readers' letters": oped.Letter,
	"analysis": oped.Analysis, "news analysis": oped.Analysis, "تجزیہ": oped.Analysis,
}
