package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"oped"
	"oped/dedup"
)

// Bounds of what one lookup loads, beside oped.MaxCompared.
const (
	maxMatches    = oped.MaxCandidates // pieces for one piece key; the oldest come first
	maxCandidates = 4096               // pieces in all; beyond it an entry is compared with fewer
)

const (
	feedQuery = `
		SELECT ` + feedColumns + `
		FROM feed
		WHERE url = $1`
	identityQuery = `
		SELECT k.key, e.id, e.piece, e.hash
		FROM entry_key k
		JOIN entry e ON e.id = k.entry
		WHERE k.feed = $1 AND k.key IN (%s)`
	takenQuery = `
		SELECT atom_id, id
		FROM piece
		WHERE atom_id IN (%s)`
	flipQuery = `
		SELECT count(*)
		FROM revision
		WHERE entry = $1 AND hash IN ($2, $3)`

	// knownKeysQuery returns the keys in use by any piece. It reads one piece for each key, however many have
	// it.
	knownKeysQuery = `
		WITH asked (key) AS (VALUES (%s))
		SELECT key
		FROM asked
		WHERE EXISTS (SELECT 1 FROM piece_key WHERE piece_key.key = asked.key)`
	matchQuery = `
		SELECT piece
		FROM piece_key
		WHERE key = $1
		ORDER BY piece
		LIMIT $2`
)

// load reads the entries and pieces named by a lookup.
func (t *tx) load(ctx context.Context, l oped.Lookup) (oped.Known, error) {
	q := querier(t)
	feeds, err := list(ctx, q, scanFeed, feedQuery, l.FeedURL)
	if err != nil {
		return oped.Known{}, err
	}
	if len(feeds) == 0 {
		return oped.Known{}, fmt.Errorf("feed: %w", ErrNotFound)
	}
	k := oped.Known{Feed: feeds[0]}
	t.loaded = 0
	if len(l.Entries) == 0 {
		return k, nil
	}
	if k.Entries, err = loadIdentities(ctx, q, k.Feed.ID, l.Entries); err != nil {
		return k, err
	}
	rest := unsettled(l.Entries, k.Entries)
	if len(rest) == 0 {
		return k, nil
	}
	if k.RecoveredIDs, err = loadRecoveredIDs(ctx, q, rest); err != nil {
		return k, err
	}
	if k.TakenIDs, err = loadTaken(ctx, q, rest, k.RecoveredIDs); err != nil {
		return k, err
	}
	if k.Blocks, err = loadBlocks(ctx, q, k.Feed.Publisher, rest); err != nil {
		return k, err
	}
	if err := t.loadAlike(ctx, l, &k); err != nil {
		return k, err
	}
	if t.loaded, err = loadCandidates(ctx, q, rest, &k); err != nil {
		return k, err
	}
	if k.Flips, err = loadFlips(ctx, q, rest, k.Entries); err != nil {
		return k, err
	}
	return k, loadSights(ctx, q, &k)
}

func loadIdentities(
	ctx context.Context, q querier, feed int64, entries []oped.EntryLookup,
) (map[string]oped.KnownEntry, error) {
	known := map[string]oped.KnownEntry{}
	keys := gather(entries, func(e oped.EntryLookup) []string { return e.Keys })
	err := inChunks(ctx, q, identityQuery, []any{feed}, keys, func(row scanner) error {
		var key string
		var e oped.KnownEntry
		err := row.Scan(&key, &e.Row, &e.Piece, (*digest)(&e.Hash))
		known[key] = e
		return err
	})
	return known, err
}

// unsettled returns the entries not known with their present hash. The strongest known key of an entry
// identifies it.
func unsettled(entries []oped.EntryLookup, known map[string]oped.KnownEntry) []oped.EntryLookup {
	var rest []oped.EntryLookup
	for _, e := range entries {
		if _, settled := knownAs(&e, known); !settled {
			rest = append(rest, e)
		}
	}
	return rest
}

// knownAs returns the piece of a known entry, 0 if it is new. settled reports whether its hash is unchanged. A headline
// or a summary alone may be another entry's.
func knownAs(e *oped.EntryLookup, known map[string]oped.KnownEntry) (piece oped.PieceID, settled bool) {
	for _, key := range e.Keys {
		if have, ok := known[key]; ok && (!dedup.IsWeakKey(key) || have.Hash == e.Hash) {
			return have.Piece, have.Hash == e.Hash
		}
	}
	return 0, false
}

// loadFlips finds the entries that alternate: both versions, the present and the coming one, are earlier
// versions.
func loadFlips(
	ctx context.Context, q querier, entries []oped.EntryLookup, known map[string]oped.KnownEntry,
) (map[int64][32]byte, error) {
	flips := map[int64][32]byte{}
	for i := range entries {
		e := &entries[i]
		at := slices.IndexFunc(e.Keys, func(key string) bool { return known[key].Row != 0 })
		if at < 0 {
			continue
		}
		have := known[e.Keys[at]]
		n, err := one[int](ctx, q, flipQuery, have.Row, have.Hash[:], e.Hash[:])
		if err != nil {
			return nil, err
		}
		if n == 2 {
			flips[have.Row] = e.Hash
		}
	}
	return flips, nil
}

