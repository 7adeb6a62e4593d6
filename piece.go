package oped

import "time"

// PieceID names a piece in the store.
type PieceID int64

// PieceKind tells opinion from the rest; nothing is dropped for its kind.
type PieceKind string

// The kinds of piece. All but News count as opinion pieces, which is what an edition takes by default.
const (
	Opinion   PieceKind = "opinion"
	Editorial PieceKind = "editorial"
	Letter    PieceKind = "letter"
	Analysis  PieceKind = "analysis"
	News      PieceKind = "news"
)

// PieceKinds are all kinds, in the order in which people list them.
func PieceKinds() []PieceKind { return []PieceKind{Opinion, Editorial, Letter, Analysis, News} }

// Piece is one op-ed, however many feeds carry it.
type Piece struct {
	ID        PieceID // 0 until it is stored
	AtomID    string  // chosen once, never changed (RFC 4287 §4.2.6)
	Kind      PieceKind
	Entries   []Entry // its appearances; the first is the lead entry, from which it is republished
	Tags      []Tag
	Editions  []string // names of the editions it stands in now
	FirstSeen time.Time
	Updated   time.Time // the last significant change; what atom:updated says
	Entered   time.Time // when it first entered an edition; zero: never. From then on its AtomID may be known to readers
	Revision  int       // counts significant changes, from 1
	Withdrawn bool      // by a curator: it stands in no edition, whatever it is on
}

// Lead is the entry a piece is republished from.
func (p *Piece) Lead() *Entry { return &p.Entries[0] }

// Topics are the names of the topics the piece is on.
func (p *Piece) Topics() []string {
	var on []string
	for _, t := range p.Tags {
		if t.Outcome == Tagged {
			on = append(on, t.Topic)
		}
	}
	return on
}
