package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"

	"oped"
	"oped/config"
	"oped/fetcher"
	"oped/parse"
	"oped/publish"
	"oped/topic"
)

// NewFeed is a feed to be found and added to the configuration.
type NewFeed struct {
	Address string           `json:"address"` // of the feed, or of its page
	Opinion oped.OpinionRule `json:"opinion"` // "": guessed
	Group   string           `json:"group"`
}

// AddedFeed is a feed that [AddFeed] wrote to the configuration.
type AddedFeed struct {
	URL       string           `json:"url"`    // as it may be shown
	File      string           `json:"file"`   // of the configuration
	Name      string           `json:"name"`   // in the configuration
	Others    []string         `json:"others"` // addresses of further feeds of the page
	Title     string           `json:"title"`
	Entries   int              `json:"entries"`
	Opinion   oped.OpinionRule `json:"opinion"`
	Headlines []Headline       `json:"headlines"` // of its first entries
}

// Headline is the headline of an entry, with a guess of its kind.
type Headline struct {
	Title   string `json:"title"`
	Opinion bool   `json:"opinion"`
}

// FoundFeed is a feed found behind an address, before it is added to the configuration.
type FoundFeed struct {
	Feed    oped.Feed // as it describes itself, with a guess of its opinion pieces
	URL     string    // as it may be shown
	Others  []string  // addresses of further feeds of the page
	Entries int

	found fetcher.Discovered
	lists []oped.List
}

// Headlines returns the headlines of its first entries, with the kinds by a rule. It returns Diagnostics for a faulty
// rule.
func (f *FoundFeed) Headlines(rule oped.OpinionRule) ([]Headline, error) {
	feed := f.Feed
	feed.Opinion = rule
	return headlines(&feed, f.found.First, f.lists)
}

// Find looks for the feed behind an address, and writes nothing. It returns an Invalid error for a known feed, and asks
// for patience if the site asks us to wait. It may take long, and needs no lock of the daemon.
func (v Feeds) Find(ctx context.Context, address string) (*FoundFeed, error) {
	if at := parse.FeedAddress(address); at != "" {
		address = at
	} else if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	cfg := v.p.cfg
	states, err := v.p.store.Feeds.All(ctx)
	if err != nil {
		return nil, err
	}
	jobOf(ctx).begin("looking for the feed", 0)
	found, err := v.p.fetcher.DiscoverNow(ctx, v.p.store.Feeds, address, fetcher.LastVisit(states, address))
	switch failed, ok := errors.AsType[*oped.FetchError](err); {
	case ok && failed.Kind == oped.Throttled:
		return nil, &failure{Message: err.Error(), Advice: "add the feed after that; or write its address to " +
			"`feeds` in " + cfg.Path + ", and oped fetches it then"}
	case ok && !errors.Is(err, context.Canceled):
		return nil, &failure{
			Message: Cause(err),
			Advice:  "open the address in a browser, and look for the feed of its opinion pages",
		}
	case err != nil:
		return nil, err
	}
	if err := isNew(cfg, &found); err != nil {
		return nil, err
	}
	f := &FoundFeed{
		Feed: config.Plain(oped.Feed{
			URL:       found.URL,
			Title:     found.Document.Title,
			Publisher: publisherOf(&found),
			SiteURL:   found.Document.SiteURL,
			Lang:      found.Document.Lang,
			Enabled:   true,
		}),
		URL:     oped.ShownAddress(found.URL),
		Others:  append([]string{}, found.Others...),
		Entries: found.Entries,
		found:   found,
		lists:   cfg.Lists,
	}
	f.Feed.Opinion = config.MarkedOpinion(&f.Feed, cfg.Lists)
	return f, nil
}

// Cause returns an error for people. Of a failed fetch it is the cause, without the kind.
func Cause(err error) string {
	var failed *oped.FetchError
	var unknown *net.DNSError
	switch {
	case errors.As(err, &unknown) && unknown.IsNotFound:
		return "there is no site " + unknown.Name
	case errors.As(err, &failed):
		return failed.Err.Error()
	}
	return err.Error()
}

