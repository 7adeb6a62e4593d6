package publish

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"oped"
	"oped/text"
)

// Bounds of the parts of one entry, so that no source can fill an edition alone.
const (
	maxAuthors    = 10
	maxOthers     = 20
	maxCategories = 20
	maxName       = 200          // bytes of a person's name or a category
	maxWhole      = maxBytes / 2 // bytes of a text that is republished whole; of longer ones there is an excerpt
)

// item is a piece as an edition shows it, in Atom and in HTML: plain, clean text and addresses that may be published.
type item struct {
	piece     *oped.Piece
	lead      *oped.Entry
	feed      oped.FeedState // of the lead entry
	words     *words
	Title     string
	URL       string // of the original; "" if no appearance has an address
	Lang      string // "" if unknown
	Dir       string // ltr or rtl
	Authors   []person
	Publisher string
	Date      time.Time
	Excerpt   []string     // paragraphs
	Others    []appearance // under one name each
	related   []appearance // at one address each
	via       string       // where it was taken from, or published first; "" if that is the original, or not known
	Topics    []topicTag
	issue     *texts // what it says, where it is an issue of a digest and no piece

	excerpted, whole string  // texts of its entry in any format, once they were asked for; see text
	from             *source // of its entry in any format, once it was asked for
}

type person struct{ Name, URL string }

type topicTag struct{ Name, Title string }

// newItem makes the item of a piece that has at least one entry.
func (r *Renderer) newItem(e *oped.EditionState, feeds Feeds, p *oped.Piece) *item {
	lead := p.Lead()
	feed := feeds[lead.FeedURL]
	body := lead.Text
	if body == "" {
		body = text.FromHTML(cmp.Or(lead.Content, lead.Summary)).Text
	}
	it := &item{
		piece: p, lead: lead, feed: feed,
		Lang:      language(lead.Lang, feed.Lang, feed.DocLang),
		Publisher: publisherOf(lead, feed),
		Date:      believable(lead.Date(), p.FirstSeen, e.Created),
		Excerpt:   excerpt(body, r.excerptWords(e, feed)),
	}
	if it.Title = line(lead.Title); it.Title == "" {
		it.Title = firstWords(body)
	}
	it.Dir = direction(it.Lang, it.Title)
	it.words = wordsIn(it.Lang)
	it.Title = cmp.Or(it.Title, it.words.untitled)
	if len(it.Excerpt) == 1 && it.Excerpt[0] == it.Title {
		it.Excerpt = nil // nobody reads it twice
	}
	it.Authors = authors(lead.Authors)
	r.place(it, feeds)
	for _, name := range p.Topics() {
		if shown := line(name); shown != "" {
			it.Topics = append(it.Topics, topicTag{shown, cmp.Or(r.topics[name], shown)})
		}
	}
	return it
}

// newItems makes the items of those pieces that have an entry.
func (r *Renderer) newItems(e *oped.EditionState, feeds Feeds, pieces []oped.Piece) (items []*item) {
	for i := range pieces {
		if len(pieces[i].Entries) > 0 {
			items = append(items, r.newItem(e, feeds, &pieces[i]))
		}
	}
	return items
}

// bare is the item of an entry that has to fit alone: its headline, and where to read it.
func (it *item) bare() *item {
	bare := *it
	bare.Excerpt, bare.related, bare.excerpted = nil, nil, ""
	return &bare
}

// excerptWords is how many words of a piece may stand in an edition: what the edition asks for, but no more than the feed
// allows.
func (r *Renderer) excerptWords(e *oped.EditionState, feed oped.FeedState) int {
	switch {
	case e.Excerpt > 0 && feed.Excerpt > 0:
		return min(e.Excerpt, feed.Excerpt)
	case e.Excerpt > 0:
		return e.Excerpt
	case feed.Excerpt > 0:
		return feed.Excerpt
	}
	return r.excerpt
}

func publisherOf(e *oped.Entry, feed oped.FeedState) string {
	return cmp.Or(cutLine(e.Publisher, maxName), cutLine(feed.Publisher, maxName), cutLine(feed.Title, maxName), cutLine(feed.DocTitle, maxName))
}

// authors are the persons who have a name. E-mail addresses are not carried on: they would only be harvested.
func authors(persons []oped.Person) []person {
	var out []person
	for _, a := range persons {
		said := a.Name
		if strings.Contains(said, "@") {
			said = mailAddress.ReplaceAllString(said, " $1 ")
		}
		if name := cutLine(said, maxName); name != "" && len(out) < maxAuthors {
			out = append(out, person{name, webURL(a.URL)})
		}
	}
	return out
}

// mailAddress is an e-mail address in a name, with the name in brackets that RSS has after it.
var mailAddress = regexp.MustCompile(`[<(]?[^\s<>()"]+@[^\s<>()"]+\.[^\s<>()"]+[>)]?(?:\s*\(([^()]*)\))?`)

// believable is the first of the times that RFC 3339 can write; the zero time counts as none.
func believable(times ...time.Time) time.Time {
	for _, t := range times {
		if y := t.UTC().Year(); !t.IsZero() && 1 <= y && y <= 9999 {
			return t.UTC()
		}
	}
	return time.Unix(0, 0).UTC()
}
