package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"oped"
	"oped/config"
	"oped/fetcher"
	"oped/ingest"
	"oped/publish"
	"oped/publish/web"
	"oped/store"
)

// Options is the environment of an [App]: its log, clock and version, and how it was started.
type Options struct {
	Log     *slog.Logger
	Now     func() time.Time
	Version string
	Applies string       // curator on whose behalf Open activates all drafts; "": none
	User    string       // of a client, for the log of a daemon
	Note    func(string) // prints a sentence while a client waits for a daemon
	// Progress shows the steps of long work; nil: nothing does.
	Progress func(Step)

	serves  bool // serve pages, besides writing files
	decides bool // carry out one method: drafts are not logged
}

// App holds the parts of oped, connected for one configuration. [Open] returns one.
type App struct {
	cfg       *config.Config
	options   Options
	store     *store.Store
	fetcher   *fetcher.Fetcher
	ingester  *ingest.Ingester
	publisher *publish.Publisher
	site      *web.Handler // serves the pages of publisher
	active    *activeRules // rules behind the explanations of publisher
	next      *nextTime    // fetch
	hold      *nextTime    // end of a hold
	announcer *announcer   // nil: there is no hub
	exports   wake         // nil: publish exports files itself
	log       *slog.Logger
	now       func() time.Time
	wired     time.Time // time of connect
	queues    queues

	lasting     context.Context                // context of the daemon; nil: a command
	changed     func()                         // asks the daemon to reload its configuration; nil: no daemon
	followers   *followers                     // get every decision; nil: no daemon
	withoutLock func(*App, func() error) error // of unlocked; nil: no daemon
	// found keeps a discovered document for the first fetch after the reload; nil: no daemon
	found func(fetcher.Discovered)

	mu    sync.Mutex
	total Total
	after func(oped.Fetched, oped.Changes) // called after each ingested fetch; may be nil
}

// connect connects the parts on an open store and brings the store in line with the configuration. It syncs feeds
// and editions, adds the rules of new topics, removes those of removed topics, and tags stored pieces again
// where feeds or editions changed. The rules of other topics stay active as they are, even if the configuration
// has another draft. It returns errors of the store.
func connect(ctx context.Context, cfg *config.Config, st *store.Store, o Options) (*App, error) {
	now := o.Now()
	if err := st.Feeds.Sync(ctx, cfg.Feeds, now); err != nil {
		return nil, err
	}
	if err := addAuthors(ctx, cfg, st); err != nil {
		return nil, err
	}
	if err := st.Editions.Sync(ctx, cfg.Editions, authority(cfg.BaseURL), now); err != nil {
		return nil, err
	}
	rules, err := reconcile(ctx, cfg, st, o, now)
	if err != nil {
		return nil, err
	}
	unlinked, err := st.Pieces.UnlinkedUntil(ctx)
	if err != nil {
		return nil, err
	}
	force, next, hold := newActiveRules(rules), &nextTime{}, &nextTime{}
	p := &App{
		next:     next,
		hold:     hold,
		cfg:      cfg,
		active:   force,
		store:    st,
		ingester: ingest.New(st.Entries, rules),
		publisher: publish.New(publish.Options{
			BaseURL:     cfg.BaseURL,
			Title:       cfg.Publish.Title,
			Description: cfg.Publish.Description,
			Logo:        cfg.Publish.Logo,
			Timezone:    cfg.Publish.Timezone,
			Sections:    cfg.Sections(),
			Dir:         cfg.Publish.Dir,
			Version:     o.Version,
			Excerpt:     cfg.Publish.Excerpt,
			Hubs:        hubAddresses(cfg),
			Topics:      cfg.Topics,
			Explain:     force.explain,
			Catalog: &publish.Catalog{
				People:   st.People,
				Editions: st.Editions,
				Pieces:   st.Pieces,
				Months:   st.Pieces,
				Topics:   st.Topics,
			},
			Judge:   force.tagger,
			Quality: pageQuality,
			Lists:   cfg.Lists,
			Contact: cfg.Publish.Contact,

			ContentSignal: cfg.Publish.ContentSignal,

			Log:         o.Log,
			Now:         o.Now,
			Health:      cfg.Publish.Health,
			Unlinked:    unlinked,
			Search:      searchMode(cfg.Publish.Search, o.serves),
			Precompress: cfg.Publish.Precompress,
			FilesOnly:   !o.serves,
		}, publish.Rows{
			Archives: st.Archives,
			Changes:  st.Changes,
			Editions: st.Editions,
			Entries:  st.Entries,
			Feeds:    st.Feeds,
			Pieces:   walkedPieces{st.Pieces, st.Counts},
		}),
		fetcher: newFetcher(cfg, o),
		log:     o.Log,
		now:     o.Now,
		options: o,
		wired:   now,
	}
	p.site = web.New(p.publisher, web.Options{
		BaseURL:        cfg.BaseURL,
		Log:            o.Log,
		Now:            o.Now,
		Next:           func() time.Time { return sooner(cfg, next.at(), hold.at(), o.Now()) },
		MinPoll:        cfg.Publish.MinPoll,
		TrustedProxies: cfg.Publish.TrustedProxies,
	})
	// before newAnnouncer records the position of readers at a new hub
	if err := beginPeriods(ctx, cfg, st, now); err != nil {
		return nil, err
	}
	if p.announcer, err = newAnnouncer(ctx, cfg, st, p.publisher, o); err != nil {
		return nil, err
	}
	return p, p.recoverIDs(ctx)
}

