package app

import (
	"context"
	"fmt"
	"slices"

	"oped"
	"oped/rank"
	"oped/topic"
)

// EditionQueue lists the pieces for review in one curated edition, in order.
type EditionQueue struct {
	Edition  string        `json:"edition"`
	Learned  bool          `json:"learned"` // ordered by learned probability; false: by the score of the topics
	Fitted   bool          `json:"fitted"`  // the scores are in log-odds
	Approved int           `json:"approved"`
	Rejected int           `json:"rejected"`
	Waiting  int           `json:"waiting"` // of the newest maxQueue pieces without a decision
	Pieces   []QueuedPiece `json:"pieces"`
}

const (
	// maxQueue is the number of pieces without a decision considered for a queue: the newest ones.
	maxQueue = 1000
	// maxTaught is the number of decided pieces from which the order of a queue is learned: the last decisions.
	maxTaught = 1000
)

// Queue returns up to limit pieces for review of each curated edition, or of the named one, the most probable first. A
// limit of 0 or less returns all. It returns an Invalid error for an edition that is not curated.
func (v Pieces) Queue(ctx context.Context, limit int, only ...string) ([]*EditionQueue, error) {
	names := curatedEditions(v.cfg)
	if len(only) > 0 {
		if err := knownCurated(v.cfg, only); err != nil {
			return nil, err
		}
		names = only
	}
	s, err := loadRuleSet(ctx, v.p.store, v.cfg)
	if err != nil {
		return nil, err
	}
	all := []*EditionQueue{}
	for _, e := range v.cfg.Editions {
		if !slices.Contains(names, e.Name) {
			continue
		}
		q, err := v.queue(ctx, s, e)
		if err != nil {
			return nil, err
		}
		if limit > 0 && len(q.Pieces) > limit {
			q.Pieces = q.Pieces[:limit]
		}
		all = append(all, q)
	}
	return all, nil
}

// queue returns the queue of one edition.
func (v Pieces) queue(ctx context.Context, s *ruleSet, e oped.Edition) (*EditionQueue, error) {
	topics := slices.Concat(e.Filter.Topics, e.Filter.AllTopics)
	q := &EditionQueue{Edition: e.Name, Fitted: len(topics) > 0, Pieces: []QueuedPiece{}}
	for _, t := range s.topics {
		if slices.Contains(topics, t.Name) && t.Weights == "" {
			q.Fitted = false
		}
	}
	waiting, err := v.p.store.Editions.Undecided(ctx, e.Name, topics, maxQueue)
	if err != nil {
		return nil, err
	}
	decided, err := v.p.store.Editions.Decided(ctx, e.Name)
	if err != nil {
		return nil, err
	}
	ids := slices.Clone(waiting)
	for _, c := range decided[max(0, len(decided)-maxTaught):] {
		ids = append(ids, c.Piece)
	}
	pieces, err := v.p.store.Pieces.Seen(ctx, ids)
	if err != nil {
		return nil, err
	}
	var queue, taught []rank.Piece
	var labels []rank.Label
	byID, rules := map[string]*oped.Piece{}, rulesOf(v.cfg, s.tagger)
	for i := range pieces {
		p := &pieces[i]
		choice, r := p.EntryChoice(e.Name), rankedBy(p, topics, i)
		switch {
		case choice.Decision != 0:
			taught, labels = append(taught, r), append(labels, rank.Label{ID: r.ID, On: choice.Action != oped.Reject})
		case slices.Contains(rules.OfferedTo(p), e.Name):
			queue, byID[r.ID] = append(queue, r), p
		}
	}
	for _, c := range decided {
		if c.Action == oped.Reject {
			q.Rejected++
		} else {
			q.Approved++
		}
	}
	model, learned := rank.Read(slices.Concat(queue, taught)).Learn(labels, rank.Options{})
	rank.Order(queue, model)
	q.Learned, q.Waiting = learned, len(queue)
	for i := range queue {
		q.Pieces = append(q.Pieces, queuedPiece(byID[queue[i].ID], &queue[i], model, q.Fitted))
	}
	return q, nil
}

// rankedBy returns a piece as input for the ranker, with the highest score of some topics. Of equal pieces, the one
// with the lower number comes first.
func rankedBy(p *oped.Piece, topics []string, number int) rank.Piece {
	d := topic.DocOf(p.Lead())
	r := rank.Piece{
		ID:      fmt.Sprintf("%06d", number),
		Title:   d.Title,
		Summary: d.Summary,
		Text:    d.Text,
	}
	for _, t := range p.Tags {
		score, threshold := t.Score, t.Threshold
		if t.By != oped.ByRule && t.Outcome == oped.Tagged { // a curator has no score
			score, threshold = 1, 1
		}
		if slices.Contains(topics, t.Topic) && (r.Score == 0 || score > r.Score) {
			r.Score, r.Threshold = score, threshold
		}
	}
	return r
}