func loadTaken(
	ctx context.Context, q querier, entries []oped.EntryLookup, outlived map[string][]oped.RecoveredID,
) (map[string]oped.PieceID, error) {
	ids := gather(entries, func(e oped.EntryLookup) []string { return e.AtomIDs })
	for _, all := range outlived {
		for _, o := range all {
			ids = append(ids, o.AtomID)
		}
	}
	return mapIn[string, oped.PieceID](ctx, q, takenQuery, ids)
}

// loadCandidates adds the candidate pieces of the entries: their own, and those sharing a piece key or
// fingerprints with them. Of either sort it loads oped.MaxCompared bytes of texts at most, those with the
// same text first, and of their own at least one. The others are named, and not among the Pieces. loaded is
// the number of bytes loaded.
func loadCandidates(ctx context.Context, q querier, entries []oped.EntryLookup, k *oped.Known) (loaded int, err error) {
	if err := loadMatches(ctx, q, entries, k); err != nil {
		return 0, err
	}
	own, others := named(entries, k)
	var ids []oped.PieceID
	for i, some := range [][]oped.PieceID{own, others} {
		room, bytes, err := withRoom(ctx, q, some, i == 0)
		if err != nil {
			return 0, err
		}
		ids, loaded = append(ids, room...), loaded+bytes
	}
	pieces, err := loadPieces(ctx, q, ids)
	if err != nil {
		return 0, err
	}
	k.Pieces = make(map[oped.PieceID]oped.Piece, len(pieces))
	for _, p := range pieces {
		k.Pieces[p.ID] = p
	}
	k.CannotLink, err = cannotLinks(ctx, q, pieces)
	return loaded, err
}

// loadMatches adds the pieces with a piece key of the entries.
func loadMatches(ctx context.Context, q querier, entries []oped.EntryLookup, k *oped.Known) error {
	k.Matches = map[string][]oped.PieceID{}
	asked := gather(entries, func(e oped.EntryLookup) []string { return e.PieceKeys })
	keys, err := columnIn[string](ctx, q, knownKeysQuery, asked)
	for _, key := range slices.Compact(keys) { // a chunk may ask twice
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			k.Matches[key], err = column[oped.PieceID](ctx, q, matchQuery, key, maxMatches)
		}
	}
	return err
}

// named returns the candidate pieces: those of the entries themselves, and the others. There are maxCandidates
// at most.
func named(entries []oped.EntryLookup, k *oped.Known) (own, others []oped.PieceID) {
	wanted := map[oped.PieceID]bool{}
	want := func(ids *[]oped.PieceID, named ...oped.PieceID) {
		for _, id := range named {
			if !wanted[id] && len(wanted) < maxCandidates {
				wanted[id] = true
				*ids = append(*ids, id)
			}
		}
	}
	for _, e := range entries {
		for _, key := range e.Keys {
			if known, ok := k.Entries[key]; ok {
				want(&own, known.Piece)
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(k.Matches)) { // those of texts before those of addresses
		want(&others, k.Matches[key]...)
	}
	for _, alike := range k.Alike {
		want(&others, alike...)
	}
	return own, others
}

// withRoom returns the pieces with room in oped.MaxCompared, added one after the other, and their size in bytes.
// Pieces too large for the rest are skipped. With one, it returns at least one of them, however large.
func withRoom(
	ctx context.Context, q querier, ids []oped.PieceID, one bool,
) (room []oped.PieceID, bytes int, err error) {
	sizes, err := sizesOf(ctx, q, ids)
	for _, id := range ids {
		if size := sizes[id]; one && len(room) == 0 || bytes+size <= oped.MaxCompared {
			room = append(room, id)
			bytes += size
		}
	}
	return room, bytes, err
}

// gather collects values of all entries, each once.
func gather[T cmp.Ordered](entries []oped.EntryLookup, of func(oped.EntryLookup) []T) []T {
	var all []T
	for _, e := range entries {
		all = append(all, of(e)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

const unchangedQuery = `
	SELECT k.key, e.hash
	FROM entry_key k
	JOIN entry e ON e.id = k.entry
	WHERE k.feed = (SELECT id FROM feed WHERE url = $1) AND k.key IN (%s)`

// Unchanged returns the stored hash of each known identity key of a feed. It is a hint before an Ingest: the
// hash may be outdated by then, but a known key stays known.
func (s Entries) Unchanged(ctx context.Context, feedURL string, keys []string) (map[string][32]byte, error) {
	known := map[string][32]byte{}
	err := inChunks(ctx, s.db.reader, unchangedQuery, []any{feedURL}, keys, func(row scanner) error {
		var key string
		var hash digest
		err := row.Scan(&key, &hash)
		known[key] = hash
		return err
	})
	return known, s.db.doing("look up entries of "+feedURL, err)
}
