// Package publish turns editions into what people read: Atom (RFC 4287), HTML pages, lists of feeds (OPML), as files and over HTTP.
//
// # What it promises
//
// Every Atom document is valid, whatever the newspapers wrote into theirs. The same rows give the same bytes: nothing published
// depends on a clock, on the process or on the machine, so that an entity tag is the same after a restart. Ids are never made
// here; they come from the store. HTML of others is sanitised on its way out, and of their words no more than an excerpt goes out
// unless somebody who has the permission has said otherwise. Readers see the document before or the one after, never half of one.
package publish

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"oped"
	"oped/topic"
)

// Options say where and how to publish.
type Options struct {
	BaseURL string       // absolute, without a slash at its end; all links come from it
	Dir     string       // "": serve only; else files are written there too, with the same names and the same bytes
	Version string       // of oped, for atom:generator
	Excerpt int          // words of a piece that are republished where nothing says otherwise; 0: 60
	Hubs    []string     // where changes of editions are told (WebSub)
	Topics  []oped.Topic // whose titles are the labels of categories
	// Explain tells of every topic why a piece is on it, or is not; it has to be pure. nil: the pages of pieces show the stored tags only.
	Explain func(*oped.Piece) []topic.Explanation
	// Rules names all that Explain goes by beside the piece itself, the program included: where it changes, pages may. nil: nothing.
	Rules func() string
	// Library is where pages of publishers and authors and the search find their pieces; nil: there are no such pages.
	Library Library
	Judge   func() *topic.Tagger // the rules in force, which pages about editions show; nil: they show none
	Lists   []oped.List          // that queries of readers may name
	Contact string               // of who withdraws pieces: an e-mail address or a web address; "": pages name none

	Log  *slog.Logger     // nil: none
	Now  func() time.Time // for what is no document: durations in the log, and how long an answer is fresh; nil: neither is told
	Next func() time.Time // when the next feed is fetched, or a digest's period ends, until which answers are fresh; asked at each request. nil: five minutes

	MinPoll        time.Duration  // once in this time may a reader ask for a feed, after a burst; 0: as often as it likes
	TrustedProxies []netip.Prefix // whose X-Forwarded-For tells readers apart

	Health      bool // tells of feeds that fail or fell silent, in health.atom
	Precompress bool // writes each file in its codings too, as NAME.gz, NAME.br and NAME.zst
	FilesOnly   bool // nothing is served by this process: what only answers need is not made
	// ServeOn lets Publish and PublishAll go on where a folder that worked cannot be written any more, or its disk is full or broken: that is logged, what
	// is served is up to date, and what was not written is written with the next publication.
	ServeOn bool
}

// Shelf is where the rows come from.
type Shelf interface {
	Editions(ctx context.Context) ([]oped.EditionState, error)
	EditionPieces(ctx context.Context, name string, limit int) iter.Seq2[oped.Piece, error]
	RemovedEditions(ctx context.Context) ([]string, error) // that were configured once, and are not now
	Feeds(ctx context.Context) ([]oped.FeedState, error)
	PrintDays(ctx context.Context, feedURL string, most int) ([]time.Time, error) // on which a feed had an entry, the latest first
	// Piece finds a piece by its id, in decimal; the id of one that was merged leads on. oped.ErrNotFound if there is none.
	Piece(ctx context.Context, ref string) (oped.Piece, error)
	LeadsTo(ctx context.Context, id oped.PieceID) (oped.PieceID, error) // itself, or what it was merged into; oped.ErrNotFound if there never was such a piece
	LeadingTo(ctx context.Context, id oped.PieceID) ([]oped.PieceID, error)
	RelationsOf(ctx context.Context, ids []oped.PieceID) (map[oped.PieceID][]oped.Relation, error) // of pieces, or of those that they lead to; the latest first
	RevisionsOf(ctx context.Context, rows []int64) (map[int64][]oped.Revision, error)              // of entries, the oldest first

	Backlog(ctx context.Context, edition string) (oped.Backlog, error)
	Oldest(ctx context.Context, edition string, n int) ([]oped.PieceID, error) // at the head, the oldest first
	PiecesOf(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error)    // those that stand, in this order
	// ListPieces is PiecesOf without texts, but for the beginning of a piece that has no headline.
	ListPieces(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error)
	Moves(ctx context.Context, edition string) ([]oped.Move, error) // of an edition, in the order of its record
	PutArchive(ctx context.Context, a oped.Archive) error           // oped.ErrStale if the rows have changed
	Archive(ctx context.Context, edition string, number int64) (oped.Archive, error)
	ArchivePage(ctx context.Context, edition string, number int64) (oped.ArchivePage, error) // oped.ErrNotFound if nothing leads to it
	ArchivesWith(ctx context.Context, edition string, pieces []oped.PieceID) ([]int64, error)

	// Unfiled are the pieces that were touched since files were brought up to date, and the mark of the last touch; Filed notes that files tell of all up to a mark.
	Unfiled(ctx context.Context) (pieces []oped.PieceID, mark int64, err error)
	Filed(ctx context.Context, mark int64) error
}

