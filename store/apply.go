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
	w := writing{tx: t, feed: &k.Feed, at: plan.Feed.LastFetch, editions: map[string]bool{}}
	w.changes = oped.Changes{Unchanged: plan.Unchanged}
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
	if err := see(&w, plan.Seen); err != nil {
		return oped.Changes{}, err
	}
	if err := countBlocks(&w, plan.Blocks); err != nil {
		return oped.Changes{}, err
	}
	if err := putFeedState(t, &k.Feed, plan.Feed, w.inserted); err != nil {
		return oped.Changes{}, err
	}
	return w.done(), nil
}

// putFeedState writes the state of a feed after a fetch.
func putFeedState(t *tx, before *oped.FeedState, f oped.FeedState, inserted int) error {
	f.Feed = before.Feed
	version, described, err := fetchedVersions(t, before, &f)
	if err != nil {
		return err
	}
	n, err := t.exec(`
		UPDATE feed
		SET validators_url = ?, etag = ?, last_modified = ?, body_hash = ?, freshness = ?, ttl = ?,
			doc_title = ?, doc_site = ?, doc_lang = ?, doc_id = ?, rights = ?, next_fetch = ?, last_fetch = ?,
			last_success = ?, last_new = ?, failures = ?, failing_since = ?, last_status = ?, last_kind = ?,
			last_error = ?, entries = entries + ?, guids = ?, guid_faults = ?, noted = ?, limits = ?,
			new_day = ?, new_today = ?, deferred = ?, revised_today = ?, kept_today = ?,
			version = max(version, ?), described = max(described, ?)
		WHERE id = ?`,
		f.Validators.URL, f.Validators.ETag, f.Validators.LastModified, blob(f.BodyHash), millis(f.Freshness),
		millis(f.TTL), f.DocTitle, f.DocSite, f.DocLang, f.DocID, f.Rights,
		toMillis(f.NextFetch), toMillis(f.LastFetch), toMillis(f.LastSuccess), toMillis(f.LastNew),
		f.Failures, toMillis(f.FailingSince), f.LastStatus, f.LastKind, f.LastError, inserted,
		f.GUIDs, f.GUIDFaults, toMillis(f.Noted),
		joinLimits(f.Limits), toMillis(f.NewDay), f.NewToday, f.Deferred, f.RevisedToday, f.RevisionBytesToday,
		version, described, before.ID)
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
	merging       bool            // a piece is being merged into another one
	fresh         bool            // the piece being published is new
	fingerprinted int             // pieces with fingerprints
	inserted      int             // entries of the feed
	changes       oped.Changes
	editions      map[string]bool
	// editions left by a piece because it is merged into the one being written; true: it was at the head
	left map[string]bool
}

