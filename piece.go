package oped

import "time"

// PieceID names a piece in the store.
type PieceID int64

// PieceKind separates opinion from news. Pieces of every kind are kept.
type PieceKind string

// The kinds of piece. All but News count as opinion pieces. An edition takes those by default.
const (
	Opinion   PieceKind = "opinion"
	Editorial PieceKind = "editorial"
	Letter    PieceKind = "letter"
	Analysis  PieceKind = "analysis"
	News      PieceKind = "news"
)

// PieceKinds returns all kinds, in display order.
func PieceKinds() []PieceKind { return []PieceKind{Opinion, Editorial, Letter, Analysis, News} }

// Piece is one op-ed, however many feeds carry it.
type Piece struct {
	ID        PieceID // 0 until it is stored
	AtomID    string  // chosen once, never changed (RFC 4287 §4.2.6)
	Kind      PieceKind
	Entries   []Entry // its appearances; the first is the lead entry, the source for republication
	Tags      []Tag
	Editions  []string // names of the editions it is in now
	FirstSeen time.Time
	Updated   time.Time // the last significant change; the value of atom:updated
	// Entered is the time when it first entered an edition; zero: never. Readers may know its AtomID from then on.
	Entered   time.Time
	Revision  int  // counts significant changes, from 1
	Withdrawn bool // by a curator; it is in no edition, whatever its topics
	// Choices are the decisions of curators on the piece in single editions, the oldest first, without undone ones.
	Choices []Choice
}

// Lead returns the lead entry, the source for republication.
func (p *Piece) Lead() *Entry { return &p.Entries[0] }

// Topics returns the names of the topics the piece is on. Candidates for review do not count.
func (p *Piece) Topics() []string {
	var on []string
	for _, t := range p.Tags {
		if t.Outcome == Tagged {
			on = append(on, t.Topic)
		}
	}
	return on
}

// newFor is the age up to which a piece counts as new in an edition when we first see it.
const newFor = 48 * time.Hour

// SortDate returns the sort key of the piece in editions, to the millisecond; 1970 if it is unknown. A piece that is
// new when we first see it is sorted by its time of arrival, not by its date. Papers date by the day, deliver late, and
// forget the zone, and readers would never see a piece that began below the head. Pieces that arrive together stay in
// the order of their dates. An old piece is sorted by its date and startles nobody.
func (p *Piece) SortDate() time.Time {
	d := p.Lead().Date()
	if d.IsZero() {
		d = p.FirstSeen
	}
	if d.IsZero() {
		return time.UnixMilli(0)
	}
	// In milliseconds from here on, like the rows: a piece written again after loading keeps its place.
	at, seen := d.UnixMilli(), p.FirstSeen.UnixMilli()
	if age := seen - at; age > 0 && age <= newFor.Milliseconds() {
		at = seen - age/1000
	}
	return time.UnixMilli(at)
}

// ChangedAt returns the time of a change of the piece: the latest time in it, and not before the change at.
func (p *Piece) ChangedAt(at time.Time) time.Time {
	if p.Updated.After(at) {
		at = p.Updated
	}
	for _, t := range p.Tags {
		if t.At.After(at) {
			at = t.At
		}
	}
	return at
}
