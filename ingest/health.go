package ingest

import (
	"time"

	"oped"
	"oped/dedup"
)

// lookAtGUIDs counts the guids of new and changed entries, and those of them that name nothing: that several
// entries of the document have, that are the address of the feed or its site, that are another for an entry
// whose link and text stayed, or that came back with another entry or what may be one.
func (d *decision) lookAtGUIDs(entries []Prepared, found []*oped.KnownEntry) (looked, faults int) {
	for i := range entries {
		p := &entries[i]
		if d.stopped() {
			break
		}
		if p.ID == "" || p.waits || found[i] != nil && found[i].Hash == p.Hash {
			continue
		}
		looked++
		if d.faulty(p, found[i]) {
			faults++
		}
	}
	return looked, faults
}

// faulty tells whether the guid of an entry does not name it; known is which stored one it is.
func (d *decision) faulty(p *Prepared, known *oped.KnownEntry) bool {
	if !named(p) ||
		dedup.NamesSite(
			p.ID, p.FeedURL, d.known.Feed.URL, d.known.Feed.SiteURL, d.known.Feed.DocSite,
			d.fetched.Document.SiteURL,
		) {
		return true
	}
	if known != nil {
		if have := d.stored(*known); have != nil &&
			(d.compare.Reissued(have, &p.Entry) || have.ID == p.ID && d.compare.NextIssue(have, &p.Entry)) {
			return true
		}
	}
	before, ok := d.known.Entries[guidKey+p.ID]
	if !ok || known != nil && known.Row == before.Row {
		return false
	}
	have := d.stored(before) // whose guid it was
	return have != nil && have.ID == p.ID && (!d.compare.SameLink(have, &p.Entry) || d.compare.Recycled(have, &p.Entry))
}

// What the identity keys begin with that are a guid, and a link.
const (
	guidKey = "g:"
	linkKey = "l:"
)

// What the piece keys begin with that are a text, and an address.
const (
	textPrefix    = "t:"
	addressPrefix = "u:"
)

// named tells whether the guid of an entry is one of its keys: no other of its document has it.
func named(p *Prepared) bool { return len(p.Keys) > 0 && p.Keys[0] == guidKey+p.ID }

// minted is an entry that takes no guid for its AtomID, where those of its feed are not to be trusted: the
// next entry may come with the same.
func (d *decision) minted(p *Prepared) *Prepared {
	if dedup.TrustsGUIDs(&d.feed) || len(p.AtomIDs) < 2 {
		return p
	}
	m := *p
	m.AtomIDs = p.AtomIDs[len(p.AtomIDs)-1:]
	return &m
}

const (
	notedEvery = 7 * 24 * time.Hour
	aliasesFor = 90 * 24 * time.Hour
)

// note says which entries are to be noted as seen: once a week all that are known of the document.
func (d *decision) note(entries []Prepared, found []*oped.KnownEntry) (rows []int64) {
	if len(entries) == 0 || d.fetched.At.Sub(d.feed.Noted) < notedEvery {
		return nil
	}
	d.feed.Noted = d.fetched.At
	for _, known := range found {
		if known != nil {
			rows = append(rows, known.Row)
		}
	}
	return rows
}

// expired tells whether an entry may not be the one that it says the same as, since that left the feed more
// than 90 days ago and had another guid and another link: the text is printed again.
func (d *decision) expired(p *Prepared, have *oped.Entry) bool {
	if p.ID == have.ID || d.compare.SameLink(have, &p.Entry) {
		return false
	}
	seen, ok := d.known.Seen[have.Row]
	if !ok {
		seen = have.FirstSeen
	}
	return seen.Before(d.known.Feed.Noted) && d.fetched.At.Sub(seen) > aliasesFor
}
