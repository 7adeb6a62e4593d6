package store

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"oped"
)

// apply writes a plan.
func (t *tx) apply(ctx context.Context, k oped.Known, plan oped.Plan) (oped.Changes, error) {
	w := newWriting(t, plan.Feed.LastFetch)
	w.feed, w.changes.Unchanged = &k.Feed, plan.Unchanged
	for i := range plan.Pieces {
		c := &plan.Pieces[i]
		if err := ctx.Err(); err != nil {
			return oped.Changes{}, err
		}
		if err := w.planned(k.Pieces[c.Piece.ID], c); err != nil {
			return oped.Changes{}, fmt.Errorf("piece %d (%s): %w", c.Piece.ID, c.Piece.AtomID, err)
		}
	}
	if err := w.dropCold(); err != nil {
		return oped.Changes{}, err
	}
	if err := see(w, plan.Seen); err != nil {
		return oped.Changes{}, err
	}
	if err := countBlocks(w, plan.Blocks); err != nil {
		return oped.Changes{}, err
	}
	if err := putFeedState(t, &k.Feed, plan.Feed, w.inserted); err != nil {
		return oped.Changes{}, err
	}
	return w.done(), nil
}

const putFetched = `
	UPDATE feed
	SET validators_url = $1, etag = $2, last_modified = $3, body_hash = $4, freshness = $5, ttl = $6,
		doc_title = $7, doc_site = $8, doc_lang = $9, doc_id = $10, rights = $11, next_fetch = $12, last_fetch = $13,
		last_success = $14, last_new = $15, failures = $16, failing_since = $17, last_status = $18, last_kind = $19,
		last_error = $20, entries = entries + $21, guids = $22, guid_faults = $23, noted = $24, limits = $25,
		new_day = $26, new_today = $27, deferred = $28, revised_today = $29, kept_today = $30,
		parser = $34, parser_since = $35, doc_signals = $36,
		version = coalesce(nullif(CAST($31 AS BIGINT), 0), version),
		described = coalesce(nullif(CAST($32 AS BIGINT), 0), described)
	WHERE id = $33`

// putFeedState writes the state of a feed after a fetch.
func putFeedState(t *tx, before *oped.FeedState, f oped.FeedState, inserted int) error {
	f.Feed = before.Feed
	version, described, err := fetchedVersions(t, before, &f)
	if err != nil {
		return err
	}
	n, err := t.exec(putFetched,
		f.Validators.URL, f.Validators.ETag, f.Validators.LastModified, digest(f.BodyHash), millis(f.Freshness),
		millis(f.TTL), f.DocTitle, f.DocSite, f.DocLang, f.DocID, f.Rights, toMillis(f.NextFetch),
		toMillis(f.LastFetch), toMillis(f.LastSuccess), toMillis(f.LastNew), f.Failures, toMillis(f.FailingSince),
		f.LastStatus, f.LastKind, f.LastError, inserted, f.GUIDs, f.GUIDFaults, toMillis(f.Noted),
		limitColumn(f.Limits), toMillis(f.NewDay), f.NewToday, f.Deferred, f.RevisedToday, f.RevisionBytesToday,
		version, described, before.ID, f.Parser, toMillis(f.ParserSince), signalColumn(f.DocSignals))
	if err == nil && n != 1 {
		err = fmt.Errorf("feed: %w", ErrNotFound)
	}
	return err
}

// writing is the work on the pieces of one plan.
type writing struct {
	tx            *tx
	feed          *oped.FeedState // owner of the entries; nil when pieces are judged again
	at            time.Time       // of the fetch; zero when pieces are judged again
	decision      int64           // the decision behind the changes; 0: a fetch
	undoes        int64           // the decision being undone
	chosen        bool            // a curator lets a piece into curated editions, or takes it out
	revived       int64           // time at which the tombstone of the piece went, in ms; 0: it had none
	merging       bool            // a piece is being merged into another one
	fresh         bool            // the piece being published is new
	fingerprinted int             // pieces with fingerprints
	inserted      int             // entries of the feed
	changes       oped.Changes
	editions      map[string]bool
	merged        map[string]oped.Place // of the pieces merged into the one being written, by edition
}

