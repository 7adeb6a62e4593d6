package publish

import (
	"net/http"
	"slices"
	"time"

	"oped"
	"oped/publish/feed"
	"oped/publish/page"
)

// pagePlace is the address of the page of an edition, or of one of its issues.
type pagePlace struct {
	url   string    // its address
	older string    // where older pieces are; "": nowhere
	newer string    // where newer pieces are; "": nowhere
	part  int64     // of the edition's archives; 0: none
	today time.Time // the day called today; zero on a page that does not change with the day
}

// editionPage builds the page of an edition with some pieces.
func (s *site) editionPage(e *oped.EditionState, pieces []*item, at pagePlace) *page.Edition {
	lang := language(e.Lang, "en")
	title := titleOf(e)
	pinned, listed := s.pinned(e, pieces, at)
	v := &page.Edition{
		Head:    head(lang, title, at.url),
		Atom:    s.at.atomURL(e.Name),
		Formats: s.at.formatLinks(e.Name),
		About:   s.at.aboutURL(e.Name),
		Archive: s.at.calendarURL(e.Name),
		Older:   at.older,
		Newer:   at.newer,
		Shown:   len(pieces),
		All:     e.Pieces,
		Changed: believable(e.Updated, e.Created),
		Pinned:  pinned,
		Days:    s.words.DaysOf(lang, listed, at.today),
	}
	v.Signals = signals(pieces)
	v.Section = e.Name
	v.Subtitle, v.Feeds = line(e.Subtitle), s.at.feedLinks(title, e.Name)
	if at.part > 0 {
		v.Title = s.words.Sayf(lang, "%s: older pieces (%d)", title, int(at.part))
	}
	return v
}

// leads is the number of pieces with an excerpt at the beginning of a page. Headlines follow, as in a newspaper.
const leads = 3

// pinned returns the pinned pieces of an edition in their order, and the others. A page of its archives has no pins,
// and only headlines.
func (s *site) pinned(e *oped.EditionState, pieces []*item, at pagePlace) (pinned, others []page.Listed) {
	if at.part == 0 {
		pieces = slices.Clone(pieces)
		slices.SortStableFunc(pieces, func(a, b *item) int { return oped.ComparePins(e.Name, a.piece, b.piece) })
	}
	for n, it := range pieces {
		pin := at.part == 0 && it.piece.IsPinned(e.Name)
		v := s.listed(it, "why here?")
		v.Topics = topicsBeside(e, it)
		v.Lead = pin || v.Note.Text != "" || at.part == 0 && n < leads
		if !v.Lead {
			v = headline(v)
		}
		if pin {
			pinned = append(pinned, v)
		} else {
			others = append(others, v)
		}
	}
	return pinned, others
}

// headline returns a piece of a list without what the page of the piece has as well.
func headline(v page.Listed) page.Listed {
	v.Excerpt, v.Others, v.Paper = nil, nil, ""
	for i := range v.By {
		v.By[i].URL = ""
	}
	return v
}

// topicsBeside returns the titles of the topics of a piece besides the only topic of the edition.
func topicsBeside(e *oped.EditionState, it *item) (titles []string) {
	for _, t := range it.topics {
		if own := e.Filter.Topics; len(own) != 1 || t.name != own[0] {
			titles = append(titles, t.title)
		}
	}
	return titles
}

// head returns the head of a page with a title in the language of the page.
func head(lang, title, url string) page.Head {
	return page.Head{
		Title:     title,
		Lang:      lang,
		Dir:       Direction(lang, title),
		Canonical: url,
	}
}

// listed converts a piece to its form in lists. why is the message on the link to its page.
func (s *site) listed(it *item, why string) page.Listed {
	v := page.Listed{
		Title:     it.title,
		URL:       it.url,
		Lang:      it.lang,
		Dir:       it.dir,
		By:        s.people.byline(it),
		Publisher: it.publisher,
		Paper:     s.people.paperURL(it),
		When:      it.day,
		Hour:      s.hour(it),
		Note:      it.note,
		Excerpt:   it.excerpt,
		Topics:    mapped(it.topics, func(t topicTag) string { return t.title }),
		Others:    it.others,
	}
	v.Kind = shownKind(it)
	if it.piece.ID > 0 {
		v.Page, v.Why = s.at.pieceURL(it.piece.ID), s.words.Say(it.lang, why)
	}
	return v
}

// hour returns the hour of a piece; see [Hour].
func (s *site) hour(it *item) string { return Hour(it.date, it.day, s.options.Timezone) }

// shownKind returns the kind of an item if it is of interest to a reader, else "".
func shownKind(it *item) string {
	if it.piece.Kind == oped.Opinion { // it goes without saying
		return ""
	}
	return line(string(it.piece.Kind))
}

// html returns the metadata of an HTML page.
func (s *site) html(modified time.Time) Meta {
	return Meta{
		Status:    http.StatusOK,
		MediaType: htmlType,
		Policy:    s.pages.Policy(),
		Modified:  modified,
	}
}

// feed returns the metadata of a feed in a format. A browser showing a feed loads its style sheet and
// nothing else.
func (s *site) feed(f feed.Format, modified time.Time) Meta {
	policy := "default-src 'none'; style-src " + s.at.base + "/" + feedStyles + "; sandbox"
	return Meta{
		Status:    http.StatusOK,
		MediaType: f.MediaType() + "; charset=utf-8",
		Policy:    policy,
		Modified:  modified,
	}
}
