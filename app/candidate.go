package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"oped"
	"oped/dedup"
	"oped/ingest"
	"oped/publish"
	"oped/publish/page"
	"oped/rank"
	"oped/text"
)

// Question is what curators decide about pieces: whether they enter a curated edition, or whether they are on a topic.
// The zero value asks for all curated editions.
type Question struct {
	Edition string `json:"edition,omitempty"`
	Topic   string `json:"topic,omitempty"`
}

// Asked is a question with the number of its candidates.
type Asked struct {
	Question
	Title    string `json:"title"`
	Learned  bool   `json:"learned"` // ordered by learned probability; false: by the score of the rules
	Fitted   bool   `json:"fitted"`  // the scores are in log-odds
	Approved int    `json:"approved"`
	Rejected int    `json:"rejected"`
	Waiting  int    `json:"waiting"` // of the newest maxQueue pieces without a decision
}

// Candidates lists the candidates of a question, the most probable first.
type Candidates struct {
	Asked
	Pieces []Candidate `json:"pieces"`
	Latest int64       `json:"latest"` // number of the last decision on anything; 0: none
}

// Candidate is a piece waiting for a decision, with what a curator needs for it.
type Candidate struct {
	Piece       oped.PieceID        `json:"piece"`
	Title       string              `json:"title"`
	Publisher   string              `json:"publisher"`
	Date        string              `json:"date"`
	Hour        string              `json:"hour"` // see [Pieces.When]
	URL         string              `json:"url"`
	Lang        string              `json:"lang"`
	Kind        oped.PieceKind      `json:"kind"`
	Authors     []string            `json:"authors"`
	Copies      []Copy              `json:"copies"`             // its other appearances
	Topics      []string            `json:"topics"`             // it is on
	Editions    []string            `json:"editions,omitempty"` // curated editions with it for review
	Note        string              `json:"note,omitempty"`     // of a curator, in the first of Editions
	Place       int                 `json:"place,omitempty"`    // in the first of Editions, from 1; 0: not pinned
	Reason      string              `json:"reason"`             // why it is here, one sentence
	Marked      []page.Marked       `json:"marked"`             // some words of its text; those that counted are marked
	Score       float64             `json:"score"`
	Threshold   float64             `json:"threshold"`
	Probability float64             `json:"probability"` // if nothing was learned, that of weights; 0 without them
	Why         []rank.Contribution `json:"why"`         // contributions that sum to the log-odds
}

// excerptWords is the number of words of an excerpt for a curator.
const excerptWords = 40

// Questions returns every question that curators can answer: on each curated edition, and on each topic.
func (v Pieces) Questions(ctx context.Context) ([]Asked, error) {
	var questions []Question
	for _, name := range curatedEditions(v.cfg) {
		questions = append(questions, Question{Edition: name})
	}
	for _, name := range topicNames(v.cfg) {
		questions = append(questions, Question{Topic: name})
	}
	all := []Asked{}
	for _, of := range questions {
		q, _, err := v.ranked(ctx, of, false)
		if err != nil {
			return nil, err
		}
		all = append(all, q.Asked)
	}
	return all, nil
}

// Queue returns the candidates of each curated edition, or of the named one; see [Pieces.Candidates].
func (v Pieces) Queue(ctx context.Context, limit int, only ...string) ([]*Candidates, error) {
	names := curatedEditions(v.cfg)
	if len(only) > 0 {
		names = only
	}
	return v.each(ctx, limit, names, func(name string) Question { return Question{Edition: name} })
}

// Queue returns the candidates of each topic, or of the named one; see [Pieces.Candidates].
func (t Topics) Queue(ctx context.Context, limit int, only ...string) ([]*Candidates, error) {
	names := topicNames(t.cfg)
	if len(only) > 0 {
		names = only
	}
	return Pieces(t).each(ctx, limit, names, func(name string) Question { return Question{Topic: name} })
}

