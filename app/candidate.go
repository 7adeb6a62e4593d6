package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/parse"
	"oped/publish"
	"oped/topic"
)

// Question is what curators decide about pieces: whether they enter a curated edition, or whether they are on a topic.
// The zero value asks for all curated editions.
type Question struct {
	Edition string `json:"edition,omitempty"`
	Topic   string `json:"topic,omitempty"`
}

// Candidate is a piece waiting for a decision, with what a curator needs for it.
type Candidate struct {
	QueuedPiece
	Editions []string       `json:"editions"` // curated editions with it for review; none for a question of a topic
	Kind     oped.PieceKind `json:"kind"`
	Lang     string         `json:"lang"`
	At       time.Time      `json:"at"`    // of its publication, on the clock of its paper, as a time in UTC
	Note     string         `json:"note"`  // of a curator, in the first of Editions
	Place    int            `json:"place"` // in the first of Editions, if it is pinned there; 0: it is not
	Authors  []string       `json:"authors"`
	Copies   []Copy         `json:"copies"` // its other appearances
	Reason   string         `json:"reason"` // why it is here, one sentence
	Marked   []Marked       `json:"marked"` // the first words of its text; those that counted are marked
}

// Marked is a part of a text.
type Marked struct {
	Text   string `json:"text"`
	Marked bool   `json:"marked,omitempty"`
}

// Asked is a question with the number of its candidates.
type Asked struct {
	Question
	Title    string `json:"title"`
	Waiting  int    `json:"waiting"`
	Approved int    `json:"approved"`
	Rejected int    `json:"rejected"`
	Learned  bool   `json:"learned"` // ordered by learned probability
}

// Candidates lists the candidates of a question, the most probable first.
type Candidates struct {
	Asked
	Pieces []Candidate `json:"pieces"`
	Latest int64       `json:"latest"` // number of the last decision on anything; 0: none
}

// Questions returns every question with candidates that curators can answer: all curated editions, each of them, and
// each topic.
func (v Pieces) Questions(ctx context.Context) ([]Asked, error) {
	all := []Asked{}
	for _, name := range curatedEditions(v.cfg) {
		c, err := v.Candidates(ctx, Question{Edition: name}, 1)
		if err != nil {
			return nil, err
		}
		all = append(all, c.Asked)
	}
	for _, name := range topicNames(v.cfg) {
		c, err := v.Candidates(ctx, Question{Topic: name}, 1)
		if err != nil {
			return nil, err
		}
		all = append(all, c.Asked)
	}
	return all, nil
}

// Candidates returns up to limit candidates of a question. It returns an Invalid error for an unknown topic or edition.
func (v Pieces) Candidates(ctx context.Context, of Question, limit int) (*Candidates, error) {
	c := &Candidates{Asked: Asked{Question: of}, Pieces: []Candidate{}}
	open := map[oped.PieceID][]string{}
	var queued []QueuedPiece
	if of.Topic != "" {
		all, err := (Topics{v.p, v.cfg}).Queue(ctx, 0, of.Topic)
		if err != nil {
			return nil, err
		}
		q := all[0]
		c.Waiting, c.Approved, c.Rejected, c.Learned = q.Waiting, q.Approved, q.Rejected, q.Learned
		queued = q.Pieces
	} else {
		var only []string
		if of.Edition != "" {
			only = []string{of.Edition}
		}
		all, err := v.Queue(ctx, 0, only...)
		if err != nil {
			return nil, err
		}
		for _, q := range all {
			c.Approved, c.Rejected = c.Approved+q.Approved, c.Rejected+q.Rejected
			c.Learned = c.Learned || q.Learned
			for _, p := range q.Pieces {
				if open[p.Piece] = append(open[p.Piece], q.Edition); len(open[p.Piece]) == 1 {
					queued = append(queued, p)
				}
			}
		}
		slices.SortStableFunc(queued, func(a, b QueuedPiece) int { return cmp.Compare(b.Probability, a.Probability) })
		c.Waiting = len(queued)
	}
	if limit > 0 {
		queued = queued[:min(limit, len(queued))]
	}
	for _, q := range queued {
		x, err := v.candidate(ctx, q, of, open[q.Piece])
		if err != nil {
			return nil, err
		}
		c.Pieces = append(c.Pieces, x)
	}
	last, err := v.p.store.Decisions.Latest(ctx, 1)
	if len(last) > 0 {
		c.Latest = last[0].ID
	}
	return c, err
}

func (v Pieces) candidate(ctx context.Context, q QueuedPiece, of Question, editions []string) (Candidate, error) {
	piece, err := findPiece(ctx, v.p.store, fmt.Sprint(q.Piece))
	if err != nil {
		return Candidate{}, err
	}
	listed, lead := listedPiece(&piece), piece.Lead()
	x := Candidate{
		QueuedPiece: q,
		Editions:    editions,
		Kind:        piece.Kind,
		Lang:        lead.Lang,
		At:          publish.Day(lead, lead.Date().UTC(), v.Zone(lead.FeedURL)),
		Authors:     listed.Authors,
		Copies:      []Copy{},
		Marked:      []Marked{{Text: q.Excerpt}},
	}
	for i := range piece.Entries {
		if e := &piece.Entries[i]; e.Row != lead.Row {
			x.Copies = append(x.Copies, Copy{e.Publisher, e.Date().Format("2006-01-02"), e.URL})
		}
	}
	if len(editions) > 0 {
		x.Note, x.Place = piece.NoteIn(editions[0]), piece.PinIn(editions[0]).Place
	}
	if v.p.active != nil {
		var says []string
		for _, e := range v.p.active.explain(&piece) {
			if of.Topic == "" || e.Topic == of.Topic {
				says = append(says, topicTitle(e)+": "+e.Reason)
			}
		}
		x.Reason = strings.Join(says, "; ")
	}
	return x, nil
}

// Zone returns the zone of a feed; nil if it was removed.
func (v Pieces) Zone(feed string) *time.Location {
	for i := range v.cfg.Feeds {
		if f := &v.cfg.Feeds[i]; f.URL == feed {
			return parse.FeedZone(f)
		}
	}
	return nil
}

func topicTitle(e topic.Explanation) string { return cmp.Or(e.Title, e.Topic) }