const (
	defaultLimit = 50
	maxBytes     = 512 << 10 // of an Atom document: more, and readers refuse it

	htmlType = "text/html; charset=utf-8"
	opmlType = "text/x-opml; charset=utf-8"
	cssType  = "text/css; charset=utf-8"

	// dataPolicy is the content security policy of what is not a page.
	dataPolicy = "default-src 'none'; sandbox"
)

// Publisher renders editions and serves them. It may be used from several goroutines.
type Publisher struct {
	options Options
	shelf   Shelf
	render  *Renderer
	log     *slog.Logger

	path  string // of BaseURL
	fresh *freshness
	polls *limiter

	mu     sync.Mutex   // one publication at a time
	zip    *zipper      // used under mu
	filing filing       // used under mu
	idle   chan *zipper // for pages that are made on request
	search *turns       // of searches
	site   atomic.Pointer[site]

	rhythms map[string]rhythm // of feeds that may be silent, by URL; used under mu
}

// site is all that is published, and what it was made of. It never changes; a publication puts another in its place.
type site struct {
	files    map[string]*representation // by name, but for the pages of pieces
	pieces   map[oped.PieceID]*pieceDocument
	heads    map[string][]oped.PieceID           // by edition: the pieces at its head, whose pages are in pieces
	galleys  map[string]map[oped.PieceID]*galley // by edition: the pieces at its head, set
	archives map[string]int64                    // by edition: the highest number of an archive
	newest   map[string]int64                    // by edition: the newest archive that something leads to; 0: none
	issues   map[string][]issue                  // by digest edition, the newest first, without their pieces
	feeds    Feeds
	slugs    slugs // of the publishers of the feeds
	editions []oped.EditionState
	fetched  time.Time       // the last time at which a feed was
	gone     map[string]bool // editions that were removed
}

func (s *site) atHeads() map[oped.PieceID]bool {
	at := map[oped.PieceID]bool{}
	for _, ids := range s.heads {
		for _, id := range ids {
			at[id] = true
		}
	}
	return at
}

// New makes a Publisher. Nothing is read or written before the first publication.
func New(o Options, s Shelf) *Publisher {
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	p := &Publisher{
		options: o,
		shelf:   s,
		render:  NewRenderer(o),
		log:     log,
		zip:     newZipper(),
		idle:    make(chan *zipper, atOnce),
		search:  newTurns(atOnce),
	}
	p.path, p.fresh, p.polls = pathOf(p.render.base), &freshness{now: o.Now, next: o.Next}, newLimiter(&o)
	p.zip.idle = o.FilesOnly && !o.Precompress
	for range atOnce {
		p.idle <- newZipper()
	}
	return p
}

// Publish renders the editions that have changed, each once, the lists that name them, the pages of the pieces at their heads, and those of
// pieces that were touched and are at another head, and the feed of the feeds' health. Names that are no edition of the configuration are passed over.
func (p *Publisher) Publish(ctx context.Context, c oped.Changes) error {
	var err error
	if c.Pieces, err = p.concerned(ctx, c.Pieces); err != nil {
		return err
	}
	if len(c.Editions) == 0 && !p.shows(c.Pieces) {
		return p.publishHealth(ctx) // nobody sees another difference
	}
	return p.publish(ctx, c, whatChanged)
}

