package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"oped"
	"oped/config"
	"oped/fetcher"
	"oped/ingest"
	"oped/publish"
	"oped/store"
)

// pipeline is the whole house, wired for one configuration.
type pipeline struct {
	cfg       *config.Config
	store     *store.Store
	fetcher   *fetcher.Fetcher
	ingester  *ingest.Ingester
	publisher *publish.Publisher
	log       *slog.Logger
	now       func() time.Time

	mu    sync.Mutex
	total tally
	after func(oped.Fetched, oped.Changes) // called after each fetch was ingested; may be nil
}

// openStore loads a configuration and opens its database for writing.
func (a *app) openStore(ctx context.Context, load func() (*config.Config, error)) (*config.Config, *store.Store, *slog.Logger, error) {
	cfg, err := load()
	if err != nil {
		return nil, nil, nil, err
	}
	log, err := a.log()
	if err != nil {
		return nil, nil, nil, err
	}
	st, err := store.Open(ctx, cfg.Store, store.Options{Log: log})
	return cfg, st, log, err
}

// reading loads the configuration and opens its database for reading, which a daemon at work does not mind.
func (a *app) reading(ctx context.Context) (*config.Config, *store.Store, error) {
	cfg, err := a.config()
	if err != nil {
		return nil, nil, err
	}
	st, err := store.Open(ctx, cfg.Store, store.Options{ReadOnly: true})
	return cfg, st, err
}

// withPipeline opens the database of the configuration for writing, wired, and runs do.
func (a *app) withPipeline(ctx context.Context, do func(*config.Config, *pipeline) error) error {
	cfg, st, log, err := a.openStore(ctx, a.config)
	if err != nil {
		return err
	}
	defer st.Close()
	p, err := a.wire(ctx, cfg, st, log)
	if err != nil {
		return err
	}
	return do(cfg, p)
}

// wire puts the parts together on an open store and brings the store in line with the configuration: its feeds, its
// editions, and, where rules have changed, the tags of what is stored.
func (a *app) wire(ctx context.Context, cfg *config.Config, st *store.Store, log *slog.Logger) (*pipeline, error) {
	now := a.now()
	rules := rulesOf(cfg)
	if err := st.SyncFeeds(ctx, cfg.Feeds, now); err != nil {
		return nil, err
	}
	if err := st.SyncEditions(ctx, cfg.Editions, rules.Authority, now); err != nil {
		return nil, err
	}
	changed, err := st.Rejudge(ctx, ruleVersions(cfg), func(p oped.Piece) (oped.PieceChange, bool) {
		return ingest.Rejudge(p, rules, now)
	})
	if err != nil {
		return nil, err
	}
	if len(changed.Pieces) > 0 {
		log.Info("retagged", "pieces", len(changed.Pieces), "editions", len(changed.Editions))
	}
	return &pipeline{
		cfg:      cfg,
		store:    st,
		ingester: ingest.New(st, rules),
		publisher: publish.New(publish.Options{
			BaseURL: cfg.BaseURL, Dir: cfg.Publish.Dir, Version: version, Excerpt: cfg.Publish.Excerpt, Topics: cfg.Topics, Explain: why(rules), Rules: rulesPrint(cfg), Log: log, Now: a.now,
		}, st),
		fetcher: a.fetcher(cfg, log),
		log:     log,
		now:     a.now,
	}, nil
}

// fetcher is a fetcher as the configuration wants it.
func (a *app) fetcher(cfg *config.Config, log *slog.Logger) *fetcher.Fetcher {
	return fetcher.New(fetcher.Options{
		Every: cfg.Fetch.Every, MaxEvery: cfg.Fetch.MaxEvery, Spacing: cfg.Fetch.Spacing, Timeout: cfg.Fetch.Timeout,
		Concurrency: cfg.Fetch.Concurrency, PerHost: cfg.Fetch.PerHost, MaxBytes: cfg.Fetch.MaxBytes,
		UserAgent: userAgent(cfg), Ports: cfg.Fetch.Ports, AllowPrivate: cfg.Fetch.AllowPrivate, Now: a.now, Log: log,
	})
}

// rulesOf is what the configuration lets ingest decide by.
func rulesOf(cfg *config.Config) *ingest.Rules {
	feeds := make(map[string]oped.Feed, len(cfg.Feeds))
	for _, f := range cfg.Feeds {
		feeds[f.URL] = f
	}
	return &ingest.Rules{
		Tagger: cfg.Tagger, Opinion: cfg.Opinion, Feeds: feeds, Editions: cfg.Editions, Authority: authority(cfg.BaseURL),
	}
}

// authority is the part of a tag: URI that names us (RFC 4151 §2.1): the host that the feeds are published under.
func authority(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil || u.Hostname() == "" {
		return "localhost"
	}
	return u.Hostname()
}

// ruleVersions names everything that a verdict on a stored piece depends on: the rule of each topic, the editions, and what
// feeds imply or call opinion.
func ruleVersions(cfg *config.Config) map[string]string {
	versions := map[string]string{}
	for _, t := range cfg.Topics {
		versions["topic/"+t.Name] = cfg.Tagger.Version(t.Name)
	}
	for _, e := range cfg.Editions {
		versions["edition/"+e.Name] = digest(e.Filter)
	}
	type judged struct {
		URL, Opinion, Publisher, Lang string
		Kind                          oped.PieceKind
		Implies                       []string
	}
	var feeds []judged
	for _, f := range cfg.Feeds {
		feeds = append(feeds, judged{f.URL, f.Opinion, f.Publisher, f.Lang, f.Kind, f.Implies})
	}
	versions["feeds"] = digest(feeds)
	return versions
}

func digest(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain values always marshal
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

// userAgent names us, our version and where to complain, in every request.
func userAgent(cfg *config.Config) string {
	if cfg.Fetch.UserAgent != "" {
		return cfg.Fetch.UserAgent
	}
	return fmt.Sprintf("oped/%s (+%s)", version, cfg.BaseURL)
}

// handle takes one fetch through ingest and counts it. An error is our own fault and ends the run.
func (p *pipeline) handle(ctx context.Context, f oped.Fetched) (oped.Changes, error) {
	changes, err := p.ingester.Handle(ctx, f)
	if err != nil {
		return changes, err
	}
	if f.Err == nil {
		p.log.Info("fetched", "feed", f.Feed.Name, "status", f.Status, "entries", len(f.Entries), "new", changes.New,
			"joined", changes.Joined, "changed", changes.Changed, "bytes", f.Bytes, "dur", f.Took.Round(time.Millisecond), "next", f.Next)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total.add(f, changes)
	if p.after != nil {
		p.after(f, changes)
	}
	return changes, nil
}

// tally counts what a run did.
type tally struct {
	feeds, unchanged, failed      int
	entries, new, joined, changed int
	tags                          int
	failures                      []string // one line a failed feed
}

func (t *tally) add(f oped.Fetched, c oped.Changes) {
	t.feeds++
	switch {
	case f.Err != nil:
		t.failed++
		t.failures = append(t.failures, fmt.Sprintf("%s: %v", f.Feed.Name, f.Err))
	case !f.Read():
		t.unchanged++
	}
	t.entries += len(f.Entries)
	t.new += c.New
	t.joined += c.Joined
	t.changed += c.Changed
	t.tags += c.Tags
}
