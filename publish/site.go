package publish

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/parse"
	"oped/publish/coding"
	"oped/publish/page"
)

// site holds the data shared by all pages, and the pages kept in memory. It never changes; a Build
// replaces it.
type site struct {
	at        addresses
	words     *page.Words
	items     items
	people    people
	pages     *page.Set
	entries   entries
	encoder   *coding.Encoder
	options   *Options
	rows      Rows
	counts    *pieceCounts
	countries map[string]string // of feeds, by URL

	rendering string // identifies the options and slugs behind all pages
	number    int64  // of the last change shown
	editions  []oped.EditionState
	gone      map[string]bool // names of removed editions
	feedList  []oped.FeedState
	carried   map[string][]oped.FeedState // the feeds of each publisher
	failure   *exportFailure              // of the last Export; nil: it did not fail
	today     time.Time                   // the day that pages call today; zero if none is stored
	offline   time.Time                   // when the network was lost; zero: it works
	front     map[string]*topicRows       // by edition of the front page
	digests   map[string]*digestIssues    // by digest edition
	rhythms   map[string][]time.Time      // by URL, the days with an entry of possibly silent feeds
	files     map[string]*Rendered        // by name: the pages that are kept
}

// siteOf makes a site with some feeds. It keeps no pages yet.
func (p *Publisher) siteOf(feeds []oped.FeedState) *site {
	s := &site{
		at:        p.items.at,
		words:     p.items.words,
		items:     p.items,
		pages:     p.pages,
		encoder:   p.encoder,
		failure:   p.failing.Load(),
		options:   &p.options,
		rows:      p.rows,
		counts:    &p.counts,
		gone:      map[string]bool{},
		countries: map[string]string{},
		feedList:  feeds,
		digests:   map[string]*digestIssues{},
		files:     map[string]*Rendered{},
	}
	s.items.feeds = make(feedStates, len(feeds))
	s.items.zones = make(map[string]*time.Location, len(feeds))
	for _, f := range feeds {
		s.countries[f.URL] = f.Country
		s.items.feeds[f.URL], s.items.zones[f.URL] = f, parse.FeedZone(&f.Feed)
	}
	s.carried = feedsOf(s.items.feeds)
	s.entries = entries{&s.items, p.sanitiser}
	s.people = people{s.at, publishersOf(s.items.feeds), p.options.Catalog != nil}
	s.rendering = optionsVersion(s.options) + string(s.people.slugs.version())
	return s
}