// PublishAll renders everything. Of files, only those are written whose bytes differ; those of editions that are configured no more are removed.
func (p *Publisher) PublishAll(ctx context.Context) error {
	return p.publish(ctx, oped.Changes{}, everything)
}

// Refresh is PublishAll, and brings the files of pieces that have left all heads up to date, too: what a rule says of them may have changed.
func (p *Publisher) Refresh(ctx context.Context) error {
	return p.publish(ctx, oped.Changes{}, everyFile)
}

// PublishFiles is PublishAll for a process that serves nothing: the page of a piece is rendered only where its file was made of other rows. The files
// of pieces that were touched are brought up to date wherever they stand.
func (p *Publisher) PublishFiles(ctx context.Context, touched []oped.PieceID) error {
	pieces, err := p.concerned(ctx, touched)
	if err != nil {
		return err
	}
	return p.publish(ctx, oped.Changes{Pieces: pieces}, onlyFiles)
}

// extent is how much a publication renders.
type extent int

const (
	whatChanged extent = iota // the editions that have changed
	everything                // all
	everyFile                 // all, and the files of pieces that are at no head
	onlyFiles                 // all but the pages of pieces whose files need no work
)

// publish renders what has changed, or all, and swaps it in; then it renders what there are but files of, and writes files.
func (p *Publisher) publish(ctx context.Context, c oped.Changes, much extent) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	mark, err := p.unfiled(ctx, &c)
	if err != nil {
		return err
	}
	before := p.site.Load()
	if before == nil || much != whatChanged {
		before = &site{}
	}
	next, feeds, err := p.begin(ctx, before)
	if err != nil {
		return err
	}
	fresh := map[string]*representation{}
	pages := &pieceMaker{Publisher: p, before: before.pieces, after: next, fresh: map[string]*representation{}}
	if much == onlyFiles {
		defer pages.compare(p.options.Dir)()
	}
	for _, e := range next.editions {
		if !validName.MatchString(e.Name) {
			return fmt.Errorf("edition %q: a name is made of a-z, 0-9 and -, 64 at most", e.Name)
		}
		if much == whatChanged && !slices.Contains(c.Editions, e.Name) && !turned(&e, before.fetched, next.fetched) {
			next.heads[e.Name], next.archives[e.Name], next.newest[e.Name] = before.heads[e.Name], before.archives[e.Name], before.newest[e.Name]
			next.galleys[e.Name] = before.galleys[e.Name]
			if issues := before.issues[e.Name]; issues != nil {
				next.issues[e.Name] = issues
			}
			continue
		}
		var err error
		if e.Digest != "" {
			err = p.publishIssues(ctx, fresh, pages, e, changed{before.issues[e.Name], c.Pieces, much == everyFile})
		} else {
			err = p.edition(ctx, fresh, pages, e)
		}
		if err == nil {
			err = p.aboutFile(ctx, fresh, next, e)
		}
		if err != nil {
			return fmt.Errorf("publish %s: %w", e.Name, err)
		}
	}
	if err := pages.others(ctx, before, c.Pieces); err != nil {
		return fmt.Errorf("publish the pages of pieces: %w", err)
	}
	if err := p.lists(fresh, next.editions, feeds); err != nil {
		return fmt.Errorf("publish the lists: %w", err)
	}
	if err := p.health(ctx, fresh, next.editions, feeds); err != nil {
		return fmt.Errorf("publish the health of the feeds: %w", err)
	}
	maps.Copy(next.files, fresh)
	p.site.Store(next)
	if p.options.Dir == "" {
		return nil
	}
	if err := p.onlyAsFiles(ctx, pages, c, much); err != nil {
		p.owe(maps.Keys(fresh))
		p.owe(maps.Keys(pages.fresh))
		return err
	}
	maps.Copy(fresh, pages.fresh)
	if err := p.keep(ctx, pages, fresh, c.Editions, much); err != nil || mark == 0 || len(p.filing.owed) > 0 {
		return err
	}
	return p.shelf.Filed(ctx, mark)
}

