package publish

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"oped"
	"oped/publish/page"
)

// frontKind is the kind of the front page: the newest pieces of each topic.
type frontKind struct{ site *site }

const (
	indexFile   = "index.html"
	frontPieces = 3  // of each topic
	frontWeeks  = 12 // the counted ones
	week        = 7 * 24 * time.Hour
)

// topicRows are the rows of an edition on the front page. They are read again when the edition changes, or the day.
type topicRows struct {
	pieces []oped.Piece // the newest
	weeks  []int        // number of pieces in each of the last weeks
}

// sections returns the editions of the front page, in the configured order.
func (s *site) sections() (all []*oped.EditionState) {
	for _, x := range s.options.Sections {
		if e := s.edition(x.Name); e != nil { // else it is not stored yet
			all = append(all, e)
		}
	}
	return all
}

// readFront reads the rows of the front page, except those unchanged since an earlier site.
func (s *site) readFront(ctx context.Context, c *oped.ChangeSet, everything bool, before *site) error {
	s.front = map[string]*topicRows{}
	for i, e := range s.sections() {
		have := before.front[e.Name]
		if have == nil || everything || c.NewDay || slices.Contains(c.Editions, e.Name) {
			var err error
			if have, err = s.topicRows(ctx, e, i); err != nil {
				return err
			}
		}
		s.front[e.Name] = have
	}
	return nil
}

// topicRows reads the rows of an edition on the front page. Only the first editions have pieces there.
func (s *site) topicRows(ctx context.Context, e *oped.EditionState, place int) (*topicRows, error) {
	weeks, err := s.weeks(ctx, e, frontWeeks)
	if err != nil || place >= maxSections {
		return &topicRows{weeks: weeks}, err
	}
	ids, err := s.rows.Editions.Head(ctx, e.Name, frontPieces)
	if err != nil {
		return nil, err
	}
	pieces, err := s.rows.Pieces.Listed(ctx, ids)
	return &topicRows{pieces, weeks}, err
}

// weeks returns the number of pieces in each of the last n weeks. The last week ends with today.
func (s *site) weeks(ctx context.Context, e *oped.EditionState, n int) ([]int, error) {
	return s.rows.Editions.CountPer(ctx, e.Name, s.firstWeek(n), week, n)
}

// firstWeek returns the beginning of the first of the last n weeks, in the time zone of the site.
func (s *site) firstWeek(n int) time.Time {
	y, m, d := s.today.Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, cmp.Or(s.options.Timezone, time.UTC)).Add(-time.Duration(n) * week)
}

func (frontKind) Match(name string) bool { return name == indexFile }

// Pages renders the page. It has no Last-Modified: the day and the state of feeds change it, too.
func (k frontKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	return pagesOf(names, func(name string) (Page, error) {
		v, err := k.view(ctx)
		if err != nil {
			return Page{}, err
		}
		var b bytes.Buffer
		m := k.site.html(time.Time{})
		m.Signals, err = v.Signals, k.site.pages.Write(&b, v)
		return finished(name, m, b.Bytes()), err
	})
}

// Affected returns the page in any case: a fetch changes the state of the feeds.
func (k frontKind) Affected(ctx context.Context, _ *oped.ChangeSet) iter.Seq2[string, error] {
	return k.All(ctx)
}

func (frontKind) All(context.Context) iter.Seq2[string, error] { return each([]string{indexFile}) }

// language returns the language of the site's own pages: Urdu if all topics are in Urdu.
func (s *site) language() string {
	english := func(e oped.Edition) bool { return page.Spoken(language(e.Lang, "en")) != "ur" }
	if len(s.options.Sections) == 0 || slices.ContainsFunc(s.options.Sections, english) {
		return "en"
	}
	return "ur"
}

// view builds the page.
func (k frontKind) view(ctx context.Context) (*page.Front, error) {
	s, lang := k.site, k.site.language()
	v := &page.Front{
		Head:   head(lang, siteTitle(s.options), s.at.base+"/"),
		Today:  s.today,
		Charts: s.at.base + "/" + chartFolder,
	}
	v.Dir, v.Section, v.Subtitle = Direction(lang, ""), "front", line(s.options.Description)
	if !s.offline.IsZero() {
		v.Offline = minuteText(believable(s.offline))
	}
	stored := false
	for i, e := range s.sections() {
		rows := s.front[e.Name]
		if rows == nil { // an export of a site that was not built
			var err error
			if rows, err = s.topicRows(ctx, e, i); err != nil {
				return nil, err
			}
		}
		stored = stored || e.Pieces > 0
		t, said := k.topical(e, rows)
		if v.Signals = v.Signals.And(said); i < maxSections {
			v.Topics = append(v.Topics, t)
			v.Feeds = append(v.Feeds, s.at.feedLinks(t.Title, e.Name)[0])
		} else {
			v.More = append(v.More, t)
		}
	}
	if !stored {
		v.Fetching = fetching(s.feedList)
	}
	return v, nil
}

// topical returns an edition on the front page, and the wishes of the publishers of its headlines.
func (k frontKind) topical(e *oped.EditionState, rows *topicRows) (page.Topical, oped.Signals) {
	title, lang := titleOf(e), language(e.Lang, "en")
	t := page.Topical{
		Title: title,
		Lang:  lang,
		Dir:   Direction(lang, title),
		Page:  k.site.at.pageURL(e.Name),
		Atom:  k.site.at.atomURL(e.Name),
		Weeks: rows.weeks,
	}
	all := k.site.items.all(&oped.EditionState{}, rows.pieces)
	for _, it := range all {
		t.Pieces = append(t.Pieces, k.headline(it))
	}
	return t, signals(all)
}

func (k frontKind) headline(it *item) page.Headline {
	h := page.Headline{
		Title: it.title,
		URL:   it.url,
		Lang:  it.lang,
		Dir:   it.dir,
		By:    k.site.people.byline(it),
		When:  it.day,
	}
	if !it.day.Before(k.site.today) {
		h.Hour = k.site.hour(it)
	}
	if it.publisher != "" {
		h.Paper = &page.Link{Name: it.publisher, URL: k.site.people.paperURL(it)}
	}
	if h.URL == "" && it.piece.ID > 0 {
		h.URL = k.site.at.pieceURL(it.piece.ID)
	}
	return h
}

// fetching counts the feeds that are fetched; nil without one.
func fetching(feeds []oped.FeedState) *page.Fetching {
	var f page.Fetching
	for i := range feeds {
		s := &feeds[i]
		switch {
		case !s.Enabled || s.Paused:
			continue
		case !s.LastSuccess.IsZero():
			f.Answered++
		case s.Failures > 0:
			f.Failed++
		}
		f.Feeds++
	}
	if f.Feeds == 0 {
		return nil
	}
	return &f
}
