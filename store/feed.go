package store

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"time"

	"oped"
)

// feedColumns are the columns of scanFeed, in its order.
const feedColumns = `id, url, name, title, publisher, site_url, country, lang, every, opinion, kind, implies, excerpt,
	full, enabled, paused, validators_url, etag, last_modified, body_hash, freshness, ttl,
	doc_title, doc_site, doc_lang, doc_id,
	rights, next_fetch, last_fetch, last_success, last_new, failures, failing_since, last_status, last_kind,
	last_error, entries, guids, guid_faults, noted,
	limits, new_day, new_today, deferred, revised_today, kept_today, secret, version,
	position = 1073741824`

// scanner is a row of a result.
type scanner interface{ Scan(...any) error }

func scanFeed(row scanner) (f oped.FeedState, err error) {
	var every, freshness, ttl int64
	var implies, limits string
	var body []byte
	var next, last, success, news, failing, noted, day sql.NullInt64
	err = row.Scan(&f.ID, &f.URL, &f.Name, &f.Title, &f.Publisher, &f.SiteURL, &f.Country, &f.Lang, &every,
		&f.Opinion, &f.Kind,
		&implies, &f.Excerpt, &f.Full, &f.Enabled, &f.Paused, &f.Validators.URL, &f.Validators.ETag,
		&f.Validators.LastModified,
		&body, &freshness, &ttl, &f.DocTitle, &f.DocSite, &f.DocLang, &f.DocID, &f.Rights, &next, &last,
		&success, &news,
		&f.Failures, &failing, &f.LastStatus, &f.LastKind, &f.LastError, &f.Entries, &f.GUIDs, &f.GUIDFaults, &noted,
		&limits, &day, &f.NewToday, &f.Deferred, &f.RevisedToday, &f.RevisionBytesToday, &f.Secret, &f.Version,
		&f.Removed)
	if err != nil {
		return f, err
	}
	f.Every, f.Freshness, f.TTL, f.BodyHash = duration(every), duration(freshness), duration(ttl), hash(body)
	f.NextFetch, f.LastFetch, f.LastSuccess = fromMillis(next), fromMillis(last), fromMillis(success)
	f.LastNew, f.FailingSince = fromMillis(news), fromMillis(failing)
	f.Noted, f.NewDay, f.Limits = fromMillis(noted), fromMillis(day), splitLimits(limits)
	f.Implies, err = decodeJSON[string](implies)
	return f, err
}

// All returns all feeds ever configured, in the order of the configuration. Removed feeds come last and are
// not enabled.
func (s Feeds) All(ctx context.Context) ([]oped.FeedState, error) {
	feeds, err := queryFeeds(ctx, s.db.reader, `SELECT `+feedColumns+` FROM feed ORDER BY position, id`)
	if err != nil {
		return nil, fmt.Errorf("read the feeds: %w", explain(s.db.path, err))
	}
	return feeds, nil
}

func queryFeeds(ctx context.Context, q querier, query string, args ...any) (feeds []oped.FeedState, err error) {
	err = each(ctx, q, query, args, func(row scanner) error {
		f, err := scanFeed(row)
		feeds = append(feeds, f)
		return err
	})
	return feeds, err
}

// notConfigured is the position of feeds removed from the configuration, known to feedColumns, too.
const notConfigured = 1 << 30

