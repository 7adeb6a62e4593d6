package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"oped"
)

// feedColumns are the columns of scanFeed, in its order.
const feedColumns = `id, url, name, title, publisher, site_url, country, timezone, lang, every, opinion, kind, implies,
	excerpt, full_text, reserved, doc_signals, enabled, paused, validators_url, etag, last_modified, body_hash,
	freshness, ttl, doc_title, doc_site, doc_lang, doc_id,
	rights, next_fetch, last_fetch, last_success, last_new, failures, failing_since, last_status, last_kind,
	last_error, entries, guids, guid_faults, noted,
	limits, new_day, new_today, deferred, revised_today, kept_today, secret, version, parser, parser_since,
	position = 1073741824`

const feedsQuery = `
	SELECT ` + feedColumns + `
	FROM feed
	ORDER BY position, id`

func scanFeed(row scanner, f *oped.FeedState) error {
	return row.Scan(&f.ID, &f.URL, &f.Name, &f.Title, &f.Publisher, &f.SiteURL, &f.Country, &f.Timezone, &f.Lang,
		(*span)(&f.Every), &f.Opinion, &f.Kind, asJSON(&f.Implies), &f.Excerpt, &f.Full, &f.Reserved,
		(*signalColumn)(&f.DocSignals), &f.Enabled, &f.Paused,
		&f.Validators.URL, &f.Validators.ETag, &f.Validators.LastModified, (*digest)(&f.BodyHash),
		(*span)(&f.Freshness), (*span)(&f.TTL), &f.DocTitle, &f.DocSite, &f.DocLang, &f.DocID, &f.Rights,
		(*instant)(&f.NextFetch), (*instant)(&f.LastFetch), (*instant)(&f.LastSuccess), (*instant)(&f.LastNew),
		&f.Failures, (*instant)(&f.FailingSince), &f.LastStatus, &f.LastKind, &f.LastError, &f.Entries, &f.GUIDs,
		&f.GUIDFaults, (*instant)(&f.Noted), (*limitColumn)(&f.Limits), (*instant)(&f.NewDay), &f.NewToday,
		&f.Deferred, &f.RevisedToday, &f.RevisionBytesToday, &f.Secret, &f.Version, &f.Parser,
		(*instant)(&f.ParserSince), &f.Removed)
}

// All returns all feeds ever configured, in the order of the configuration. Removed feeds come last and are
// not enabled.
func (s Feeds) All(ctx context.Context) ([]oped.FeedState, error) {
	feeds, err := list(ctx, s.db.reader, scanFeed, feedsQuery)
	return feeds, s.db.doing("read the feeds", err)
}

const (
	configuredFeeds = `SELECT count(*) FROM feed WHERE position < $1`
	removeFeed      = `
		UPDATE feed
		SET enabled = 0, position = $2, version = $1
		WHERE id = $3`
	putFeedQuery = `
		INSERT INTO feed (url, position, name, title, publisher, site_url, country, timezone, lang, every,
			opinion, kind, implies, excerpt, full_text, enabled, secret, version, described, next_fetch, reserved)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
			$20, $21)
		ON CONFLICT (url) DO UPDATE
		SET position = excluded.position, name = excluded.name, title = excluded.title,
			publisher = excluded.publisher, site_url = excluded.site_url, country = excluded.country,
			timezone = excluded.timezone, lang = excluded.lang, every = excluded.every, opinion = excluded.opinion, kind = excluded.kind,
			implies = excluded.implies, excerpt = excluded.excerpt, full_text = excluded.full_text,
			enabled = excluded.enabled, secret = excluded.secret, reserved = excluded.reserved,
			version = excluded.version,
			described = coalesce(nullif(excluded.described, 0), feed.described)`
	pauseFeed  = `UPDATE feed SET paused = $1 WHERE url = $2`
	makeAllDue = `
		UPDATE feed
		SET next_fetch = $1
		WHERE enabled = 1 AND (next_fetch IS NULL OR next_fetch > $1)`
	makeFeedDue = `
		UPDATE feed
		SET next_fetch = CASE WHEN next_fetch < $1 THEN next_fetch ELSE $1 END
		WHERE url = $2`
)

// notConfigured is the position of feeds removed from the configuration, known to feedColumns, too.
const notConfigured = 1 << 30

