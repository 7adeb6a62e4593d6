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

// Options are what a pipeline takes from the program around it.
type Options struct {
	Log     *slog.Logger
	Now     func() time.Time
	Version string
	Serves  bool   // pages are served, and not written as files only
	Applies string // who puts drafted rules in force at the start; "": nobody
}

// App is the whole house, wired for one configuration.
type App struct {
	Cfg       *config.Config
	options   Options
	Store     *store.Store
	Fetcher   *fetcher.Fetcher
	Ingester  *ingest.Ingester
	Publisher *publish.Publisher
	Site      *web.Handler // serves what the publisher has
	active    *activeRules // what the publisher explains by
	next      *nextFetch
	Announcer *announcer // nil: no hub hears of anything
	exports   wake       // nil: files are exported at once
	Log       *slog.Logger
	Now       func() time.Time
	wired     time.Time // before its first publication

	lasting context.Context // of the daemon; nil: a command
	changed func()          // the daemon has to read its configuration again; nil: there is no daemon

	mu    sync.Mutex
	Total tally
	After func(oped.Fetched, oped.Changes) // called after each fetch was ingested; may be nil
}

// Open puts the parts together on an open store and brings the store in line with the configuration: its feeds, its
// editions, topics that are new or gone, and the tags of what is stored where feeds or editions have changed. The rules of other topics stay
// those in force.
func Open(ctx context.Context, cfg *config.Config, st *store.Store, o Options) (*App, error) {
	now := o.Now()
	if err := st.Feeds.Sync(ctx, cfg.Feeds, now); err != nil {
		return nil, err
	}
	if err := AddAuthors(ctx, cfg, st); err != nil {
		return nil, err
	}
	if err := st.Editions.Sync(ctx, cfg.Editions, authority(cfg.BaseURL), now); err != nil {
		return nil, err
	}
	rules, err := reconcile(ctx, cfg, st, o, now)
	if err != nil {
		return nil, err
	}
	force, next := newActiveRules(rules), &nextFetch{}
	p := &App{
		next:     next,
		Cfg:      cfg,
		active:   force,
		Store:    st,
		Ingester: ingest.New(st.Entries, rules),
		Publisher: publish.New(publish.Options{
			BaseURL:     cfg.BaseURL,
			Dir:         cfg.Publish.Dir,
			Version:     o.Version,
			Excerpt:     cfg.Publish.Excerpt,
			Hubs:        HubAddresses(cfg),
			Topics:      cfg.Topics,
			Explain:     force.explain,
			Catalog:     &publish.Catalog{People: st.People, Editions: st.Editions, Pieces: st.Pieces, Topics: st.Topics},
			Judge:       force.tagger,
			Lists:       cfg.Lists,
			Contact:     cfg.Publish.Contact,
			Log:         o.Log,
			Now:         o.Now,
			Health:      cfg.Publish.Health,
			Precompress: cfg.Publish.Precompress,
			FilesOnly:   !o.Serves,
		}, publish.Rows{
			Archives: st.Archives,
			Changes:  st.Changes,
			Editions: st.Editions,
			Entries:  st.Entries,
			Feeds:    st.Feeds,
			Pieces:   st.Pieces,
		}),
		Fetcher: NewFetcher(cfg, o),
		Log:     o.Log,
		Now:     o.Now,
		options: o,
		wired:   now,
	}
	p.Site = web.New(p.Publisher, web.Options{
		BaseURL:        cfg.BaseURL,
		Log:            o.Log,
		Now:            o.Now,
		Next:           func() time.Time { return sooner(cfg, next.at(), o.Now()) },
		MinPoll:        cfg.Publish.MinPoll,
		TrustedProxies: cfg.Publish.TrustedProxies,
	})
	if err := ClosePeriods(ctx, cfg, st, now); err != nil { // before a new hub is told up to where readers are
		return nil, err
	}
	if p.Announcer, err = newAnnouncer(ctx, cfg, st, p.Publisher, o); err != nil {
		return nil, err
	}
	return p, p.recoverIDs(ctx)
}