// add finds the feed of a page and writes it to a configuration. The document found is stored as its first fetch: by a
// command at once, by a daemon after the reload. Its errors are those of Find, and Diagnostics for a
// faulty rule.
func (v Feeds) add(ctx context.Context, configPath string, x NewFeed) (AddedFeed, error) {
	var f *FoundFeed
	err := v.p.unlocked(func() (err error) {
		f, err = v.Find(ctx, x.Address)
		return err
	})
	if err != nil {
		return AddedFeed{}, err
	}
	f.Feed.Opinion, f.Feed.Group = cmp.Or(x.Opinion, f.Feed.Opinion), x.Group
	return v.addFound(ctx, configPath, f)
}

func (v Feeds) addFound(ctx context.Context, configPath string, f *FoundFeed) (AddedFeed, error) {
	cfg, err := config.Load(configPath)
	if err != nil {
		return AddedFeed{}, err
	}
	added, cfg, err := writeFound(cfg, f)
	if err != nil {
		return added, err
	}
	if v.p.found != nil {
		v.p.found(f.found)
		v.p.mustReload()
		return added, nil
	}
	ctx = v.p.committed(ctx)
	p, err := connect(ctx, cfg, v.p.store, v.p.options)
	if err != nil {
		return added, err
	}
	if _, err := p.ingestFound(ctx, []fetcher.Discovered{f.found}); err != nil {
		return added, err
	}
	return added, p.publish(ctx)
}

// ingestFound stores discovered documents as the first fetches of their feeds. It returns those of feeds that are not
// configured yet.
func (p *App) ingestFound(ctx context.Context, all []fetcher.Discovered) (rest []fetcher.Discovered, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	states, err := p.store.Feeds.All(ctx)
	if err != nil {
		return all, err
	}
	for i, found := range all {
		at := slices.IndexFunc(states, func(s oped.FeedState) bool {
			return !s.Removed && oped.FeedKey(s.URL) == oped.FeedKey(found.URL)
		})
		if at < 0 {
			rest = append(rest, found)
			continue
		}
		if !states[at].LastFetch.IsZero() {
			continue // it was fetched meanwhile, or removed and added again
		}
		if _, err := p.handle(ctx, p.fetcher.First(ctx, states[at], found)); err != nil {
			return append(rest, all[i:]...), err
		}
	}
	return rest, nil
}

// isNew returns an Invalid error for a configured feed.
func isNew(cfg *config.Config, found *fetcher.Discovered) error {
	for _, f := range cfg.Feeds {
		if oped.FeedKey(f.URL) == oped.FeedKey(found.URL) {
			return oped.Invalid(fmt.Sprintf("%s is already configured, as %s", oped.ShownAddress(found.URL), f.Name),
				"oped feeds "+f.Name+" shows its state").OnDesk("look for " + f.Name + " among the feeds")
		}
	}
	return nil
}

// writeFound writes a feed to a configuration, and returns the configuration with it.
func writeFound(cfg *config.Config, f *FoundFeed) (AddedFeed, *config.Config, error) {
	if err := isNew(cfg, &f.found); err != nil {
		return AddedFeed{}, nil, err
	}
	added := AddedFeed{
		URL:     f.URL,
		Others:  f.Others,
		Title:   f.Feed.Title,
		Entries: f.Entries,
		Opinion: f.Feed.Opinion,
	}
	var err error
	if added.Headlines, err = f.Headlines(f.Feed.Opinion); err != nil {
		return added, nil, err
	}
	if added.File, err = config.AddFeeds(cfg.Path, []oped.Feed{f.Feed}); err != nil {
		return added, nil, err
	}
	if cfg, err = config.Load(cfg.Path); err != nil {
		return added, nil, err
	}
	for _, other := range cfg.Feeds {
		if oped.FeedKey(other.URL) == oped.FeedKey(f.Feed.URL) {
			added.Name = other.Name
		}
	}
	return added, cfg, nil
}