func newWriting(t *tx, at time.Time) *writing {
	return &writing{tx: t, at: at, editions: map[string]bool{}}
}

// done returns the changes.
func (w *writing) done() oped.Changes {
	w.changes.Editions = slices.Sorted(maps.Keys(w.editions))
	return w.changes
}

// atMillis is the time of the writing, 0 if it is unknown.
func (w *writing) atMillis() int64 { return max(w.at.UnixMilli(), 0) }

const (
	addPiece = `
		INSERT INTO piece (atom_id, kind, lead, date, first_seen, updated, entered, revision)
		VALUES ($1, $2, 0, 0, $3, $4, $5, $6)
		RETURNING id`
	unjoinFirst = `
		UPDATE entry
		SET joined = ''
		WHERE id = (SELECT min(id) FROM entry WHERE piece = $1) AND joined <> ''`
	putKeys = `
		INSERT INTO piece_key (key, piece)
		VALUES %s
		ON CONFLICT DO NOTHING`
	updatePiece = `
		UPDATE piece
		SET kind = $2, lead = $3, date = $4, first_seen = $5, updated = $6, revision = $7, version = $8
		WHERE id = $1 AND EXISTS (SELECT 1 FROM entry WHERE id = $3 AND piece = $1)`
	dateQuery   = `SELECT date FROM piece WHERE id = $1`
	redatePiece = `UPDATE edition_piece SET date = $1 WHERE piece = $2`
)

// piece writes one changed piece. before is its stored state, the zero piece if it is new.
func (w *writing) piece(before oped.Piece, c *oped.PieceChange) error {
	if len(c.Piece.Entries) == 0 {
		return fmt.Errorf("a piece without an entry")
	}
	// A copy: decide may be called again, and must not see the ids assigned here.
	p := &oped.Piece{}
	*p = c.Piece
	p.Entries = slices.Clone(p.Entries)
	if p.ID != 0 && before.ID == 0 { // the lookup did not name it
		stored, err := loadPieces(context.Background(), w.tx, []oped.PieceID{p.ID})
		if err != nil {
			return err
		}
		if len(stored) == 0 {
			return ErrNotFound
		}
		before = stored[0]
	}
	if err := w.add(c, p); err != nil {
		return err
	}
	if err := w.gather(before, p, c.MergedIDs, c.Why); err != nil {
		return err
	}
	if err := w.choices(&before, p); err != nil {
		return err
	}
	for _, e := range c.Entries {
		if err := w.entry(p, e); err != nil {
			return err
		}
	}
	if err := w.head(before, p); err != nil {
		return err
	}
	if err := w.index(before, c, p); err != nil {
		return err
	}
	if err := w.tags(before, p); err != nil {
		return err
	}
	if err := putRelations(w, p.ID, c.Relations); err != nil {
		return err
	}
	if err := w.publish(c, p); err != nil {
		return err
	}
	if err := w.revive(p); err != nil {
		return err
	}
	w.changes.Pieces = append(w.changes.Pieces, p.ID)
	return nil
}

// add gives a new piece its row.
func (w *writing) add(c *oped.PieceChange, p *oped.Piece) error {
	if p.ID != 0 {
		return nil
	}
	if fresh(c) && len(c.Enter)+len(c.EnterBelow) > 0 {
		p.Entered = time.UnixMilli(w.changedAt(p))
	}
	return w.tx.read(addPiece, []any{
		p.AtomID, p.Kind, toMillis(p.FirstSeen), toMillis(p.Updated), toMillis(p.Entered), p.Revision,
	}, &p.ID)
}