// reconcile activates the rules of new topics, removes those of removed topics, and activates drafts too if
// o.Applies names a curator. It judges stored pieces again where rules, feeds or editions changed. Drafts that
// stay inactive are no error: it logs them, unless o.decides.
func reconcile(
	ctx context.Context, cfg *config.Config, st *store.Store, o Options, now time.Time,
) (*ingest.Rules, error) {
	s, err := loadRuleSet(ctx, st, cfg)
	if err != nil {
		return nil, err
	}
	by, why := oped.ByConfig, "topics were added or removed"
	if o.Applies != "" && len(s.changed) > 0 {
		by, why = o.Applies, "--apply"
		for _, name := range s.changed {
			s.reconcile = append(s.reconcile, oped.RuleChange{
				Topic:   name,
				Before:  s.active[name].Source,
				After:   cfg.Tagger.Source(name),
				Version: cfg.Tagger.Version(name),
			})
		}
		s.tagger, s.changed = cfg.Tagger, nil
	}
	rules := rulesOf(cfg, s.tagger)
	if rules.New, rules.Since, err = newEditions(ctx, st); err != nil {
		return nil, err
	}
	if !st.Filled() { // pieces are judged when it is; until then a daemon serves them as they are
		return rules, nil
	}
	if len(s.reconcile) > 0 {
		d := oped.Decision{At: now, By: by, Why: why, Action: oped.Apply, Rules: s.reconcile}
		names := namesOf(s.reconcile)
		_, changed, err := st.Decisions.Decide(ctx, d, store.Verdict{
			Queries: candidateQueries(cfg, s.tagger, names), Topics: names,
			Decide: func(p oped.Piece, was []oped.Tag) (oped.PieceChange, bool) {
				return ingest.Rejudge(p, was, rules, now)
			},
		})
		if err != nil {
			return nil, err
		}
		o.Log.Info("rules reconciled", "topics", strings.Join(names, " "), "pieces", len(changed.Pieces))
	}
	versions := ruleVersions(cfg, s.tagger)
	if err := st.Topics.RenameVersions(ctx, formerVersions(cfg), versions); err != nil {
		return nil, err
	}
	changed, err := st.Topics.Rejudge(ctx, versions, func(p oped.Piece) (oped.PieceChange, bool) {
		return ingest.Rejudge(p, nil, rules, now)
	})
	if err != nil {
		return nil, err
	}
	if len(changed.Pieces) > 0 {
		o.Log.Info("retagged", "pieces", len(changed.Pieces), "editions", len(changed.Editions))
	}
	if len(s.changed) > 0 && !o.decides {
		o.Log.Info("drafted rules are not active", "topics", strings.Join(s.changed, " "),
			"hint", "oped topic diff shows their effect, oped topic apply activates them")
	}
	return rules, nil
}

// newFetcher returns a fetcher with the settings of the configuration. Where Go's memory is limited, it fetches
// fewer feeds at once than configured.
func newFetcher(cfg *config.Config, o Options) *fetcher.Fetcher {
	charsets := map[string]string{}
	for _, f := range cfg.Feeds {
		charsets[f.URL] = f.Charset
	}
	return fetcher.New(fetcher.Options{
		Every: cfg.Fetch.Every, MaxEvery: cfg.Fetch.MaxEvery, Spacing: cfg.Fetch.Spacing, Timeout: cfg.Fetch.Timeout,
		Concurrency:  fetchesAtOnce(cmp.Or(cfg.Fetch.Concurrency, fetcher.Concurrency), debug.SetMemoryLimit(-1)),
		PerHost:      cfg.Fetch.PerHost,
		MaxBytes:     cfg.Fetch.MaxBytes,
		UserAgent:    userAgent(cfg, o.Version),
		Ports:        cfg.Fetch.Ports,
		AllowPrivate: cfg.Fetch.AllowPrivate,
		PrivateHosts: cfg.Fetch.PrivateHosts,
		Charsets:     charsets,
		Now:          o.Now,
		Log:          o.Log,
	})
}