// done returns the changes.
func (w *writing) done() oped.Changes {
	w.changes.Editions = slices.Sorted(maps.Keys(w.editions))
	return w.changes
}

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
	if p.ID == 0 {
		if fresh(c) && len(c.Enter)+len(c.EnterBelow) > 0 {
			p.Entered = time.UnixMilli(w.changedAt(p))
		}
		id, err := w.tx.insert(`
			INSERT INTO piece (atom_id, kind, lead, date, first_seen, updated, entered, revision)
			VALUES (?, ?, 0, 0, ?, ?, ?, ?)`,
			p.AtomID, p.Kind, toMillis(p.FirstSeen), toMillis(p.Updated), toMillis(p.Entered), p.Revision)
		if err != nil {
			return err
		}
		p.ID = oped.PieceID(id)
	}
	if err := w.gather(before, p, c.MergedIDs, c.Why); err != nil {
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
	if c.Words != "" || before.ID == 0 {
		w.tx.words[p.ID] = c.Words
	}
	if c.UpdateFingerprints {
		if err := w.putFingerprints(p, c.Fingerprints); err != nil {
			return err
		}
	}
	if c.Rekey { // its entries have changed: the first of them is no copy
		if _, err := w.tx.exec(`
			UPDATE entry
			SET joined = ''
			WHERE id = (SELECT min(id) FROM entry WHERE piece = ?) AND joined <> ''`, p.ID); err != nil {
			return err
		}
		if _, err := w.tx.exec(`DELETE FROM piece_key WHERE piece = ?`, p.ID); err != nil {
			return err
		}
	}
	err := insertAll(w.tx, `INSERT INTO piece_key (key, piece) VALUES %s ON CONFLICT DO NOTHING`, c.Keys,
		func(key string) []any { return []any{key, p.ID} })
	if err != nil {
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
	w.changes.Pieces = append(w.changes.Pieces, p.ID)
	return nil
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
	n, err := w.tx.exec(`
		UPDATE piece
		SET kind = ?2, lead = ?3, date = ?4, first_seen = ?5, updated = ?6, revision = ?7, version = ?8
		WHERE id = ?1 AND EXISTS (SELECT 1 FROM entry WHERE id = ?3 AND piece = ?1)`,
		p.ID, p.Kind, p.Lead().Row, date(p), toMillis(p.FirstSeen), toMillis(p.Updated), p.Revision, version)
	if err != nil {
		return err
	}
	if n != 1 {
		return fmt.Errorf("no such piece, or entry %d does not belong to it", p.Lead().Row)
	}
	return nil
}

// fresh reports whether a change makes a piece without merging others into it. No edition, archive or
// tombstone has it.
func fresh(c *oped.PieceChange) bool { return c.Piece.ID == 0 && len(c.MergedIDs) == 0 }

// redate moves a stored piece in its editions if its date has changed.
func (w *writing) redate(p *oped.Piece) error {
	was, err := w.tx.number(`SELECT date FROM piece WHERE id = ?`, p.ID)
	if err != nil || was == date(p) {
		return err
	}
	if _, err := w.tx.exec(`UPDATE edition_piece SET date = ? WHERE piece = ?`, date(p), p.ID); err != nil {
		return err
	}
	return w.tx.bumpVersions(bumpDated, p.ID)
}

// newFor is the age up to which a piece counts as new in an edition when we first see it.
const newFor = 48 * time.Hour

// date is the sort key of a piece in editions, in milliseconds; 0 if it is unknown. A piece that is new when
// we first see it is sorted by its time of arrival, not by its date. Papers date by the day, deliver late,
// and forget the zone, and readers would never see a piece that began below the head. Pieces that arrive
// together stay in the order of their dates. An old piece is sorted by its date and startles nobody.
func date(p *oped.Piece) int64 {
	d := p.Lead().Date()
	if d.IsZero() {
		d = p.FirstSeen
	}
	if d.IsZero() {
		return 0
	}
	// In milliseconds from here on, like the rows: a piece written again after loading keeps its place.
	at, seen := d.UnixMilli(), p.FirstSeen.UnixMilli()
	if age := seen - at; age > 0 && age <= newFor.Milliseconds() {
		at = seen - age/1000
	}
	return at
}

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
	return insertAll(w.tx, `
		INSERT INTO entry_key (feed, key, entry)
		VALUES %s
		ON CONFLICT DO UPDATE SET entry = excluded.entry`, c.Keys,
		func(key string) []any { return []any{w.feed.ID, key, e.Row} })
}