// index writes the words, fingerprints and keys of a piece, by which it is found.
func (w *writing) index(before oped.Piece, c *oped.PieceChange, p *oped.Piece) error {
	if c.Words != "" || before.ID == 0 {
		w.tx.words[p.ID] = c.Words
	}
	if c.UpdateFingerprints {
		if err := w.putFingerprints(p, c.Fingerprints); err != nil {
			return err
		}
	}
	if c.Rekey { // its entries have changed: the first of them is no copy
		for _, query := range []string{unjoinFirst, dropKeys} {
			if _, err := w.tx.exec(query, p.ID); err != nil {
				return err
			}
		}
	}
	return insertAll(w.tx, putKeys, c.Keys, func(key string) []any { return []any{key, p.ID} })
}

// head writes the piece's own row. Only an entry of the piece can lead it.
func (w *writing) head(before oped.Piece, p *oped.Piece) error {
	if before.ID != 0 {
		if err := w.redate(p); err != nil {
			return err
		}
	}
	version, err := w.tx.change()
	if err != nil {
		return err
	}
	n, err := w.tx.exec(updatePiece, p.ID, p.Kind, p.Lead().Row, p.SortDate().UnixMilli(), toMillis(p.FirstSeen),
		toMillis(p.Updated), p.Revision, version)
	if err == nil && n != 1 {
		err = fmt.Errorf("no such piece, or entry %d does not belong to it", p.Lead().Row)
	}
	return err
}

// fresh reports whether a change makes a piece without merging others into it. No edition, archive or
// tombstone has it.
func fresh(c *oped.PieceChange) bool { return c.Piece.ID == 0 && len(c.MergedIDs) == 0 }

// redate moves a stored piece in its editions if its date has changed.
func (w *writing) redate(p *oped.Piece) error {
	date := p.SortDate().UnixMilli()
	was, err := w.tx.number(dateQuery, p.ID)
	if err != nil || was == date {
		return err
	}
	if _, err := w.tx.exec(redatePiece, date, p.ID); err != nil {
		return err
	}
	return w.tx.bumpVersions(bumpDated, p.ID)
}