// headlines returns the headlines of entries, with the kinds by the rule of their feed.
func headlines(f *oped.Feed, entries []oped.Entry, lists []oped.List) ([]Headline, error) {
	all := make([]Headline, len(entries))
	var expr *topic.Expr
	if source := f.Opinion.Expr(); source != "" {
		var err error
		if expr, err = topic.CompileExpr(lists, oped.Rule{Expr: source}); err != nil {
			return nil, err
		}
	}
	for i := range entries {
		all[i] = Headline{entries[i].Title, f.Opinion != oped.Never}
		if expr != nil {
			all[i].Opinion, _ = expr.MatchCounted(topic.DocOf(&entries[i]))
		}
	}
	return all, nil
}

// publisherOf guesses the publisher of a feed: the first part of its title, or its host.
func publisherOf(f *fetcher.Discovered) string {
	for _, dash := range []string{" | ", " - ", " – ", " — ", " » ", ": "} {
		if name, _, ok := strings.Cut(f.Document.Title, dash); ok && name != "" {
			return name
		}
	}
	if f.Document.Title != "" {
		return f.Document.Title
	}
	u, err := url.Parse(f.URL)
	if err != nil {
		return oped.ShownAddress(f.URL)
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

const maxOPML = 32 << 20 // bytes

// ReadOPML returns the feeds of an OPML document. Name is its name for messages.
func ReadOPML(name string, r io.Reader) (list parse.Subscriptions, err error) {
	body, err := io.ReadAll(io.LimitReader(r, maxOPML+1))
	if err != nil {
		return list, fmt.Errorf("read %s: %w", name, err)
	}
	if len(body) > maxOPML {
		return list, oped.Invalid(fmt.Sprintf("%s is longer than %d bytes", name, maxOPML),
			"check that it is a list of feeds, or split it")
	}
	list, err = parse.OPML(body)
	if m, ok := err.(*oped.Diagnostic); ok {
		m.Pos.File = name
	}
	return list, err
}

// Imported counts the outlines of an imported list.
type Imported struct {
	Added    int      `json:"added"`
	Known    int      `json:"already_configured"`
	Twice    int      `json:"listed_twice"`
	Unusable []string `json:"unusable"` // feeds without a usable address, by title and address
	File     string   `json:"file"`     // of the configuration
}

// ImportFeeds writes those feeds of a list to the configuration that it does not have.
func ImportFeeds(cfg *config.Config, list parse.Subscriptions) (Imported, error) {
	have := map[string]bool{}
	for _, f := range cfg.Feeds {
		have[oped.FeedKey(f.URL)] = true
	}
	add := slices.DeleteFunc(slices.Clone(list.Feeds), func(f oped.Feed) bool { return have[oped.FeedKey(f.URL)] })
	done := Imported{len(add), len(list.Feeds) - len(add), list.Twice, append([]string{}, list.Unusable...), cfg.Path}
	if len(add) == 0 {
		return done, nil
	}
	for i := range add {
		add[i].Opinion = config.MarkedOpinion(&add[i], cfg.Lists)
	}
	var err error
	done.File, err = config.AddFeeds(cfg.Path, add)
	return done, err
}

// ExportFeeds writes the polled feeds as OPML, a private backup: their addresses are complete.
func ExportFeeds(w io.Writer, cfg *config.Config) error {
	var states []oped.FeedState
	for _, f := range cfg.Feeds {
		if f.Enabled {
			states = append(states, oped.FeedState{Feed: f})
		}
	}
	return publish.WriteBackup(w, "Feeds of "+cfg.BaseURL, states)
}

// ExportEditions writes the published editions as OPML. Those of authors are in the database.
func ExportEditions(ctx context.Context, w io.Writer, cfg *config.Config, o Options) error {
	if cfg.Publish.Authors {
		p, err := OpenReadOnly(ctx, cfg, o)
		if err != nil {
			return err
		}
		defer p.Close()
	}
	states := make([]oped.EditionState, len(cfg.Editions))
	for i, e := range cfg.Editions {
		states[i].Edition = e
	}
	return publish.WriteEditions(w, cfg.BaseURL, states)
}