// Sync brings the feeds in line with the configuration. A feed is its URL: a new one is due at now, and a
// changed URL makes another feed, except for another spelling ([oped.FeedKey]). A removed feed is no longer fetched; its entries stay.
func (s Feeds) Sync(ctx context.Context, feeds []oped.Feed, now time.Time) error {
	err := s.db.write(ctx, func(tx *tx) error {
		known, err := queryFeeds(ctx, tx, `SELECT `+feedColumns+` FROM feed ORDER BY position, id`)
		if err != nil {
			return err
		}
		configured, err := tx.number(`SELECT count(*) FROM feed WHERE position < ?`, notConfigured) // they come first
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
					if _, err := tx.exec(`UPDATE feed SET url = ? WHERE id = ?`, f.URL, known[i].ID); err != nil {
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
				return err
			}
		}
		for _, f := range known[:configured] {
			if named[f.URL] {
				continue
			}
			err := tx.bumpVersions(`
				UPDATE feed
				SET enabled = 0, position = ?2, version = ?1
				WHERE id = ?3`, notConfigured, f.ID)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store the configured feeds: %w", err)
	}
	return nil
}

func sameFeed(a, b oped.Feed) bool {
	a.Every, b.Every = a.Every.Truncate(time.Millisecond), b.Every.Truncate(time.Millisecond)
	same := slices.Equal(a.Implies, b.Implies)
	a.Implies, b.Implies = nil, nil
	a.Quota, b.Quota = 0, 0 // the store does not keep it
	return same && reflect.DeepEqual(a, b)
}

// putFeed writes a configured feed. A page may show any of it, its place among the feeds too.
func putFeed(t *tx, before *oped.FeedState, f oped.Feed, position int, now time.Time) error {
	implies, err := encodeJSON(f.Implies)
	if err != nil {
		return err
	}
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
	_, err = t.exec(`
		INSERT INTO feed (url, position, name, title, publisher, site_url, country, lang, every,
			opinion, kind, implies, excerpt, full, enabled, secret, version, described, next_fetch)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (url) DO UPDATE SET position = excluded.position, name = excluded.name,
			title = excluded.title, publisher = excluded.publisher, site_url = excluded.site_url,
			country = excluded.country, lang = excluded.lang, every = excluded.every,
			opinion = excluded.opinion, kind = excluded.kind, implies = excluded.implies,
			excerpt = excluded.excerpt, full = excluded.full, enabled = excluded.enabled,
			secret = excluded.secret, version = excluded.version, described = max(described, excluded.described)`,
		f.URL, position, f.Name, f.Title, f.Publisher, f.SiteURL, f.Country, f.Lang, millis(f.Every), f.Opinion,
		f.Kind, implies, f.Excerpt, f.Full, f.Enabled, f.Secret, version, described, toMillis(now))
	if err != nil {
		return fmt.Errorf("feed %s: %w", f.Name, err)
	}
	return nil
}

// description is the part of a feed shown on the pages of pieces.
type description struct {
	title, publisher, site, lang string
	excerpt                      int
	full, secret                 bool

	docTitle, docSite, docLang, docID, rights string
}

func describe(f *oped.FeedState) description {
	return description{
		title:     f.Title,
		publisher: f.Publisher,
		site:      f.SiteURL,
		lang:      f.Lang,
		excerpt:   f.Excerpt,
		full:      f.Full,
		secret:    f.Secret,
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
	err := s.db.write(ctx, func(tx *tx) error {
		n, err := tx.exec(`UPDATE feed SET paused = ? WHERE url = ?`, paused, url)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("pause or resume %s: %w", oped.ShownAddress(url), err)
	}
	return nil
}

// MakeDue makes feeds due at once: those with the given URLs, or all enabled ones. The error is ErrNotFound
// if one of the URLs has no feed.
func (s Feeds) MakeDue(ctx context.Context, now time.Time, urls ...string) error {
	err := s.db.write(ctx, func(tx *tx) error {
		if len(urls) == 0 {
			_, err := tx.exec(`
				UPDATE feed
				SET next_fetch = ?1
				WHERE enabled = 1 AND (next_fetch IS NULL OR next_fetch > ?1)`, toMillis(now))
			return err
		}
		for _, url := range urls {
			n, err := tx.exec(`
				UPDATE feed
				SET next_fetch = min(ifnull(next_fetch, ?1), ?1)
				WHERE url = ?2`, toMillis(now), url)
			if err != nil {
				return err
			}
			if n == 0 {
				return fmt.Errorf("feed %s: %w", oped.ShownAddress(url), ErrNotFound)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("make feeds due: %w", err)
	}
	return nil
}
