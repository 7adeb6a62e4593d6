package app

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"oped"
	"oped/config"
	"oped/store"
)

const (
	minByAuthor = 3   // pieces an author needs for an edition
	maxAuthors  = 300 // authors with an edition
)

// addAuthors adds an edition for each author to those of the configuration, if publish.authors is set. An author
// keeps an edition once it exists, so no feed comes and goes with a withdrawn piece or with the number of other
// authors. New authors follow while there is room.
func addAuthors(ctx context.Context, cfg *config.Config, st *store.Store) error {
	isAuthors := func(e oped.Edition) bool { return e.Filter.Author != "" }
	cfg.Editions = slices.DeleteFunc(slices.Clone(cfg.Editions), isAuthors)
	if !cfg.Publish.Authors {
		return nil
	}
	have, err := st.Editions.All(ctx)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	add := func(key, title string) {
		if !known[key] && len(known) < maxAuthors {
			known[key] = true
			cfg.Editions = append(cfg.Editions, authorEdition(cfg, key, title))
		}
	}
	for _, e := range have {
		if isAuthors(e.Edition) {
			add(e.Filter.Author, e.Title)
		}
	}
	authors, err := st.People.Authors(ctx, minByAuthor, maxAuthors)
	for _, a := range authors {
		add(a.Key, a.Name)
	}
	return err
}

func authorEdition(cfg *config.Config, key, title string) oped.Edition {
	e := oped.Edition{
		Name:     authorEditionName(key),
		Title:    title,
		Subtitle: "Opinion pieces by " + title,
		Lang:     "en",
		Limit:    50,
		Excerpt:  cfg.Publish.Excerpt,
		Filter:   oped.Filter{Author: key},
	}
	if cfg.Publish.Limit > 0 {
		e.Limit = cfg.Publish.Limit
	}
	if strings.ContainsFunc(title, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) {
		e.Lang, e.Subtitle = "ur", ""
	}
	return e
}

var plainKey = regexp.MustCompile(`^[a-z0-9-]{1,57}$`)

// authorEditionName returns the name of an author's edition. The name depends on the author's key alone, so it
// never passes to another author. It is the slug, or a hash of it if the slug is long or in another script.
func authorEditionName(key string) string {
	if plainKey.MatchString(key) {
		return config.AuthorPrefix + key
	}
	return config.AuthorPrefix + shortHash([]byte(key))
}