// authority returns the authority of our tag: URIs (RFC 4151 §2.1): the host of the base URL.
func authority(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil || u.Hostname() == "" {
		return "localhost"
	}
	return u.Hostname()
}

// userAgent returns the User-Agent of every request: program, version, and an address for complaints.
func userAgent(cfg *config.Config, version string) string {
	if cfg.Fetch.UserAgent != "" {
		return cfg.Fetch.UserAgent
	}
	return fetcher.UserAgent(version, cfg.BaseURL, cfg.Publish.Contact)
}

// blame records a failed fetch of the feed during which an earlier process died, if there is one. Call it before
// fetching anything.
func (p *App) blame(ctx context.Context) error {
	feed, since, found, err := p.store.Feeds.Interrupted(ctx)
	if err != nil || !found {
		return err
	}
	_, err = p.ingester.Handle(
		ctx, p.fetcher.Fatal(feed, since, errors.New("oped ended while fetching this feed alone")))
	return err
}

// handle ingests one fetch and counts it. A panic of ingest counts as a failed fetch of that feed. An error is a
// fault of our own, such as a failed write, and ends the run.
func (p *App) handle(ctx context.Context, f oped.Fetched) (oped.Changes, error) {
	changes, err := p.ingester.Handle(ctx, f)
	if bug, ok := errors.AsType[*ingest.Panic](err); ok {
		p.log.Error("ingest panicked", "feed", f.Feed.Name, "panic", bug.Value, "stack", string(bug.Stack))
		f = p.fetcher.Fatal(f.Feed, f.At, bug)
		changes, err = p.ingester.Handle(ctx, f)
	}
	if err != nil {
		return changes, err
	}
	if f.Err == nil {
		p.log.Info("fetched", "feed", f.Feed.Name, "status", f.Status, "entries", len(f.Entries), "new", changes.New,
			"joined", changes.Joined, "changed", changes.Changed, "reread", changes.Reread, "bytes", f.Bytes,
			"dur_ms", f.Took.Milliseconds(), "next", f.Next)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total.add(f, changes)
	if p.after != nil {
		p.after(f, changes)
	}
	return changes, nil
}

// Total counts the results of a run.
type Total struct {
	Feeds     int      `json:"feeds"`
	Unchanged int      `json:"unchanged"`
	Failed    int      `json:"failed"`
	Entries   int      `json:"entries"`
	New       int      `json:"new"`
	Joined    int      `json:"joined"`
	Changed   int      `json:"changed"`
	Tags      int      `json:"tags"`
	Failures  []string `json:"failures"` // one line for each failed feed
}

func (t *Total) add(f oped.Fetched, c oped.Changes) {
	t.Feeds++
	switch {
	case f.Err != nil:
		t.Failed++
		t.Failures = append(t.Failures, fmt.Sprintf("%s: %v", f.Feed.Name, f.Err))
	case !f.Read():
		t.Unchanged++
	}
	t.Entries += len(f.Entries)
	t.New += c.New
	t.Joined += c.Joined
	t.Changed += c.Changed
	t.Tags += c.Tags
}

// Topics returns the operations on topics.
func (p *App) Topics() Topics { return Topics{p, p.cfg} }

// Pieces returns the operations on pieces.
func (p *App) Pieces() Pieces { return Pieces{p, p.cfg} }

// Feeds returns the operations on feeds.
func (p *App) Feeds() Feeds { return Feeds{p} }

// unlocked does work of a method that waits for the network, and lets the daemon carry out other methods meanwhile. It
// returns an error if the daemon reloaded its configuration in that time: the method has to begin again.
func (p *App) unlocked(work func() error) error {
	if p.withoutLock == nil {
		return work()
	}
	return p.withoutLock(p, work)
}

// searchMode returns what answers a search. Without a configured answer, it is the daemon; the files of other commands
// may be on any server.
func searchMode(configured string, serves bool) publish.SearchMode {
	switch {
	case configured == "server", configured == "" && serves:
		return publish.ServerSearch
	case configured == "":
		return publish.NoServer
	}
	return publish.SearchMode(configured)
}
