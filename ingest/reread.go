package ingest

import (
	"slices"
	"time"

	"oped"
	"oped/dedup"
)

// An upgrade of the parser is no revision. The first difference of an entry from a stored one, last seen before the
// present parser read its feed, is of our own making, unless the newspaper replaced the text; see
// docs/decisions/0034-an-upgrade-is-no-revision.md.

// newParser reports whether this document is the first of its feed for the present version of the parser.
func (d *planner) newParser() bool { return d.feed.Parser != d.known.Feed.Parser }

// outdated reports whether a stored entry was last read by an earlier version of the parser.
func (d *planner) outdated(have *oped.Entry) bool { return d.lastSeen(have).Before(d.feed.ParserSince) }

// ours reports whether the difference between a stored entry and its fetched version is of our own making.
func (d *planner) ours(have, e *oped.Entry) bool {
	return d.outdated(have) && !d.compare.Replaced(have, e)
}

// rezoned reports whether two times may be the same clock time, in two zones: the outermost are 26 hours apart.
func rezoned(a, b time.Time) bool {
	d := a.Sub(b).Abs()
	return d <= 26*time.Hour && d%(15*time.Minute) == 0
}

// misread reports whether a fetched entry is the known one, once read differently: beyond doubt, whatever their guids
// and authors.
func (d *planner) misread(known *oped.KnownEntry, p *Prepared) bool {
	have := d.stored(*known)
	return have != nil && d.outdated(have) && dedup.SameSource(have, &p.Entry)
}

// rereading returns a stored piece with the reread entries of its change: as the present parser would have read it.
func rereading(before oped.Piece, c *oped.PieceChange) oped.Piece {
	was := oped.PieceChange{Piece: before}
	was.Piece.Entries = slices.Clone(before.Entries)
	for _, change := range c.Entries {
		for i := range was.Piece.Entries {
			e := c.Piece.Entries[change.Index]
			if change.Outcome == oped.Reread && was.Piece.Entries[i].Row == e.Row {
				was.Piece.Entries[i] = e
			}
		}
	}
	if onlyReread(c) {
		lead(&was)
	}
	return was.Piece
}

// onlyReread reports whether a change of a piece is of our own making.
func onlyReread(c *oped.PieceChange) bool {
	return len(c.MergedIDs) == 0 && len(c.Entries) > 0 &&
		!slices.ContainsFunc(c.Entries, func(e oped.EntryChange) bool { return e.Outcome != oped.Reread })
}
