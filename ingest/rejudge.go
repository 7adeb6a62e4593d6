package ingest

import (
	"reflect"
	"slices"
	"time"

	"oped"
)

// defaultWindow is the most age of a piece to enter the head of an edition, if the edition
// sets none.
const defaultWindow = 7 * 24 * time.Hour

// Rejudge judges a stored piece by the present rules; false: nothing about it changes. Copies stay one piece,
// and its time does not change: a changed rule is no news of the piece. It enters the head of an edition only
// if it is younger than the edition's window: subscribers do not get the archive as news.
//
// was are earlier tags of the piece: a tag equal to an earlier one gets its time. It may be nil.
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
	place(&c, &before, r, takes, revised, func(e *Edition) bool { return r.New[e.Name] || !old(&p, e, at) })
	same := reflect.DeepEqual(before.Tags, p.Tags) && before.Kind == p.Kind
	return c, !same || len(c.Enter)+len(c.EnterBelow)+len(c.Leave)+len(c.Revise) > 0
}

// rejudge judges a piece after a curator's decision, and returns the names of its editions.
func rejudge(p *oped.Piece, r *Rules, at time.Time) (takes []string) {
	doc := r.Doc(p)
	judge(p, doc, r, at)
	return r.takenBy(p, matching(doc, new(int)))
}

// old reports whether a piece is older than an edition's window.
func old(p *oped.Piece, e *Edition, at time.Time) bool {
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

// DecideTopic records a curator's decision on whether a piece is on a topic; it overrides the rule for good. However
// old the piece is, it enters editions at its date and not in the archive alone: one piece is no flood.
func DecideTopic(p oped.Piece, topic string, on bool, by string, r *Rules, at time.Time) (oped.PieceChange, bool) {
	return decided(p, append(byCurators(p.Tags, topic), curatorsTag(topic, on, by, r, at)), r, at)
}

func curatorsTag(topic string, on bool, by string, r *Rules, at time.Time) oped.Tag {
	t := oped.Tag{Topic: topic, Outcome: oped.None, By: by, RuleVersion: r.Tagger.Version(topic), At: at}
	if on {
		t.Outcome = oped.Tagged
	}
	return t
}

// Withdraw removes a withdrawn piece from all editions, or restores it after the undo, by the Withdrawn of
// the piece itself. Its topics stay. A restored piece counts as updated: readers with its tombstone show it
// again only if it is newer than that (RFC 6721 §3).
func Withdraw(p oped.Piece, r *Rules, at time.Time) (oped.PieceChange, bool) {
	c := oped.PieceChange{Piece: p}
	place(&c, &p, r, r.takenBy(&p, matching(r.Doc(&p), new(int))), false, func(*Edition) bool { return true })
	if len(c.Enter) > 0 && at.After(p.Updated) {
		c.Piece.Updated = at
	}
	return c, len(c.Enter)+len(c.Leave) > 0
}

// Curate returns the change of a piece by a curator's decision on it in some editions, or by its undo. However old the
// piece is, it enters a curated edition at its date, like one put on a topic. In the editions noted, its note changes.
func Curate(p oped.Piece, noted []string, r *Rules) oped.PieceChange {
	c := oped.PieceChange{Piece: p}
	place(&c, &p, r, r.takenBy(&p, matching(r.Doc(&p), new(int))), false, func(*Edition) bool { return true })
	for _, name := range noted {
		if slices.Contains(p.Editions, name) && !slices.Contains(c.Leave, name) {
			c.Revise = append(c.Revise, name)
		}
	}
	return c
}

// UndoTopic takes back curators' decisions on a piece and a topic: the rule decides again.
func UndoTopic(p oped.Piece, topic string, r *Rules, at time.Time) (oped.PieceChange, bool) {
	return decided(p, byCurators(p.Tags, topic), r, at)
}

// byCurators returns the curators' tags, except for one topic.
func byCurators(tags []oped.Tag, but string) (all []oped.Tag) {
	for _, t := range tags {
		if t.By != oped.ByRule && t.Topic != but {
			all = append(all, t)
		}
	}
	return all
}

// decided returns a piece with these tags of curators.
func decided(p oped.Piece, tags []oped.Tag, r *Rules, at time.Time) (oped.PieceChange, bool) {
	before := p
	for _, t := range p.Tags {
		if t.By == oped.ByRule {
			tags = append(tags, t) // unchanged tags keep their time
		}
	}
	p.Tags = tags
	takes := rejudge(&p, r, at)
	c := oped.PieceChange{Piece: p}
	place(
		&c, &before, r, takes, !reflect.DeepEqual(before.Topics(), p.Topics()),
		func(*Edition) bool { return true },
	)
	return c, !reflect.DeepEqual(before.Tags, p.Tags)
}
