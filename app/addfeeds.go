package app

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"oped"
	"oped/config"
	"oped/fetcher"
	"oped/parse"
	"oped/publish"
)

// AddedFeed is a feed that AddFeed wrote to the configuration.
type AddedFeed struct {
	URL     string   // as it may be shown
	File    string   // of the configuration
	Name    string   // in the configuration
	Others  []string // addresses of further feeds of the page
	Title   string
	Entries int
}

// AddFeed finds the feed of a page and writes it to the configuration. It returns an Invalid error for a known feed.
func AddFeed(ctx context.Context, cfg *config.Config, address string, o Options) (AddedFeed, error) {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	found, err := newFetcher(cfg, o).Discover(ctx, address)
	if err != nil {
		return AddedFeed{}, err
	}
	shown := oped.ShownAddress(found.URL)
	for _, f := range cfg.Feeds {
		if oped.FeedKey(f.URL) == oped.FeedKey(found.URL) {
			return AddedFeed{}, oped.Invalid(fmt.Sprintf("%s is already configured, as %s", shown, f.Name),
				"oped feeds "+f.Name+" shows its state")
		}
	}
	feed := config.Plain(oped.Feed{
		URL:       found.URL,
		Title:     found.Document.Title,
		Publisher: publisherOf(found),
		SiteURL:   found.Document.SiteURL,
		Lang:      found.Document.Lang,
		Enabled:   true,
	})
	file, err := config.AddFeeds(cfg.Path, []oped.Feed{feed})
	if err != nil {
		return AddedFeed{}, err
	}
	if cfg, err = config.Load(cfg.Path); err != nil {
		return AddedFeed{}, err
	}
	i := slices.IndexFunc(cfg.Feeds, func(f oped.Feed) bool { return oped.FeedKey(f.URL) == oped.FeedKey(found.URL) })
	return AddedFeed{
		URL:     shown,
		File:    file,
		Name:    cfg.Feeds[i].Name,
		Others:  found.Others,
		Title:   feed.Title,
		Entries: found.Entries,
	}, nil
}

// publisherOf guesses the publisher of a feed: the first part of its title, or its host.
func publisherOf(f fetcher.Discovered) string {
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
		return f.URL
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

const maxOPML = 32 << 20 // bytes

// ReadOPML returns the feeds of an OPML document. Name is its name for messages.
func ReadOPML(name string, r io.Reader) ([]oped.Feed, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxOPML+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(body) > maxOPML {
		return nil, oped.Invalid(fmt.Sprintf("%s is longer than %d bytes", name, maxOPML),
			"check that it is a list of feeds, or split it")
	}
	feeds, err := parse.OPML(body)
	if m, ok := err.(*oped.Diagnostic); ok {
		m.Pos.File = name
	}
	return feeds, err
}

// ImportFeeds writes those feeds to the configuration that it does not have, and returns their number and the file.
func ImportFeeds(cfg *config.Config, feeds []oped.Feed) (added int, file string, err error) {
	have := map[string]bool{}
	for _, f := range cfg.Feeds {
		have[oped.FeedKey(f.URL)] = true
	}
	var add []oped.Feed
	for _, f := range feeds {
		if key := oped.FeedKey(f.URL); !have[key] {
			have[key] = true
			f.Enabled = true
			add = append(add, f)
		}
	}
	if len(add) == 0 {
		return 0, cfg.Path, nil
	}
	file, err = config.AddFeeds(cfg.Path, add)
	return len(add), file, err
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