// putEntry writes an entry.
func (w *writing) putEntry(piece oped.PieceID, e *oped.Entry) error {
	authors, err := encodeJSON(e.Authors)
	if err != nil {
		return err
	}
	categories, err := encodeJSON(e.Categories)
	if err != nil {
		return err
	}
	enclosures, err := encodeJSON(e.Enclosures)
	if err != nil {
		return err
	}
	boilerplate, err := encodeJSON(e.Boilerplate)
	if err != nil {
		return err
	}
	args := []any{
		w.feed.ID, piece, e.Hash[:], e.ID, e.URL, toMillis(e.Published), toMillis(e.Updated), toMillis(e.FirstSeen),
		e.Lang, e.Publisher, e.Source, e.Rights, authors, categories,
		e.Title, e.Summary, e.Content, e.Text, boilerplate, joinLimits(e.Limits),
		e.Zone, enclosures,
	}
	if e.Row == 0 {
		e.Row, err = w.tx.insert(`
			INSERT INTO entry (feed, piece, hash, guid, url, published, updated, first_seen, lang, publisher, source,
				rights, authors, categories, title, summary, content, text, furniture, limits, zone, enclosures, joined)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, append(args, e.Joined)...)
		w.inserted++
		if err != nil {
			return err
		}
		return putBylines(w.tx, e.Row, e.Authors, e.Publisher, w.feed.Publisher)
	}
	if err := dropBylines(w.tx, e.Row); err != nil {
		return err
	}
	if err := putBylines(w.tx, e.Row, e.Authors, e.Publisher, w.feed.Publisher); err != nil {
		return err
	}
	n, err := w.tx.exec(`
		UPDATE entry
		SET hash = ?3, guid = ?4, url = ?5, published = ?6, updated = ?7, first_seen = ?8, lang = ?9,
			publisher = ?10, source = ?11, rights = ?12, authors = ?13, categories = ?14, title = ?15,
			summary = ?16, content = ?17, text = ?18, furniture = ?19, limits = ?20,
			zone = ?21, enclosures = ?22
		WHERE id = ?23 AND feed = ?1 AND piece = ?2`, append(args, e.Row)...)
	if err == nil && n != 1 {
		err = fmt.Errorf("entry %d is not in this piece", e.Row)
	}
	return err
}

// keepVersion stores the current row of an entry as an earlier version if its hash is about to change. news
// says why the new version is news. A version that returns is kept once, with the time of its last
// replacement, so it sorts before its last replacement. An entry that alternates between two versions takes
// no more room than one that changed once.
//
// Of many versions the newest are kept, within oped.MaxVersions and oped.MaxVersionBytes, and always the last
// one. cut reports whether some were dropped.
func (w *writing) keepVersion(e *oped.Entry, news oped.NewsPart) (cut bool, err error) {
	kept, err := w.tx.exec(`
		INSERT INTO revision (entry, hash, at, guid, url, published, updated, authors, title, summary, content, news)
		SELECT id, hash, ?2, guid, url, published, updated, authors, title, summary, content, ?4
		FROM entry
		WHERE id = ?1 AND hash <> ?3
		ON CONFLICT DO UPDATE SET at = excluded.at, news = excluded.news`, e.Row, max(w.at.UnixMilli(), 0),
		e.Hash[:], news)
	if err != nil || kept == 0 {
		return false, err
	}
	dropped, err := w.tx.exec(`
		DELETE FROM revision
		WHERE rowid IN (
			SELECT rowid
			FROM (
				SELECT rowid, row_number() OVER newer AS n,
					sum(octet_length(summary) + octet_length(content)) OVER newer AS bytes
				FROM revision
				WHERE entry = ?
				WINDOW newer AS (ORDER BY at DESC, rowid DESC))
			WHERE n > 1 AND (n > ? OR bytes > ?))`, e.Row, oped.MaxVersions, oped.MaxVersionBytes)
	return dropped > 0, err
}

// tags writes the piece's tags, and counts its new topics.
func (w *writing) tags(before oped.Piece, p *oped.Piece) error {
	if len(before.Tags) == 0 && len(p.Tags) == 0 || reflect.DeepEqual(before.Tags, p.Tags) {
		return nil
	}
	if before.ID != 0 {
		if _, err := w.tx.exec(`DELETE FROM tag WHERE piece = ?`, p.ID); err != nil {
			return err
		}
	}
	for i, t := range p.Tags {
		why, err := encodeJSON(t.Why)
		if err != nil {
			return err
		}
		_, err = w.tx.exec(`
			INSERT INTO tag (piece, position, topic, outcome, given_by, score, threshold, rule_version, at, why)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			p.ID, i, t.Topic, t.Outcome, t.By, t.Score, t.Threshold, t.RuleVersion, toMillis(t.At), why)
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