// Sync brings the feeds in line with the configuration. A feed is its URL: a new one is due at now, and a
// changed URL makes another feed, except for another spelling ([oped.FeedKey]). A removed feed is no longer
// fetched; its entries stay.
func (s Feeds) Sync(ctx context.Context, feeds []oped.Feed, now time.Time) error {
	return s.db.doing("store the configured feeds", s.db.write(ctx, func(tx *tx) error {
		known, err := list(ctx, tx, scanFeed, feedsQuery)
		if err != nil {
			return err
		}
		configured, err := tx.number(configuredFeeds, notConfigured) // they come first
		if err != nil {
			return err
		}
		at, spelled := make(map[string]int, len(known)), make(map[string]int, len(known))
		for i, f := range slices.Backward(known) { // configured feeds, which come first, win
			at[f.URL], spelled[oped.FeedKey(f.URL)] = i, i
		}
		named := make(map[string]bool, len(feeds))
		for position, f := range feeds {
			named[f.URL] = true
			i, ok := at[f.URL]
			if !ok {
				if i, ok = spelled[oped.FeedKey(f.URL)]; ok {
					if _, err := tx.exec(`UPDATE feed SET url = $1 WHERE id = $2`, f.URL, known[i].ID); err != nil {
						return err
					}
					named[known[i].URL] = true // it is this feed
				}
			}
			if ok && i == position && int64(i) < configured && sameFeed(known[i].Feed, f) {
				continue
			}
			var before oped.FeedState
			if ok {
				before = known[i]
			}
			if err := putFeed(tx, &before, f, position, now); err != nil {
				return fmt.Errorf("feed %s: %w", f.Name, err)
			}
		}
		for _, f := range known[:configured] {
			if named[f.URL] {
				continue
			}
			if err := tx.bumpVersions(removeFeed, notConfigured, f.ID); err != nil {
				return err
			}
		}
		return nil
	}))
}

func sameFeed(a, b oped.Feed) bool {
	a.Every, b.Every = a.Every.Truncate(time.Millisecond), b.Every.Truncate(time.Millisecond)
	same := slices.Equal(a.Implies, b.Implies)
	a.Implies, b.Implies = nil, nil
	a.Quota, b.Quota = 0, 0 // the store does not keep them
	a.Charset, b.Charset = "", ""
	return same && reflect.DeepEqual(a, b)
}

// putFeed writes a configured feed. A page may show any of it, its place among the feeds too.
func putFeed(t *tx, before *oped.FeedState, f oped.Feed, position int, now time.Time) error {
	version, err := t.change()
	if err != nil {
		return err
	}
	after := *before
	after.Feed = f
	described := version
	if before.ID != 0 && describe(before) == describe(&after) {
		described = 0 // as before
	}
	_, err = t.exec(putFeedQuery, f.URL, position, f.Name, f.Title, f.Publisher, f.SiteURL, f.Country, f.Timezone,
		f.Lang, millis(f.Every), f.Opinion, f.Kind, asJSON(&f.Implies), f.Excerpt, f.Full, f.Enabled, f.Secret, version,
		described, toMillis(now), f.Reserved)
	return err
}

// description is the part of a feed shown on the pages of pieces.
type description struct {
	title, publisher, site, lang string
	country, timezone            string
	excerpt                      int
	full, secret                 bool
	signals                      oped.Signals

	docTitle, docSite, docLang, docID, rights string
}

func describe(f *oped.FeedState) description {
	return description{
		title:     f.Title,
		publisher: f.Publisher,
		site:      f.SiteURL,
		lang:      f.Lang,
		country:   f.Country,
		timezone:  f.Timezone,
		excerpt:   f.Excerpt,
		full:      f.Full,
		secret:    f.Secret,
		signals:   f.Signals(),
		docTitle:  f.DocTitle,
		docSite:   f.DocSite,
		docLang:   f.DocLang,
		docID:     f.DocID,
		rights:    f.Rights,
	}
}

// fetchedVersions returns the new values of the columns version and described of a feed after a fetch; 0: no
// change. The version rises with the day of the last success, shown on the page of the publisher; described
// does not.
func fetchedVersions(t *tx, before, after *oped.FeedState) (version, described int64, err error) {
	const day = 24 * time.Hour
	same := describe(before) == describe(after)
	if same && before.LastSuccess.Truncate(day).Equal(after.LastSuccess.Truncate(day)) {
		return 0, 0, nil
	}
	if version, err = t.change(); !same {
		described = version
	}
	return version, described, err
}

// SetPaused pauses or resumes the fetching of a feed. The error is ErrNotFound if no feed has this URL.
func (s Feeds) SetPaused(ctx context.Context, url string, paused bool) error {
	return s.db.doing("pause or resume "+oped.ShownAddress(url), s.db.write(ctx, func(tx *tx) error {
		n, err := tx.exec(pauseFeed, paused, url)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	}))
}

// MakeDue makes feeds due at once: those with the given URLs, or all enabled ones. The error is ErrNotFound
// if one of the URLs has no feed.
func (s Feeds) MakeDue(ctx context.Context, now time.Time, urls ...string) error {
	return s.db.doing("make feeds due", s.db.write(ctx, func(tx *tx) error {
		if len(urls) == 0 {
			_, err := tx.exec(makeAllDue, toMillis(now))
			return err
		}
		for _, url := range urls {
			n, err := tx.exec(makeFeedDue, toMillis(now), url)
			if err == nil && n == 0 {
				err = fmt.Errorf("feed %s: %w", oped.ShownAddress(url), ErrNotFound)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}))
}