// reconcile brings the rules in force in line with the configuration as far as that goes by itself, and judges what is stored again where it has
// to be. It tells, without an error, of drafts that nobody has put in force.
func reconcile(ctx context.Context, cfg *config.Config, st *store.Store, o Options, now time.Time) (*ingest.Rules, error) {
	s, err := loadRuleSet(ctx, st, cfg)
	if err != nil {
		return nil, err
	}
	by, why := oped.ByConfig, "as the configuration has it"
	if o.Applies != "" && len(s.changed) > 0 {
		by, why = o.Applies, "--apply"
		for _, name := range s.changed {
			s.reconcile = append(s.reconcile, oped.RuleChange{Topic: name, Before: s.Active[name].Source, After: cfg.Tagger.Source(name), Version: cfg.Tagger.Version(name)})
		}
		s.tagger, s.changed = cfg.Tagger, nil
	}
	rules := RulesOf(cfg, s.tagger)
	if rules.New, rules.Since, err = newEditions(ctx, st); err != nil {
		return nil, err
	}
	if len(s.reconcile) > 0 {
		d := oped.Decision{At: now, By: by, Why: why, Action: oped.Apply, Rules: s.reconcile}
		names := namesOf(s.reconcile)
		_, changed, err := st.Decisions.Decide(ctx, d, store.Verdict{
			Queries: candidateQueries(cfg, s.tagger, names), Topics: names,
			Decide: func(p oped.Piece, was []oped.Tag) (oped.PieceChange, bool) { return ingest.Rejudge(p, was, rules, now) },
		})
		if err != nil {
			return nil, err
		}
		o.Log.Info("topics settled", "topics", strings.Join(names, " "), "pieces", len(changed.Pieces))
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
	if len(s.changed) > 0 {
		o.Log.Warn("rules drafted, not in force", "topics", strings.Join(s.changed, " "), "hint", "oped topic diff shows what they would do, oped topic apply puts them in force")
	}
	return rules, nil
}

// NewFetcher makes a fetcher as the configuration wants it.
func NewFetcher(cfg *config.Config, o Options) *fetcher.Fetcher {
	return fetcher.New(fetcher.Options{
		Every: cfg.Fetch.Every, MaxEvery: cfg.Fetch.MaxEvery, Spacing: cfg.Fetch.Spacing, Timeout: cfg.Fetch.Timeout,
		Concurrency:  FetchesAtOnce(cmp.Or(cfg.Fetch.Concurrency, fetcher.Concurrency), debug.SetMemoryLimit(-1)),
		PerHost:      cfg.Fetch.PerHost,
		MaxBytes:     cfg.Fetch.MaxBytes,
		UserAgent:    userAgent(cfg, o.Version),
		Ports:        cfg.Fetch.Ports,
		AllowPrivate: cfg.Fetch.AllowPrivate,
		PrivateHosts: cfg.Fetch.PrivateHosts,
		Now:          o.Now,
		Log:          o.Log,
	})
}

// authority is the part of a tag: URI that names us (RFC 4151 §2.1): the host that the feeds are published under.
func authority(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil || u.Hostname() == "" {
		return "localhost"
	}
	return u.Hostname()
}

// userAgent names us, our version and where to complain, in every request.
func userAgent(cfg *config.Config, version string) string {
	if cfg.Fetch.UserAgent != "" {
		return cfg.Fetch.UserAgent
	}
	return fmt.Sprintf("oped/%s (+%s)", version, cfg.BaseURL)
}

// Blame records a failed fetch of the feed that an earlier process died of, if there is one. It is called before
// anything is fetched.
func (p *App) Blame(ctx context.Context) error {
	feed, since, found, err := p.Store.Feeds.Interrupted(ctx)
	if err != nil || !found {
		return err
	}
	_, err = p.Ingester.Handle(ctx, p.Fetcher.Fatal(feed, since, errors.New("oped ended while it fetched this feed and no other")))
	return err
}

// Handle takes one fetch through ingest and counts it. An error is our own fault and ends the run.
func (p *App) Handle(ctx context.Context, f oped.Fetched) (oped.Changes, error) {
	changes, err := p.Ingester.Handle(ctx, f)
	if bug, ok := errors.AsType[*ingest.Panic](err); ok {
		p.Log.Error("ingest panicked", "feed", f.Feed.Name, "panic", bug.Value, "stack", string(bug.Stack))
		f = p.Fetcher.Fatal(f.Feed, f.At, bug)
		changes, err = p.Ingester.Handle(ctx, f)
	}
	if err != nil {
		return changes, err
	}
	if f.Err == nil {
		p.Log.Info("fetched", "feed", f.Feed.Name, "status", f.Status, "entries", len(f.Entries), "new", changes.New,
			"joined", changes.Joined, "changed", changes.Changed, "bytes", f.Bytes, "dur", f.Took.Round(time.Millisecond), "next", f.Next)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Total.add(f, changes)
	if p.After != nil {
		p.After(f, changes)
	}
	return changes, nil
}

// tally counts what a run did.
type tally struct {
	Feeds, Unchanged, Failed      int
	Entries, New, Joined, Changed int
	Tags                          int
	Failures                      []string // one line a failed feed
}

func (t *tally) add(f oped.Fetched, c oped.Changes) {
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

// Topics has the verbs on topics. The configuration has the drafts of their rules.
func (p *App) Topics(drafts *config.Config) Topics { return Topics{p, drafts} }

// Pieces has the verbs on pieces. The configuration names the topics.
func (p *App) Pieces(cfg *config.Config) Pieces { return Pieces{p, cfg} }

// Decisions has the verbs on decisions.
func (p *App) Decisions(cfg *config.Config) Decisions { return Decisions{p, cfg} }

// Feeds has the verbs on feeds.
func (p *App) Feeds() Feeds { return Feeds{p} }
