package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"oped"
)

// change returns the number of the transaction's change. It is assigned at the first change visible on a
// page.
func (t *tx) change() (int64, error) {
	if t.changed == 0 {
		n, err := t.number(nextChange)
		if err != nil {
			return 0, fmt.Errorf("number a change: %w", err)
		}
		t.changed = n
	}
	return t.changed, nil
}

// bumpVersions executes an UPDATE giving owners the number of the transaction's change: $1. The arguments
// follow.
func (t *tx) bumpVersions(update string, args ...any) error {
	n, err := t.change()
	if err == nil {
		_, err = t.exec(update, append([]any{n}, args...)...)
	}
	return err
}

const (
	nextChange = `UPDATE sequence SET number = number + 1 RETURNING number`

	// bumpAliases is for a piece, and for the pieces it leads to.
	bumpAliases = `
		WITH RECURSIVE leads (id, merged) AS (
			SELECT id, merged FROM piece WHERE id = $2
			UNION ALL
			SELECT p.id, p.merged FROM leads JOIN piece p ON p.id = leads.merged)
		UPDATE piece
		SET version = $1
		WHERE id IN (SELECT id FROM leads)`

	// bumpBuried is for the editions with a tombstone naming a piece, or leading through it.
	bumpBuried = `
		WITH RECURSIVE near (id) AS (
			SELECT id FROM piece WHERE id = $2
			UNION ALL
			SELECT p.id FROM near JOIN piece p ON p.merged = near.id)
		UPDATE edition
		SET version = $1
		WHERE id IN (SELECT g.edition FROM near CROSS JOIN gone g WHERE g.piece = near.id)`

	// bumpDated is for the past and present editions of a piece: its date is in their lists.
	bumpDated = `
		UPDATE edition
		SET version = $1
		WHERE id IN (
			SELECT edition FROM edition_piece WHERE piece = $2
			UNION ALL
			SELECT edition FROM publication WHERE piece = $2 AND action = 'leave')`

	// bumpDecided is for the editions with a decision in their record.
	bumpDecided = `
		UPDATE edition
		SET version = $1
		WHERE id IN (SELECT edition FROM publication WHERE decision = $2)`

	// bumpTagged is for the pieces with a stored tag of a topic: their pages show its active rule.
	bumpTagged = `
		UPDATE piece
		SET version = $1
		WHERE id IN (SELECT piece FROM tag WHERE topic = $2)`

	// bumpRules is for the active rules and their evaluations.
	bumpRules = `UPDATE sequence SET rules = $1`

	// bumpPieces is for the pieces in an edition.
	bumpPieces = `
		UPDATE piece
		SET version = $1
		WHERE id IN (
			SELECT s.piece
			FROM edition e
			JOIN edition_piece s ON s.edition = e.id
			WHERE e.name = $2)`
)

const (
	sequenceQuery   = `SELECT number, rules > $1, day, day_version > $1 FROM sequence`
	numberQuery     = `SELECT number FROM sequence`
	todayQuery      = `SELECT day FROM sequence`
	beginDay        = `UPDATE sequence SET day = $2, day_version = $1`
	advanceSequence = `UPDATE sequence SET number = $1 WHERE number < $1`
	// "version > 0" is for the partial indexes. SQLite searches an index by the first of two bounds.
	changedPiecesQuery   = `SELECT id FROM piece WHERE version > $1 AND version > 0`
	changedFeedsQuery    = `SELECT url FROM feed WHERE version > $1 AND version > 0`
	changedEditionsQuery = `SELECT name FROM edition WHERE version > $1 AND version > 0 AND position IS NOT NULL`
	changedArchivesQuery = `
		SELECT e.name, a.number, a.previous
		FROM archive a
		JOIN edition e ON e.id = a.edition
		WHERE a.version > $1 AND a.version > 0`
)

