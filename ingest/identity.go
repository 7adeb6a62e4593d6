package ingest

import (
	"strings"

	"oped"
	"oped/dedup"
)

// identities tells which stored entry each fetched one is; nil if it is none of them. Two fetched entries are
// never the same stored one, so the surest go first: what is unchanged, then what has the same guid, the same
// link, the same words. Where guids are not to be trusted, the link goes before them.
func (d *decision) identities(entries []Prepared) []*oped.KnownEntry {
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
	return found
}

// renamed finds entries that came back under another guid, address and headline with the text that they had:
// the ordinary edit of a headline where guid and address are made of it. The one that it replaces must have
// left the document, and no other entry of the feed may have the same text: a note to subscribers stands
// under many.
func (d *decision) renamed(entries []Prepared, found []*oped.KnownEntry, taken map[int64]bool) {
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

// onlyOne is the only entry of a feed in a piece with this key; false if there is none, or several.
func (d *decision) onlyOne(key, feedURL string) (one oped.KnownEntry, ok bool) {
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

// textKey is the piece key that an entry's words make; "" if it has none.
func textKey(p *Prepared) string {
	for _, key := range p.PieceKeys {
		if strings.HasPrefix(key, textPrefix) {
			return key
		}
	}
	return ""
}

// sameGUID tells whether an entry is the one that is known under its guid. A guid that cannot be trusted has
// to be borne out by link or text.
func (d *decision) sameGUID(p *Prepared, _ int, known oped.KnownEntry) bool {
	have := d.stored(known)
	switch {
	case have == nil:
		return true
	case d.compare.Recycled(have, &p.Entry):
		return false
	}
	return dedup.TrustsGUIDs(&d.known.Feed) || d.compare.SameText(have, &p.Entry) ||
		d.compare.SameLink(have, &p.Entry) && !d.compare.OneAfterAnother(have, &p.Entry)
}

// sameLink tells whether an entry is the one that is known under its link. If either has a guid that the
// other has not, they must be the same by more than that; where guids are missing or not to be trusted,
// nothing must speak against it.
func (d *decision) sameLink(p *Prepared, _ int, known oped.KnownEntry) bool {
	have := d.stored(known)
	switch {
	case have == nil:
		return true
	case d.compare.Recycled(have, &p.Entry):
		return false
	case d.compare.SaysTheSame(have, &p.Entry), named(p) && have.ID == p.ID && dedup.TrustsGUIDs(&d.known.Feed):
		return true
	}
	nameless := have.ID == p.ID || !dedup.TrustsGUIDs(&d.known.Feed)
	return nameless && !d.compare.OneAfterAnother(have, &p.Entry)
}

// sameWords tells whether an entry is the one that is known under its words, or its title and day: by all
// that it is if it has no other name, and otherwise by more than this key.
func (d *decision) sameWords(p *Prepared, at int, known oped.KnownEntry) bool {
	have := d.stored(known)
	if have == nil {
		return true
	}
	return !d.compare.Recycled(have, &p.Entry) && (at == 0 && have.ID == p.ID || d.compare.SameEntry(have, &p.Entry)) &&
		!d.expired(p, have)
}

// stored is an entry as it was loaded; nil if it was not.
func (d *decision) stored(known oped.KnownEntry) *oped.Entry {
	piece := d.known.Pieces[known.Piece]
	for i := range piece.Entries {
		if piece.Entries[i].Row == known.Row {
			return &piece.Entries[i]
		}
	}
	return nil
}