// unfiled adds what was touched before and is in no file yet, because a process ended or a disk was full, and gives the mark of the last touch; 0: there is none.
func (p *Publisher) unfiled(ctx context.Context, c *oped.Changes) (int64, error) {
	if p.options.Dir == "" {
		return 0, nil
	}
	before, mark, err := p.shelf.Unfiled(ctx)
	if err != nil {
		return 0, err
	}
	known := map[oped.PieceID]bool{}
	for _, id := range c.Pieces {
		known[id] = true
	}
	before = slices.DeleteFunc(before, func(id oped.PieceID) bool { return known[id] })
	if len(before) == 0 {
		return mark, nil
	}
	before, err = p.concerned(ctx, before)
	c.Pieces = slices.Concat(c.Pieces, before)
	return mark, err
}

// onlyAsFiles makes what is made of rows for readers who ask for it, and is no part of what stands in memory.
func (p *Publisher) onlyAsFiles(ctx context.Context, pages *pieceMaker, c oped.Changes, much extent) error {
	if err := pages.stale(ctx, p.options.Dir, c.Pieces, much == everyFile); err != nil {
		return fmt.Errorf("publish the pages of pieces: %w", err)
	}
	if err := p.archivePages(ctx, pages, c.Pieces, much == everyFile); err != nil {
		return fmt.Errorf("publish the pages of archives: %w", err)
	}
	if err := p.people(ctx, pages, c, much); err != nil {
		return fmt.Errorf("publish the pages of publishers and authors: %w", err)
	}
	return nil
}

// begin is a site with the editions and feeds of now and the files of before.
func (p *Publisher) begin(ctx context.Context, before *site) (*site, []oped.FeedState, error) {
	editions, err := p.shelf.Editions(ctx)
	if err != nil {
		return nil, nil, err
	}
	feeds, err := p.shelf.Feeds(ctx)
	if err != nil {
		return nil, nil, err
	}
	gone, err := p.removed(ctx)
	if err != nil {
		return nil, nil, err
	}
	next := &site{
		gone: gone, files: map[string]*representation{}, pieces: map[oped.PieceID]*pieceDocument{}, heads: map[string][]oped.PieceID{}, galleys: map[string]map[oped.PieceID]*galley{}, archives: map[string]int64{}, newest: map[string]int64{}, issues: map[string][]issue{}, feeds: make(Feeds, len(feeds)), editions: editions, fetched: lastFetch(feeds),
	}
	maps.Copy(next.files, before.files)
	for _, f := range feeds {
		next.feeds[f.URL] = f
	}
	next.slugs = publishersOf(next.feeds)
	return next, feeds, nil
}

// validName is what an edition may be called; files are named after it.
var validName = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

// edition renders one edition in all formats and as a page, and the pages of the pieces in it.
func (p *Publisher) edition(ctx context.Context, files map[string]*representation, pages *pieceMaker, e oped.EditionState) error {
	began := p.now()
	head, err := p.head(ctx, pages.after, e)
	if err != nil {
		return err
	}
	if err := p.feedFiles(files, e, head.docs); err != nil {
		return err
	}
	place := p.render.headPlace(e.Name, p.render.olderURL(e.Name, pages.after.newest[e.Name]))
	if err := p.page(files, pages.after, e, place, head.galleys); err != nil {
		return err
	}
	pages.after.galleys[e.Name] = kept(head, func(f Format) []byte {
		if f == listing {
			_, list, _ := bytes.Cut(files[place.file].plain.body, []byte(beforeList))
			return list
		}
		return files[feedFile(e.Name, f)].plain.body
	})
	if err := pages.makeAll(ctx, head.pieces); err != nil {
		return err
	}
	pages.after.heads[e.Name] = idsOf(head.pieces)
	p.told(e.Name, len(head.pieces), files[atomFile(e.Name)], began)
	return nil
}

// sheet is the head of an edition that has no archive.
func (p *Publisher) sheet(e *oped.EditionState) *Sheet {
	return &Sheet{Edition: *e, Hubs: p.options.Hubs}
}