// Since returns the changes after a change number. Changes made meanwhile may be included, and are returned
// again after its Number.
func (s Changes) Since(ctx context.Context, number int64) (c oped.ChangeSet, err error) {
	// The number is read first, so that later additions to the lists are not lost.
	r := s.db.reader
	if err = r.QueryRowContext(ctx, sequenceQuery, number).Scan(&c.Number, &c.Rules, (*date)(&c.Today), &c.NewDay); err == nil {
		c.Pieces, err = column[oped.PieceID](ctx, r, changedPiecesQuery, number)
	}
	if err == nil {
		c.Feeds, err = column[string](ctx, r, changedFeedsQuery, number)
	}
	if err == nil {
		c.Editions, err = column[string](ctx, r, changedEditionsQuery, number)
	}
	if err == nil {
		err = each(ctx, r, changedArchivesQuery, []any{number}, func(row scanner) error {
			var a, previous oped.ArchiveRef
			err := row.Scan(&a.Edition, &a.Number, &previous.Number)
			c.Archives = append(c.Archives, a)
			if previous.Edition = a.Edition; previous.Number > 0 { // another one is its neighbour now
				c.Archives = append(c.Archives, previous)
			}
			return err
		})
	}
	if err != nil {
		return oped.ChangeSet{}, s.db.doing(fmt.Sprintf("read the changes since %d", number), err)
	}
	slices.Sort(c.Pieces)
	slices.Sort(c.Feeds)
	slices.Sort(c.Editions)
	slices.SortFunc(c.Archives, compareArchives)
	c.Archives = slices.Compact(c.Archives)
	return c, nil
}

// PiecesSince returns the number of the last change, and the pieces changed since the one with a number, or a later one.
func (s Changes) PiecesSince(ctx context.Context, number int64) (last int64, ids []oped.PieceID, err error) {
	last, err = one[int64](ctx, s.db.reader, numberQuery)
	if err == nil && last != number {
		ids, err = column[oped.PieceID](ctx, s.db.reader, changedPiecesQuery, number)
	}
	return last, ids, s.db.doing(fmt.Sprintf("read the changes since %d", number), err)
}

// BeginDay stores the day that pages call today: the date of a time in its zone.
func (s Changes) BeginDay(ctx context.Context, now time.Time) error {
	today := now.Format(time.DateOnly)
	stored, err := one[string](ctx, s.db.reader, todayQuery)
	if err != nil || stored == today {
		return s.db.doing("read the current day", err)
	}
	return s.db.doing("begin a day", s.db.write(ctx, func(tx *tx) error {
		return tx.bumpVersions(beginDay, today)
	}))
}

func compareArchives(a, b oped.ArchiveRef) int {
	return cmp.Or(strings.Compare(a.Edition, b.Edition), cmp.Compare(a.Number, b.Number))
}

// Advance moves the next change above this number. After the restoration of an older database, files and
// readers know pages with numbers it has not reached: no other page may have those.
func (s Changes) Advance(ctx context.Context, number int64) error {
	return s.db.doing("advance the number of changes", s.db.write(ctx, func(tx *tx) error {
		_, err := tx.exec(advanceSequence, number)
		return err
	}))
}

