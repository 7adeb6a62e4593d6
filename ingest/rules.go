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

// Rules is the part of the configuration used by ingest.
type Rules struct {
	Tagger    *topic.Tagger
	Opinion   map[string]*topic.Expr // by feed URL: recognises the opinion pieces of a mixed feed
	Feeds     map[string]oped.Feed   // by URL
	Editions  []Edition
	New       map[string]bool // editions, by name, without any piece so far: their subscribers expect old pieces
	Authority string          // authority of minted ids: a host name (RFC 4151 §2.1)
	Since     time.Time       // a day when it was ours; zero: ids have the day of their entries
	// daily quota of new entries of a feed without a quota of its own; 0: oped.MaxNewPerDay
	Quota      int
	TopicSteps int // budget of the topics and expressions of one fetch; 0: oped.MaxTopicSteps
}

// topicBudget is the budget of steps of the topics and expressions of one fetch.
func (r *Rules) topicBudget() oped.Budget {
	return oped.NewBudget(cmp.Or(r.TopicSteps, oped.MaxTopicSteps))
}

// quota returns the daily quota of new entries of a feed.
func (r *Rules) quota(feedURL string) int {
	return cmp.Or(r.Feeds[feedURL].Quota, r.Quota, oped.MaxNewPerDay)
}

// Edition is an edition with its filter, compiled.
type Edition struct {
	oped.Edition
	Filter topic.Filter
}

// Editions compiles the filters of editions. queries holds their queries, by name of the edition.
func Editions(editions []oped.Edition, queries map[string]*topic.Expr) []Edition {
	compiled := make([]Edition, len(editions))
	for i, e := range editions {
		compiled[i] = Edition{e, topic.NewFilter(e.Filter, queries[e.Name])}
	}
	return compiled
}

// takenBy returns the names of the editions of a piece. matches reports whether the piece matches the query of an
// edition. It is called only if the rest of the filter matches.
func (r *Rules) takenBy(p *oped.Piece, matches func(edition string, query *topic.Expr) bool) (names []string) {
	authors := topic.AuthorSlugs(p)
	for i := range r.Editions {
		e := &r.Editions[i]
		if e.Filter.Curated {
			if p.ApprovedIn(e.Name) {
				names = append(names, e.Name)
			}
			continue
		}
		query := func(q *topic.Expr) bool { return matches(e.Name, q) }
		if e.Filter.Refuses(p, authors, query) == topic.Taken {
			names = append(names, e.Name)
		}
	}
	return names
}

// OfferedTo returns the names of the curated editions with a piece for review: their filter selects it, or would if
// the topics reviewed were certain.
func (r *Rules) OfferedTo(p *oped.Piece) (names []string) {
	likely := *p
	likely.Tags = slices.Clone(p.Tags)
	for i := range likely.Tags {
		if likely.Tags[i].Outcome == oped.Review {
			likely.Tags[i].Outcome = oped.Tagged
		}
	}
	authors, matches := topic.AuthorSlugs(p), matching(r.Doc(p), new(int))
	for i := range r.Editions {
		e := &r.Editions[i]
		query := func(q *topic.Expr) bool { return matches(e.Name, q) }
		if e.Filter.Curated && e.Filter.Refuses(&likely, authors, query) == topic.Taken {
			names = append(names, e.Name)
		}
	}
	return names
}

// matching returns a function to match a piece against the queries of editions. It adds the steps taken. d is
// the rules' view of the piece.
func matching(d *topic.Doc, steps *int) func(edition string, query *topic.Expr) bool {
	return func(_ string, query *topic.Expr) bool {
		if query == nil {
			return false
		}
		ok, n := query.MatchCounted(d)
		*steps += n
		return ok
	}
}

// Doc returns the rules' view of a piece: its lead entry, with the categories of all its entries.
func (r *Rules) Doc(p *oped.Piece) *topic.Doc {
	return r.doc(p.Lead(), categories(p))
}

func (r *Rules) doc(e *oped.Entry, categories []string) *topic.Doc {
	d := topic.DocOf(e)
	d.Categories, d.Implies = categories, r.Feeds[e.FeedURL].Implies
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

// kindOf returns the kind of a piece and the steps taken. It is the kind of its first entry other than news.
// d is the rules' view of the piece.
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

// kindOfEntry is kindOf for one entry. Its feed configures how to recognise opinion pieces.
func (r *Rules) kindOfEntry(e *oped.Entry, d *topic.Doc) (kind oped.PieceKind, steps int) {
	feed := r.Feeds[e.FeedURL]
	opinion, expr := feed.Opinion != oped.Never, r.Opinion[e.FeedURL]
	if feed.Opinion.Expr() != "" {
		if opinion = false; expr != nil {
			opinion, steps = expr.MatchCounted(d)
		}
	}
	if !opinion {
		return oped.News, steps
	}
	return cmp.Or(shown(e), feed.Kind, oped.Opinion), steps
}

// shown returns the kind shown by a category of the entry or the beginning of its title; "" if there is none.
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
