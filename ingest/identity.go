package ingest

import (
	"strings"

	"oped"
	"oped/dedup"
)

// identities tells which stored entry each fetched one is; nil if it is none of them. Two fetched entries are never the same stored one, so
// the surest go first: what is unchanged, then what has the same guid, the same link, the same words.
func (d *decision) identities(entries []Prepared) []*oped.KnownEntry {
	found := make([]*oped.KnownEntry, len(entries))
	taken := map[int64]bool{}
	match := func(kind string, admits func(p *Prepared, at int, known oped.KnownEntry) bool) {
		for i := range entries {
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
	match("g:", func(*Prepared, int, oped.KnownEntry) bool { return true })
	match("l:", d.same)
	match("h:", d.same)
	return found
}

// same tells whether an entry is the one that is known under one of its keys. Under its strongest key it is; but if either has a guid that the
// other has not, they must be the same by more than this key.
func (d *decision) same(p *Prepared, at int, known oped.KnownEntry) bool {
	have := d.stored(known)
	return have == nil || at == 0 && have.ID == p.ID || dedup.SameEntry(have, &p.Entry)
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