const (
	putEntryKeys = `
		INSERT INTO entry_key (feed, key, entry)
		VALUES %s
		ON CONFLICT (feed, key) DO UPDATE
		SET entry = excluded.entry`
	addEntry = `
		INSERT INTO entry (feed, piece, hash, guid, url, published, updated, first_seen, lang, publisher, source,
			rights, authors, categories, title, summary, content, text, furniture, limits, zone, enclosures, joined)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
			$22, $23)
		RETURNING id`
	updateEntry = `
		UPDATE entry
		SET hash = $3, guid = $4, url = $5, published = $6, updated = $7, first_seen = $8, lang = $9,
			publisher = $10, source = $11, rights = $12, authors = $13, categories = $14, title = $15,
			summary = $16, content = $17, text = $18, furniture = $19, limits = $20,
			zone = $21, enclosures = $22
		WHERE id = $23 AND feed = $1 AND piece = $2`
	keepRevision = `
		INSERT INTO revision (entry, hash, at, guid, url, published, updated, authors, title, summary, content, news)
		SELECT id, hash, CAST($2 AS BIGINT), guid, url, published, updated, authors, title, summary, content, $4
		FROM entry
		WHERE id = $1 AND hash <> $3
		ON CONFLICT (entry, hash) DO UPDATE
		SET at = excluded.at, news = excluded.news`
	dropRevisions = `
		DELETE FROM revision
		WHERE rowid IN (
			SELECT rowid
			FROM (
				SELECT rowid, row_number() OVER newer AS n,
					sum(octet_length(summary) + octet_length(content)) OVER newer AS bytes
				FROM revision
				WHERE entry = $1
				WINDOW newer AS (ORDER BY at DESC, rowid DESC))
			WHERE n > 1 AND (n > $2 OR bytes > $3))`
	putTag = `
		INSERT INTO tag (piece, position, topic, outcome, given_by, score, threshold, rule_version, at, why)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
)

// entry writes one entry of a piece and gives a new one its row.
func (w *writing) entry(p *oped.Piece, c oped.EntryChange) error {
	if c.Index < 0 || c.Index >= len(p.Entries) {
		return fmt.Errorf("a change of entry %d of %d", c.Index, len(p.Entries))
	}
	e := &p.Entries[c.Index]
	if w.feed == nil || e.FeedURL != w.feed.URL {
		return fmt.Errorf("a change of an entry of %s", e.FeedURL)
	}
	switch c.Outcome {
	case oped.New:
		w.changes.New++
	case oped.Joined:
		w.changes.Joined++
	case oped.Changed:
		w.changes.Changed++
	case oped.Reread:
		w.changes.Reread++
	default:
		w.changes.Unchanged++
	}
	if e.Row != 0 && !c.Drop {
		cut, err := w.keepVersion(e, c.News)
		if err != nil {
			return err
		}
		if cut {
			e.Limits = e.Limits.With(oped.VersionLimit)
		}
	}
	if err := w.putEntry(p.ID, e); err != nil {
		return err
	}
	return insertAll(w.tx, putEntryKeys, c.Keys, func(key string) []any { return []any{w.feed.ID, key, e.Row} })
}

// putEntry writes an entry.
func (w *writing) putEntry(piece oped.PieceID, e *oped.Entry) (err error) {
	args := []any{
		w.feed.ID, piece, e.Hash[:], e.ID, e.URL, toMillis(e.Published), toMillis(e.Updated), toMillis(e.FirstSeen),
		e.Lang, e.Publisher, e.Source, e.Rights, asJSON(&e.Authors), asJSON(&e.Categories),
		e.Title, e.Summary, e.Content, e.Text, asJSON(&e.Boilerplate), limitColumn(e.Limits),
		e.Zone, asJSON(&e.Enclosures),
	}
	if e.Row == 0 {
		e.Row, err = w.tx.number(addEntry, append(args, e.Joined)...)
		w.inserted++
	} else {
		var n int64
		if n, err = w.tx.exec(updateEntry, append(args, e.Row)...); err == nil && n != 1 {
			err = fmt.Errorf("entry %d is not in this piece", e.Row)
		}
		if err == nil {
			err = dropBylines(w.tx, e.Row)
		}
	}
	if err != nil {
		return err
	}
	return putBylines(w.tx, e.Row, e.Authors, e.Publisher, w.feed.Publisher)
}

// keepVersion stores the current row of an entry as an earlier version if its hash is about to change. news
// says why the new version is news. A version that returns is kept once, with the time of its last
// replacement, so it sorts before its last replacement. An entry that alternates between two versions takes
// no more room than one that changed once.
//
// Of many versions the newest are kept, within oped.MaxVersions and oped.MaxVersionBytes, and always the last
// one. cut reports whether some were dropped.
func (w *writing) keepVersion(e *oped.Entry, news oped.NewsPart) (cut bool, err error) {
	kept, err := w.tx.exec(keepRevision, e.Row, w.atMillis(), e.Hash[:], news)
	if err != nil || kept == 0 {
		return false, err
	}
	dropped, err := w.tx.exec(dropRevisions, e.Row, oped.MaxVersions, oped.MaxVersionBytes)
	return dropped > 0, err
}

// tags writes the piece's tags, and counts its new topics.
func (w *writing) tags(before oped.Piece, p *oped.Piece) error {
	if len(before.Tags) == 0 && len(p.Tags) == 0 || reflect.DeepEqual(before.Tags, p.Tags) {
		return nil
	}
	if before.ID != 0 {
		if _, err := w.tx.exec(dropTags, p.ID); err != nil {
			return err
		}
	}
	for i, t := range p.Tags {
		_, err := w.tx.exec(putTag, p.ID, i, t.Topic, t.Outcome, t.By, t.Score, t.Threshold, t.RuleVersion,
			toMillis(t.At), asJSON(&t.Why))
		if err != nil {
			return fmt.Errorf("tag %s: %w", t.Topic, err)
		}
	}
	had := before.Topics()
	for _, topic := range p.Topics() {
		if !slices.Contains(had, topic) {
			w.changes.Tags++
		}
	}
	return nil
}