// each returns the candidates of some questions.
func (v Pieces) each(
	ctx context.Context, limit int, names []string, of func(name string) Question,
) ([]*Candidates, error) {
	all := []*Candidates{}
	for _, name := range names {
		c, err := v.Candidates(ctx, of(name), limit)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// Candidates returns up to limit candidates of a question; a limit of 0 or less returns all. It returns an Invalid
// error for an unknown topic or edition.
func (v Pieces) Candidates(ctx context.Context, of Question, limit int) (*Candidates, error) {
	c := &Candidates{Asked: Asked{Question: of}, Pieces: []Candidate{}}
	var err error
	if c.Latest, err = v.p.Latest(ctx); err != nil { // first: a later one is news to the curator
		return nil, err
	}
	names := []string{of.Edition}
	if of == (Question{}) {
		names = curatedEditions(v.cfg)
	}
	var rules *ingest.Rules
	var order []candidate
	editions := map[oped.PieceID][]string{}
	for _, name := range names {
		q, x, err := v.ranked(ctx, Question{name, of.Topic}, true)
		if err != nil {
			return nil, err
		}
		rules = x.rules
		approved, rejected := c.Approved+q.Approved, c.Rejected+q.Rejected
		if of != (Question{}) {
			c.Asked = q.Asked
		}
		c.Approved, c.Rejected, c.Learned = approved, rejected, c.Learned || q.Learned
		for _, p := range q.order {
			if name != "" {
				editions[p.id] = append(editions[p.id], name)
			}
			if len(editions[p.id]) < 2 {
				order = append(order, candidate{p, q})
			}
		}
	}
	if len(names) > 1 {
		slices.SortStableFunc(order, func(a, b candidate) int { return cmp.Compare(b.probability, a.probability) })
	}
	if c.Waiting = len(order); limit > 0 {
		order = order[:min(limit, len(order))]
	}
	for some := range slices.Chunk(order, 64) {
		if err := v.add(ctx, c, some, editions, rules); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// candidate is a piece at its place in a queue.
type candidate struct {
	placed
	q *queue
}

// add adds some candidates.
func (v Pieces) add(
	ctx context.Context, c *Candidates, some []candidate, editions map[oped.PieceID][]string, r *ingest.Rules,
) error {
	ids := make([]oped.PieceID, len(some))
	for i := range some {
		ids[i] = some[i].id
	}
	pieces, err := v.p.store.Pieces.Seen(ctx, ids)
	if err != nil {
		return err
	}
	days := calendarOf(v.cfg)
	for _, x := range some {
		// one just merged into another is missing
		if i := slices.IndexFunc(pieces, func(p oped.Piece) bool { return p.ID == x.id }); i >= 0 {
			c.Pieces = append(c.Pieces, x.of(&pieces[i], r, days, editions[x.id]))
		}
	}
	return nil
}

// of returns the candidate with a piece.
func (x *candidate) of(p *oped.Piece, r *ingest.Rules, days calendar, editions []string) Candidate {
	lead := p.Lead()
	out := Candidate{
		Piece:       p.ID,
		Title:       lead.Title,
		Publisher:   lead.Publisher,
		Date:        days.day(lead),
		Hour:        days.hour(lead),
		URL:         dedup.Untracked(lead.URL),
		Lang:        lead.Lang,
		Kind:        p.Kind,
		Authors:     authorNames(lead),
		Copies:      []Copy{},
		Topics:      append([]string{}, p.Topics()...),
		Editions:    editions,
		Score:       x.read.Score,
		Threshold:   x.read.Threshold,
		Probability: x.probability,
		Why:         []rank.Contribution{},
	}
	if len(editions) > 0 {
		out.Note, out.Place = p.NoteIn(editions[0]), p.PinIn(editions[0]).Place
	}
	for i := range p.Entries {
		if e := &p.Entries[i]; e.Row != lead.Row {
			out.Copies = append(out.Copies, Copy{e.Publisher, days.day(e), e.URL})
		}
	}
	if x.q.model != nil {
		out.Why = x.q.model.Explain(x.read)
	}
	w := x.member.why.Load()
	if w == nil {
		w = x.q.reason(p, r)
		x.member.why.Store(w)
	}
	out.Reason, out.Marked = w.reason, publish.Around(lead.Text, w.counted, excerptWords)
	return out
}

// reason returns why a piece is in the queue.
func (q *queue) reason(p *oped.Piece, r *ingest.Rules) *why {
	var says []string
	for _, t := range p.Tags {
		if t.By != oped.ByRule && t.Outcome == oped.Tagged && slices.Contains(q.topics, t.Topic) {
			says = append(says, fmt.Sprintf("%s put it on %s", t.By, t.Topic))
		}
	}
	byHand := len(says) > 0
	var counted []oped.Span
	for _, e := range r.Tagger.ExplainSome(r.Doc(p), func(name string) bool {
		return slices.Contains(q.topics, name) && slices.ContainsFunc(p.Tags, func(t oped.Tag) bool {
			return t.Topic == name && t.Outcome != oped.None
		})
	}) {
		switch {
		case byHand:
		case len(q.topics) == 1:
			says = append(says, text.Capital(e.Reason))
		default:
			says = append(says, cmp.Or(e.Title, e.Topic)+": "+e.Reason)
		}
		counted = append(counted, e.Strongest()...)
	}
	if len(says) == 0 {
		return &why{"The filter of " + q.Title + " selects it.", nil}
	}
	return &why{strings.Join(says, "; "), counted}
}
