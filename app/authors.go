package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"oped"
	"oped/config"
	"oped/store"
)

const (
	minByAuthor = 3   // pieces of an author who gets an edition
	maxAuthors  = 300 // that have one
)

// AddAuthors adds an edition for each author to those of the configuration, where it wants them. An author who has one keeps it, so that no feed comes and goes with a
// piece that is withdrawn, or with who else writes; others follow while there is room.
func AddAuthors(ctx context.Context, cfg *config.Config, st *store.Store) error {
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
		Name: AuthorEditionName(key), Title: title, Subtitle: "Opinion pieces by " + title, Lang: "en", Limit: 50, Excerpt: cfg.Publish.Excerpt, Filter: oped.Filter{Author: key},
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

// AuthorEditionName is the name of an author's edition. It depends on the author alone, so that it never passes to another one: it is the slug or, where that has letters
// of another script or is long, digits made of it.
func AuthorEditionName(key string) string {
	if plainKey.MatchString(key) {
		return config.AuthorPrefix + key
	}
	sum := sha256.Sum256([]byte(key))
	return config.AuthorPrefix + hex.EncodeToString(sum[:8])
}