// newSite reads the data shared by all pages. It keeps no pages yet.
func (p *Publisher) newSite(ctx context.Context, c *oped.ChangeSet, before *site) (*site, error) {
	feeds, err := p.rows.Feeds.All(ctx)
	if err != nil {
		return nil, err
	}
	s := p.siteOf(feeds)
	s.number, s.today = c.Number, c.Today
	if s.editions, err = p.rows.Editions.All(ctx); err != nil {
		return nil, err
	}
	for _, name := range s.editionNames() {
		if !validName().MatchString(name) {
			return nil, fmt.Errorf("invalid edition name %q: use a-z, 0-9 and -, at most 64 characters", name)
		}
	}
	removed, err := p.rows.Editions.Removed(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range removed {
		s.gone[name] = true
	}
	if err := s.readDigests(ctx, c, before); err != nil {
		return nil, err
	}
	waits, err := p.rows.Feeds.Waits(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range waits {
		if w.Domain == "" {
			s.offline = w.Since
		}
	}
	return s, healthKind{s}.readRhythms(ctx, before)
}

// kept returns the kinds of pages rendered on a change and kept in memory.
func (s *site) kept() []Kind {
	kinds := []Kind{frontKind{s}, headKind{s}, aboutKind{s}, newListKind(s)}
	if s.options.Health && s.edition(healthName) == nil {
		kinds = append(kinds, healthKind{s})
	}
	return kinds
}

// asked returns the kinds of pages rendered on request, or when files are written.
func (s *site) asked() []Kind {
	kinds := []Kind{archiveKind{s}, archivePageKind{s}, calendarKind{s}, issueKind{s}, pieceKind{s}, chartKind{s}}
	if s.answers() {
		kinds = append(kinds, citeKind{s})
	}
	if s.options.Catalog != nil {
		kinds = append(kinds, publisherListKind{s}, publisherKind{s}, authorListKind{s}, authorKind{s})
	}
	if s.hasIndex() {
		kinds = append(kinds, searchKind{s})
	}
	return kinds
}

// answers reports whether a server answers requests for more than the files.
func (s *site) answers() bool { return s.options.Search == ServerSearch }

// explains reports whether pieces have a page of details.
func (s *site) explains() bool { return s.options.Search != NoServer }

// searches reports whether there is a search.
func (s *site) searches() bool {
	return s.options.Catalog != nil && (s.options.Search == ServerSearch || s.options.Search == IndexSearch)
}

// edition returns a configured edition by name, or nil.
func (s *site) edition(name string) *oped.EditionState {
	i := slices.IndexFunc(s.editions, func(e oped.EditionState) bool { return e.Name == name })
	if i < 0 {
		return nil
	}
	return &s.editions[i]
}

// editionNames returns the names of the configured editions.
func (s *site) editionNames() []string {
	return mapped(s.editions, func(e oped.EditionState) string { return e.Name })
}

// changedEditions returns the names of the configured editions among the changed ones.
func (s *site) changedEditions(c *oped.ChangeSet) []string {
	return slices.DeleteFunc(s.editionNames(), func(name string) bool { return !slices.Contains(c.Editions, name) })
}

// expand adds the consequences of changes after a number: the pieces that show changed data of a feed,
// and the editions of changed pieces.
func (s *site) expand(ctx context.Context, c *oped.ChangeSet, number int64) (*oped.ChangeSet, error) {
	pieces, editions := map[oped.PieceID]bool{}, map[string]bool{}
	for _, name := range c.Editions {
		editions[name] = true
	}
	look := func(h *oped.PieceHeader) {
		if h.Version <= number {
			return // it shows none of the changed data of its feed
		}
		pieces[h.ID] = true
		for _, name := range h.Editions {
			editions[name] = true
		}
	}
	err := eachHeader(ctx, s.rows, c.Pieces, look)
	for _, url := range c.Feeds {
		var ids []oped.PieceID
		if err == nil {
			ids, err = s.rows.Pieces.IDsOfFeed(ctx, url, number)
		}
		if err == nil {
			err = eachHeader(ctx, s.rows, ids, look)
		}
	}
	if err != nil {
		return nil, err
	}
	wide := *c
	wide.Pieces, wide.Editions = slices.Sorted(maps.Keys(pieces)), slices.Sorted(maps.Keys(editions))
	return &wide, nil
}

// eachHeader calls do for the headers of some pieces.
func eachHeader(ctx context.Context, rows Rows, ids []oped.PieceID, do func(*oped.PieceHeader)) error {
	for part := range slices.Chunk(ids, pageOfIDs) {
		headers, err := rows.Pieces.Headers(ctx, part)
		if err != nil {
			return err
		}
		for i := range headers {
			do(&headers[i])
		}
	}
	return nil
}

// pageOfIDs is the number of ids read at a time.
const pageOfIDs = 512

// configuration identifies the inputs of all pages beside numbered rows.
func (s *site) configuration() Version {
	var d hasher
	d.strings(s.rendering)
	for i := range s.editions {
		d.edition(&s.editions[i])
		// pages of publishers and authors link to the editions of their pieces alone
		d.strings(s.editions[i].Filter.Canonical())
	}
	d.strings(slices.Sorted(maps.Keys(s.gone))...)
	for i := range s.feedList {
		d.strings(s.feedList[i].URL, s.feedList[i].Publisher) // without its feed, a publisher keeps no page
	}
	d.numbers(boolToInt(s.options.Precompress), boolToInt(s.options.Health))
	d.strings(strings.TrimSpace(s.options.Contact), s.options.ContentSignal)
	d.strings(s.options.Hubs...)
	return d.version()
}

// hashRows adds the version of rows. If they are newer than the site, the site's feeds may be older
// than the rows, and the next site has another page.
func (s *site) hashRows(d *hasher, version int64) {
	d.numbers(version)
	if version > s.number {
		d.numbers(s.number)
	}
}

// edition adds the data of an edition shown on pages, without its pieces.
func (d *hasher) edition(e *oped.EditionState) {
	d.strings(e.Name, e.AtomID, e.Title, e.Subtitle, e.Lang, string(e.Digest))
	d.numbers(int64(e.Excerpt), boolToInt(e.Full), int64(e.Limit))
	d.times(e.Created)
}
