package ingest

import (
	"reflect"
	"time"

	"oped"
)

// defaultWindow is how old a piece may be that a changed rule puts at the head of an edition, where the
// edition does not say.
const defaultWindow = 7 * 24 * time.Hour

// Rejudge judges a stored piece by the rules as they are now. false: nothing about it changes. Copies of one
// piece are not judged to be several, and its time does not change: a rule that changed is no news of the
// piece. It enters the head of an edition only if it is younger than the edition's window: subscribers are
// not shown the archive as news.
//
// was are tags that the piece had once: a tag that says what it said then has the time that it had. It may be nil.
func Rejudge(p oped.Piece, was []oped.Tag, r *Rules, at time.Time) (oped.PieceChange, bool) {
	before := p
	takes := rejudge(&p, r, at)
	for i := range p.Tags {
		for _, old := range was {
			if again := p.Tags[i]; old.Topic == again.Topic && old.By == again.By {
				again.At = old.At
				if reflect.DeepEqual(again, old) {
					p.Tags[i].At = old.At
				}
			}
		}
	}
	c := oped.PieceChange{Piece: p}
	revised := !reflect.DeepEqual(before.Topics(), p.Topics()) || before.Kind != p.Kind
	place(&c, &before, r, takes, revised, func(e *oped.Edition) bool { return r.New[e.Name] || !old(&p, e, at) })
	same := reflect.DeepEqual(before.Tags, p.Tags) && before.Kind == p.Kind
	return c, !same || len(c.Enter)+len(c.Archive)+len(c.Leave)+len(c.Revise) > 0
}

// rejudge judges a piece as a curator's decision leaves it, and gives the names of the editions that take it.
func rejudge(p *oped.Piece, r *Rules, at time.Time) (takes []string) {
	doc := r.Doc(p)
	judge(p, doc, r, at)
	return r.takenBy(p, r.fulfils(doc, new(int)))
}

// old tells whether a piece is older than an edition's window.
func old(p *oped.Piece, e *oped.Edition, at time.Time) bool {
	window := e.Window
	if window == 0 {
		window = defaultWindow
	}
	date := p.Lead().Date()
	if date.IsZero() {
		date = p.FirstSeen
	}
	return date.Before(at.Add(-window))
}

// Pin lets a curator decide whether a piece is on a topic, which beats the rule for good. However old it is,
// it stands in editions at its date and not in the archive alone: one piece is no flood.
func Pin(p oped.Piece, topic string, on bool, by string, r *Rules, at time.Time) (oped.PieceChange, bool) {
	t := oped.Tag{Topic: topic, Outcome: oped.None, By: by, RuleVersion: r.Tagger.Version(topic), At: at}
	if on {
		t.Outcome = oped.Tagged
	}
	return decided(p, append(pinned(p.Tags, topic), t), r, at)
}

// Withdraw lets a piece stand in no edition any more, or again where its withdrawal was taken back: the piece
// itself says which. What it is on stays. One that comes back was updated then: readers that were told it is
// gone show it again only if it is newer than that (RFC 6721 §3).
func Withdraw(p oped.Piece, r *Rules, at time.Time) (oped.PieceChange, bool) {
	c := oped.PieceChange{Piece: p}
	place(&c, &p, r, r.takenBy(&p, r.fulfils(r.Doc(&p), new(int))), false, func(*oped.Edition) bool { return true })
	if len(c.Enter) > 0 && at.After(p.Updated) {
		c.Piece.Updated = at
	}
	return c, len(c.Enter)+len(c.Leave) > 0
}

// Unpin takes back what curators decided on a piece and a topic since its tags were these.
func Unpin(p oped.Piece, topic string, was []oped.Tag, r *Rules, at time.Time) (oped.PieceChange, bool) {
	tags := pinned(p.Tags, topic)
	for _, t := range was {
		if t.Topic == topic && t.By != oped.ByRule {
			tags = append(tags, t)
		}
	}
	return decided(p, tags, r, at)
}

// pinned are the tags that curators gave, but for one topic.
func pinned(tags []oped.Tag, but string) (all []oped.Tag) {
	for _, t := range tags {
		if t.By != oped.ByRule && t.Topic != but {
			all = append(all, t)
		}
	}
	return all
}

// decided is a piece with these tags of curators.
func decided(p oped.Piece, tags []oped.Tag, r *Rules, at time.Time) (oped.PieceChange, bool) {
	before := p
	for _, t := range p.Tags {
		if t.By == oped.ByRule {
			tags = append(tags, t) // they keep their time where they say the same
		}
	}
	p.Tags = tags
	takes := rejudge(&p, r, at)
	c := oped.PieceChange{Piece: p}
	place(
		&c, &before, r, takes, !reflect.DeepEqual(before.Topics(), p.Topics()),
		func(*oped.Edition) bool { return true },
	)
	return c, !reflect.DeepEqual(before.Tags, p.Tags)
}