const (
	// headerLeadsQuery follows each piece to its target, with the version of every piece on the way.
	headerLeadsQuery = `
		WITH RECURSIVE leads (asked, id, merged, version) AS (
			SELECT id, id, merged, version FROM piece WHERE id IN (%s)
			UNION ALL
			SELECT l.asked, p.id, p.merged, p.version FROM leads l JOIN piece p ON p.id = l.merged)
		SELECT asked, id, merged IS NULL, version
		FROM leads`
	headerEntriesQuery = `
		SELECT e.piece, count(*), max(f.described),
			count(*) - 1
				+ sum((SELECT count(*) FROM revision r WHERE r.entry = e.id))
				+ (SELECT count(*) FROM tag t WHERE t.piece = e.piece)
		FROM entry e
		JOIN feed f ON f.id = e.feed
		WHERE e.piece IN (%s)
		GROUP BY e.piece`
	// headerRelatedQuery returns the highest version of the related pieces, in either direction, and of the
	// feeds of their entries, and whether any is another piece. Relations of pieces merged into the piece count.
	headerRelatedQuery = `
		WITH RECURSIVE near (asked, id) AS (
			SELECT id, id FROM piece WHERE id IN (%s)
			UNION ALL
			SELECT n.asked, p.id FROM near n JOIN piece p ON p.merged = n.id),
		leads (asked, id) AS (
			SELECT n.asked, r.other FROM near n CROSS JOIN relation r WHERE r.piece = n.id
			UNION ALL
			SELECT n.asked, r.piece FROM near n CROSS JOIN relation r WHERE r.other = n.id
			UNION ALL
			SELECT l.asked, p.merged FROM leads l JOIN piece p ON p.id = l.id WHERE p.merged IS NOT NULL)
		SELECT l.asked, max(p.version), coalesce(max(f.described), 0),
			max(CASE WHEN p.merged IS NULL AND p.id <> l.asked THEN 1 ELSE 0 END)
		FROM leads l
		JOIN piece p ON p.id = l.id
		LEFT JOIN entry e ON e.piece = p.id
		LEFT JOIN feed f ON f.id = e.feed
		GROUP BY l.asked`
	headerEditionsQuery = `
		SELECT s.piece, e.name
		FROM edition_piece s
		JOIN edition e ON e.id = s.edition
		WHERE s.piece IN (%s) AND e.position IS NOT NULL
		ORDER BY s.piece, e.name`
)

// Headers returns the headers of the pieces with these ids, in this order, without unknown ones.
func (s Pieces) Headers(ctx context.Context, ids []oped.PieceID) ([]oped.PieceHeader, error) {
	h := headers{
		found: make(map[oped.PieceID]*oped.PieceHeader, len(ids)),
		of:    make(map[oped.PieceID][]*oped.PieceHeader, len(ids)),
	}
	// Versions are read first: after a change in between, the version of a header is older than its content,
	// never newer.
	err := inChunks(ctx, s.db.reader, headerLeadsQuery, nil, ids, h.addLead)
	targets := slices.Sorted(maps.Keys(h.of))
	for _, part := range []struct {
		query string
		ids   []oped.PieceID
		add   func(scanner) error
	}{
		{headerEntriesQuery, targets, h.addEntries},
		{headerRelatedQuery, targets, h.addRelated},
		{headerEditionsQuery, ids, h.addEdition},
	} {
		if err == nil {
			err = inChunks(ctx, s.db.reader, part.query, nil, part.ids, part.add)
		}
	}
	if err != nil {
		return nil, s.db.doing("read the headers of pieces", err)
	}
	gone, err := People(s).withdrawn(ctx)
	all := make([]oped.PieceHeader, 0, len(h.found))
	for _, id := range ids {
		if one := h.found[id]; one != nil {
			one.Withdrawn = gone[cmp.Or(one.Into, id)]
			all = append(all, *one)
		}
	}
	return all, s.db.doing("read the headers of pieces", err)
}

// headers are the headers of pieces, by id, and by the ids of their targets.
type headers struct {
	found map[oped.PieceID]*oped.PieceHeader
	of    map[oped.PieceID][]*oped.PieceHeader
}

func (hs headers) addLead(row scanner) error {
	var asked, id oped.PieceID
	var last bool
	var version int64
	if err := row.Scan(&asked, &id, &last, &version); err != nil {
		return err
	}
	h := hs.found[asked]
	if h == nil {
		h = &oped.PieceHeader{ID: asked}
		hs.found[asked] = h
	}
	h.Version = max(h.Version, version)
	if last {
		if id != asked {
			h.Into = id
		}
		hs.of[id] = append(hs.of[id], h)
	}
	return nil
}