// feedFiles makes the documents of an edition's head ready to be served.
func (p *Publisher) feedFiles(files map[string]*representation, e oped.EditionState, docs map[Format][]byte) error {
	for _, f := range Formats() {
		if err := p.prepare(files, feedFile(e.Name, f), f.MediaType()+"; charset=utf-8", p.render.feedPolicy(), believable(e.Updated, e.Created), docs[f]); err != nil {
			return err
		}
	}
	return nil
}

// page makes the page of an edition with some pieces.
func (p *Publisher) page(files map[string]*representation, now *site, e oped.EditionState, at pagePlace, galleys []*galley) error {
	page, err := p.pageIn(now, e, at, galleys)
	if err != nil {
		return err
	}
	return p.prepare(files, at.file, htmlType, p.render.pagePolicy(), believable(e.Updated, e.Created), page)
}

// pageOf is page of pieces, for one that is not at a head.
func (p *Publisher) pageOf(z *zipper, now *site, e oped.EditionState, at pagePlace, pieces []oped.Piece) (*representation, error) {
	page, err := p.pageIn(now, e, at, p.render.loose(&e, now.feeds, pieces))
	if err != nil {
		return nil, err
	}
	return z.representation(htmlType, p.render.pagePolicy(), believable(e.Updated, e.Created), page)
}

func (p *Publisher) pageIn(now *site, e oped.EditionState, at pagePlace, galleys []*galley) ([]byte, error) {
	var page bytes.Buffer
	err := p.render.renderEdition(&page, now.slugs, e, galleys, at)
	return page.Bytes(), err
}

// prepare makes a file ready to be served. What is served already, to the byte, stays as it is: it is not compressed again.
func (p *Publisher) prepare(files map[string]*representation, name, mediaType, policy string, modified time.Time, body []byte) error {
	if now := p.site.Load(); now != nil && now.files[name].is(mediaType, policy, modified, body) {
		files[name] = now.files[name]
		return nil
	}
	rep, err := p.zip.representation(mediaType, policy, modified, body)
	if err == nil {
		files[name] = rep
	}
	return err
}

// told logs that an edition was rendered.
func (p *Publisher) told(edition string, n int, atom *representation, began time.Time) {
	attrs := []any{"edition", edition, "pieces", n, "bytes", len(atom.plain.body), "etag", atom.plain.etag}
	if p.options.Now != nil {
		attrs = append(attrs, "dur", p.now().Sub(began).Round(time.Millisecond))
	}
	p.log.Info("published", attrs...)
}

// lists renders the index and the two OPML documents.
func (p *Publisher) lists(files map[string]*representation, editions []oped.EditionState, feeds []oped.FeedState) error {
	var changed time.Time
	for _, e := range editions {
		if t := believable(e.Updated, e.Created); t.After(changed) {
			changed = t
		}
	}
	for _, list := range []struct {
		name, mediaType, policy string
		changed                 time.Time
		write                   func(*bytes.Buffer) error
	}{
		{"index.html", htmlType, p.render.pagePolicy(), changed, func(b *bytes.Buffer) error { return p.render.RenderIndex(b, editions) }},
		{"feed.css", cssType, dataPolicy, time.Time{}, func(b *bytes.Buffer) error { _, err := b.WriteString(feedStyle); return err }},
		{"editions.opml", opmlType, dataPolicy, time.Time{}, func(b *bytes.Buffer) error {
			return WriteOPML(b, "Editions of "+p.render.host(), EditionOutlines(p.render.base, editions))
		}},
		{"feeds.opml", opmlType, dataPolicy, time.Time{}, func(b *bytes.Buffer) error {
			return WriteOPML(b, "Feeds behind "+p.render.host(), FeedOutlines(feeds))
		}},
	} {
		var b bytes.Buffer
		if err := list.write(&b); err != nil {
			return err
		}
		if err := p.prepare(files, list.name, list.mediaType, list.policy, list.changed, b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// each gives things one by one, without an error.
func each[T any](all []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, one := range all {
			if !yield(one, nil) {
				return
			}
		}
	}
}

// now is the time, zero where nobody has given us a clock.
func (p *Publisher) now() time.Time {
	if p.options.Now == nil {
		return time.Time{}
	}
	return p.options.Now()
}
