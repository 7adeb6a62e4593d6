package ingest

import (
	"slices"
	"strings"

	"oped"
	"oped/dedup"
)

// identities returns the stored entry of each fetched one; nil if there is none. No two fetched entries share
// a stored one, so the surest matches go first: unchanged ones, then the same guid, the same link, the same
// words. Where guids are not trusted, the link goes before them.
func (d *planner) identities(entries []Prepared) []*oped.KnownEntry {
	found := make([]*oped.KnownEntry, len(entries))
	taken := map[int64]bool{}
	match := func(kind string, admits func(p *Prepared, at int, known oped.KnownEntry) bool) {
		for i := range entries {
			if d.stopped() {
				return
			}
			p := &entries[i]
			for at, key := range p.Keys {
				known, ok := d.known.Entries[key]
				if found[i] == nil && ok && strings.HasPrefix(key, kind) && !taken[known.Row] && admits(p, at, known) {
					found[i] = &known
					taken[known.Row] = true
				}
			}
		}
	}
	match("", func(p *Prepared, _ int, known oped.KnownEntry) bool { return known.Hash == p.Hash })
	if dedup.TrustsGUIDs(&d.known.Feed) {
		match(guidKey, d.sameGUID)
		match(linkKey, d.sameLink)
	} else {
		match(linkKey, d.sameLink)
		match(guidKey, d.sameGUID)
	}
	match("h:", d.sameWords)
	d.renamed(entries, found, taken)
	match(dedup.HeadlineKey, d.republished)
	match(dedup.SummaryKey, d.republished)
	return found
}

// republished reports whether an entry is the stored one with its headline or its summary.
func (d *planner) republished(p *Prepared, _ int, known oped.KnownEntry) bool {
	have := d.stored(known)
	return have != nil && !d.expired(p, have) &&
		(d.misread(&known, p) || d.compare.Republished(have, &p.Entry, d.lastSeen(have), d.fetched.At))
}

// lasting returns the keys of an entry with the given row, 0 for a new one. The headline and the summary of a
// dated entry are none if another stored entry has them. So "Letters to the editor" stays a key of its first
// entry, and never identifies one of today's.
func (d *planner) lasting(p *Prepared, row int64) []string {
	if p.Published.IsZero() {
		return p.Keys
	}
	return slices.DeleteFunc(slices.Clone(p.Keys), func(key string) bool {
		known, ok := d.known.Entries[key]
		return ok && known.Row != row && dedup.IsWeakKey(key)
	})
}

// renamed finds entries that returned with the same text under another guid, address and headline: the
// ordinary edit of a headline on sites with guids and addresses made of it. The replaced entry must have left
// the document, and no other entry of the feed may have the same text: a note to subscribers is repeated in
// many.
func (d *planner) renamed(entries []Prepared, found []*oped.KnownEntry, taken map[int64]bool) {
	waits := map[string]int{}
	for i := range entries {
		if found[i] == nil {
			waits[textKey(&entries[i])]++
		}
	}
	for i := range entries {
		key := textKey(&entries[i])
		if found[i] != nil || key == "" || waits[key] != 1 {
			continue
		}
		if known, ok := d.onlyOne(key, entries[i].FeedURL); ok && !taken[known.Row] {
			if have := d.stored(known); have != nil && d.compare.Renamed(have, &entries[i].Entry) &&
				!d.expired(&entries[i], have) {
				found[i] = &known
				taken[known.Row] = true
			}
		}
	}
}

// onlyOne returns the only entry of a feed in a piece with this key; false if there is none, or several.
func (d *planner) onlyOne(key, feedURL string) (one oped.KnownEntry, ok bool) {
	n := 0
	for _, id := range d.known.Matches[key] {
		piece := d.known.Pieces[id]
		for i := range piece.Entries {
			if have := &piece.Entries[i]; have.FeedURL == feedURL {
				one = oped.KnownEntry{Row: have.Row, Piece: id, Hash: have.Hash}
				n++
			}
		}
	}
	return one, n == 1
}

// textKey returns the piece key of an entry's words; "" if it has none.
func textKey(p *Prepared) string {
	for _, key := range p.PieceKeys {
		if strings.HasPrefix(key, textPrefix) {
			return key
		}
	}
	return ""
}

// sameGUID reports whether an entry is the stored one with its guid. An untrusted guid needs the link or the
// text as evidence.
func (d *planner) sameGUID(p *Prepared, _ int, known oped.KnownEntry) bool {
	have := d.stored(known)
	switch {
	case have == nil:
		return true
	case d.misread(&known, p):
		return true
	case d.compare.Recycled(have, &p.Entry):
		return false
	}
	return dedup.TrustsGUIDs(&d.known.Feed) || d.compare.SameText(have, &p.Entry) ||
		d.compare.SameLink(have, &p.Entry) && !d.compare.OneAfterAnother(have, &p.Entry)
}

// sameLink reports whether an entry is the stored one with its link. If their guids differ, this takes more
// evidence than the link; where guids are missing or not trusted, it takes no evidence against it.
func (d *planner) sameLink(p *Prepared, _ int, known oped.KnownEntry) bool {
	have := d.stored(known)
	switch {
	case have == nil:
		return true
	case d.misread(&known, p):
		return true
	case d.compare.Recycled(have, &p.Entry):
		return false
	case d.compare.SaysTheSame(have, &p.Entry), named(p) && have.ID == p.ID && dedup.TrustsGUIDs(&d.known.Feed):
		return true
	}
	nameless := have.ID == p.ID || !dedup.TrustsGUIDs(&d.known.Feed)
	return nameless && !d.compare.OneAfterAnother(have, &p.Entry)
}

// sameWords reports whether an entry is the stored one with its words, or its title and day. An entry without
// another name needs no more than that; any other needs more evidence than this key.
func (d *planner) sameWords(p *Prepared, at int, known oped.KnownEntry) bool {
	have := d.stored(known)
	if have == nil {
		return true
	}
	return !d.compare.Recycled(have, &p.Entry) && (at == 0 && have.ID == p.ID || d.compare.SameEntry(have, &p.Entry)) &&
		!d.expired(p, have)
}

// stored returns a known entry as loaded; nil if it was not.
func (d *planner) stored(known oped.KnownEntry) *oped.Entry {
	piece := d.known.Pieces[known.Piece]
	for i := range piece.Entries {
		if piece.Entries[i].Row == known.Row {
			return &piece.Entries[i]
		}
	}
	return nil
}