func (hs headers) addEntries(row scanner) error {
	var id oped.PieceID
	var entries, details int
	var version int64
	err := row.Scan(&id, &entries, &version, &details)
	hs.reach(id, version)
	if h := hs.found[id]; h != nil {
		h.Entries, h.Detailed = entries, h.Detailed || details > 0
	}
	return err
}

func (hs headers) addRelated(row scanner) error {
	var id oped.PieceID
	var pieces, feeds int64
	var others bool
	err := row.Scan(&id, &pieces, &feeds, &others)
	hs.reach(id, max(pieces, feeds))
	if h := hs.found[id]; h != nil {
		h.Detailed = h.Detailed || others
	}
	return err
}

func (hs headers) addEdition(row scanner) error {
	var id oped.PieceID
	var name string
	err := row.Scan(&id, &name)
	if h := hs.found[id]; h != nil && !slices.Contains(h.Editions, name) {
		h.Editions = append(h.Editions, name)
	}
	return err
}

// reach raises the versions of the headers with a target.
func (hs headers) reach(target oped.PieceID, version int64) {
	for _, h := range hs.of[target] {
		h.Version = max(h.Version, version)
	}
}

const (
	ofFeedQuery = `
		SELECT DISTINCT piece
		FROM entry
		WHERE feed = (SELECT id FROM feed WHERE url = $1 AND described > $2)
		ORDER BY piece`
	idsQuery          = `SELECT id FROM piece WHERE id > $1 ORDER BY id LIMIT $2`
	authorKeysQuery   = `SELECT DISTINCT key FROM author WHERE key > $1 ORDER BY key LIMIT $2`
	authorKeysOfQuery = `
		SELECT DISTINCT a.key
		FROM entry e
		JOIN author a ON a.entry = e.id
		WHERE e.piece IN (%s)`
	archiveNumbersQuery = `
		SELECT number
		FROM archive
		WHERE edition = (SELECT id FROM edition WHERE name = $1) AND unlinked IS NULL
		ORDER BY number`
)

// IDs returns the first n ids after the given one, ascending, including those of merged and withdrawn pieces.
func (s Pieces) IDs(ctx context.Context, after oped.PieceID, n int) ([]oped.PieceID, error) {
	return s.db.listIDs(ctx, idsQuery, after, n)
}

// IDsOfFeed returns the ids of the pieces with an entry of a feed, ascending. It returns none if the
// description of the feed has not changed since a change number.
func (s Pieces) IDsOfFeed(ctx context.Context, url string, after int64) ([]oped.PieceID, error) {
	return s.db.listIDs(ctx, ofFeedQuery, url, after)
}

func (s *database) listIDs(ctx context.Context, query string, args ...any) ([]oped.PieceID, error) {
	ids, err := column[oped.PieceID](ctx, s.reader, query, args...)
	return ids, s.doing("list the ids of pieces", err)
}

// AuthorKeys returns the first n keys of authors after the given one, in alphabetical order. A key is the
// text.AuthorSlug of a name.
func (s People) AuthorKeys(ctx context.Context, after string, n int) ([]string, error) {
	keys, err := column[string](ctx, s.db.reader, authorKeysQuery, after, n)
	return keys, s.db.doing("list the authors", err)
}

// AuthorKeysOf returns the keys of the present authors of some pieces, in alphabetical order.
func (s People) AuthorKeysOf(ctx context.Context, ids []oped.PieceID) ([]string, error) {
	keys, err := columnIn[string](ctx, s.db.reader, authorKeysOfQuery, ids)
	slices.Sort(keys)
	return slices.Compact(keys), s.db.doing("list the authors of pieces", err)
}

// Numbers returns the numbers of the linked archives of an edition, ascending.
func (s Archives) Numbers(ctx context.Context, edition string) ([]int64, error) {
	numbers, err := column[int64](ctx, s.db.reader, archiveNumbersQuery, edition)
	return numbers, s.db.doing("list the archives of "+edition, err)
}
