package ingest

import (
	"time"

	"oped"
	"oped/dedup"
)

// lookAtGUIDs counts the guids of new and changed entries, and the faulty ones among them: those shared by
// several entries of the document, equal to the address of the feed or its site, changed for an entry with
// the same link and text, or reused by a possibly different entry.
func (d *planner) lookAtGUIDs(entries []Prepared, found []*oped.KnownEntry) (looked, faults int) {
	for i := range entries {
		p := &entries[i]
		if d.stopped() {
			break
		}
		if p.ID == "" || p.waits || found[i] != nil && (found[i].Hash == p.Hash || d.misread(found[i], p)) {
			continue
		}
		looked++
		if d.faulty(p, found[i]) {
			faults++
		}
	}
	return looked, faults
}

// faulty reports whether the guid of an entry fails to identify it. known is its stored entry.
func (d *planner) faulty(p *Prepared, known *oped.KnownEntry) bool {
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
	have := d.stored(before) // the earlier owner of the guid
	return have != nil && have.ID == p.ID && (!d.compare.SameLink(have, &p.Entry) || d.compare.Recycled(have, &p.Entry))
}

// Prefixes of the identity keys made of a guid, and of a link.
const (
	guidKey = "g:"
	linkKey = "l:"
)

// Prefixes of the piece keys made of a text, and of an address.
const (
	textPrefix    = "t:"
	addressPrefix = "u:"
)

// named reports whether the guid of an entry is one of its keys: no other entry of its document has it.
func named(p *Prepared) bool { return len(p.Keys) > 0 && p.Keys[0] == guidKey+p.ID }

// minted returns an entry without its guid as AtomID if the guids of its feed are not trusted: the next entry
// may come with the same.
func (d *planner) minted(p *Prepared) *Prepared {
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

// note returns the entries to record as seen: once a week all known ones of the document, and those read by a new
// version of the parser. Deferred ones wait.
func (d *planner) note(found []*oped.KnownEntry) (rows []int64) {
	weekly := len(found) > 0 && d.fetched.At.Sub(d.feed.Noted) >= notedEvery
	if weekly {
		d.feed.Noted = d.fetched.At
	}
	for _, known := range found {
		if known != nil && !d.waiting[known.Row] && (weekly || d.newParser() || d.reread[known.Row]) {
			rows = append(rows, known.Row)
		}
	}
	return rows
}

// expired reports whether an entry is too late to be the same as a stored one. That one left the feed more
// than 90 days ago and had another guid and another link: the text is printed again.
func (d *planner) expired(p *Prepared, have *oped.Entry) bool {
	if p.ID == have.ID || d.compare.SameLink(have, &p.Entry) {
		return false
	}
	seen := d.lastSeen(have)
	return seen.Before(d.known.Feed.Noted) && d.fetched.At.Sub(seen) > aliasesFor
}

// lastSeen returns the last time at which a stored entry was noted in its feed.
func (d *planner) lastSeen(have *oped.Entry) time.Time {
	if seen, ok := d.known.Seen[have.Row]; ok {
		return seen
	}
	return have.FirstSeen
}
