package publish

import (
	"cmp"
	"strings"
	"time"

	"oped"
	"oped/publish/feed"
	"oped/publish/page"
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

// feedStates holds the feeds of the entries, by URL.
type feedStates map[string]oped.FeedState

// items makes items of pieces.
type items struct {
	at      addresses
	words   *page.Words
	feeds   feedStates
	zones   map[string]*time.Location // of feeds, by URL
	titles  map[string]string         // of topics, by name
	excerpt int                       // words of a piece that are republished where nothing says otherwise

	unlinked time.Time // see [Options]
}

// item is a piece for an edition: plain, clean text and publishable addresses.
type item struct {
	piece     *oped.Piece
	lead      *oped.Entry    // the shown copy
	feed      oped.FeedState // of that copy
	title     string
	url       string // of the original; "" if no copy has an address
	lang      string // "" if unknown
	dir       string // ltr or rtl
	authors   []feed.Person
	publisher string
	date      time.Time
	day       time.Time    // the date where the paper is, as UTC
	excerpt   []string     // paragraphs
	others    []page.Place // under one name each
	related   []page.Place // at one address each
	via       string       // where it was taken from, or published first; "" if that is the original, or not known
	topics    []topicTag
	note      page.Note // of a curator, in the edition
}

type topicTag struct{ name, title string }

// item makes the item of a piece with at least one entry.
func (i *items) item(e *oped.EditionState, p *oped.Piece) *item {
	lead := i.shown(p)
	from := i.feeds[lead.FeedURL]
	body := textOfEntry(lead)
	it := &item{
		piece:     p,
		lead:      lead,
		feed:      from,
		title:     line(lead.Title),
		lang:      language(lead.Lang, from.Lang, from.DocLang),
		authors:   authors(lead.Authors),
		publisher: publisherOf(lead, from),
		date:      believable(lead.Date(), p.FirstSeen, e.Created),
		excerpt:   excerpt(body, i.excerptWords(e, from)),
	}
	it.day = i.day(lead, it.date)
	if note := line(p.NoteIn(e.Name)); note != "" {
		lang := language(e.Lang, "en")
		it.note = page.Note{Text: note, Lang: lang, Dir: Direction(lang, note)}
	}
	if it.title == "" {
		it.title = firstWords(body)
	}
	it.dir = Direction(it.lang, it.title)
	if it.title == "" {
		it.title = i.words.Say(it.lang, "(untitled)")
	}
	if len(it.excerpt) == 1 && it.excerpt[0] == it.title {
		it.excerpt = nil // a second reading is useless
	}
	i.addOthers(it)
	for _, name := range p.Topics() {
		if shown := line(name); shown != "" {
			it.topics = append(it.topics, topicTag{shown, cmp.Or(i.titles[name], shown)})
		}
	}
	return it
}

// signals returns the wishes of the publishers of some items.
func signals(all []*item) (s oped.Signals) {
	for _, it := range all {
		s = s.And(it.feed.Signals())
	}
	return s
}

// all makes the items of the pieces that have an entry.
func (i *items) all(e *oped.EditionState, pieces []oped.Piece) (all []*item) {
	for n := range pieces {
		if len(pieces[n].Entries) > 0 {
			all = append(all, i.item(e, &pieces[n]))
		}
	}
	return all
}

// excerptWords returns the number of words of a piece allowed in an edition: as the edition asks, but
// no more than the feed allows.
func (i *items) excerptWords(e *oped.EditionState, from oped.FeedState) int {
	if e.Excerpt > 0 && from.Excerpt > 0 {
		return min(e.Excerpt, from.Excerpt)
	}
	return cmp.Or(max(e.Excerpt, 0), max(from.Excerpt, 0), i.excerpt)
}

// textOfEntry returns the plain text of an entry.
func textOfEntry(e *oped.Entry) string {
	if e.Text != "" {
		return e.Text
	}
	return text.FromHTML(cmp.Or(e.Content, e.Summary)).Text
}

func publisherOf(e *oped.Entry, from oped.FeedState) string {
	return cmp.Or(
		cutLine(e.Publisher, maxName), cutLine(from.Publisher, maxName), cutLine(from.Title, maxName),
		cutLine(from.DocTitle, maxName),
	)
}

// latest returns the later of an entry's own times, as far as they are believable.
func latest(e *oped.Entry) time.Time {
	if e.Updated.After(e.Published) && (e.FirstSeen.IsZero() || !e.Updated.After(e.FirstSeen)) {
		return e.Updated
	}
	return e.Date()
}

// authors returns the persons with a name. E-mail addresses are dropped: they would only be harvested.
func authors(persons []oped.Person) (out []feed.Person) {
	named := make([]oped.Person, len(persons))
	for i, a := range persons {
		if named[i] = a; strings.Contains(a.Name, "@") {
			named[i].Name = mailAddress().ReplaceAllString(a.Name, " $1 ")
		}
	}
	for _, a := range text.People(named) {
		if name := cutLine(a.Name, maxName); name != "" && len(out) < maxAuthors {
			out = append(out, feed.Person{Name: name, URL: linkURL(a.URL)})
		}
	}
	return out
}

// namesOf returns the names of persons, in one line.
func namesOf(persons []feed.Person, comma string) string {
	return strings.Join(mapped(persons, func(p feed.Person) string { return p.Name }), comma)
}

// mailAddress matches an e-mail address in a name, with the name in brackets after it, as in RSS.
var mailAddress = text.Pattern(`[<(]?[^\s<>()"]+@[^\s<>()"]+\.[^\s<>()"]+[>)]?(?:\s*\(([^()]*)\))?`)

// believable returns the first of the times valid in RFC 3339. The zero time is not.
func believable(times ...time.Time) time.Time {
	for _, t := range times {
		if y := t.UTC().Year(); !t.IsZero() && 1 <= y && y <= 9999 {
			return t.UTC()
		}
	}
	return time.Unix(0, 0).UTC()
}
