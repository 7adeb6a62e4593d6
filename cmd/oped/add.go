package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"oped"
	"oped/app"
	"oped/config"
	"oped/fetcher"
	"oped/text"
)

// addFeed finds the feed of a page and writes it to the configuration.
func addFeed(ctx context.Context, a *cli, address string) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	found, err := app.NewFetcher(cfg, a.options(nil)).Discover(ctx, address)
	if err != nil {
		return err
	}
	for _, f := range cfg.Feeds {
		if oped.FeedKey(f.URL) == oped.FeedKey(found.URL) {
			what := fmt.Sprintf("%s is already configured, as %s", oped.ShownAddress(found.URL), f.Name)
			return oped.Invalid(what, "oped feeds "+f.Name+" shows its state")
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
	path, err := config.AddFeeds(cfg.Path, []oped.Feed{feed})
	if err != nil {
		return err
	}
	if cfg, err = a.config(); err != nil {
		return err
	}
	key := oped.FeedKey(found.URL)
	i := slices.IndexFunc(cfg.Feeds, func(f oped.Feed) bool { return oped.FeedKey(f.URL) == key })
	fmt.Fprintf(a.stdout, "added %s (%s, %s) to %s as %s; a running daemon fetches it within seconds\n",
		oped.ShownAddress(found.URL), cmp.Or(feed.Title, "untitled"), text.Count(found.Entries, "entry"), path,
		cfg.Feeds[i].Name)
	for _, other := range found.Others {
		fmt.Fprintf(a.stdout, "the page links to another feed: %s\n", other)
	}
	return nil
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
