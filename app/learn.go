package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/config"
	"oped/dedup"
	"oped/logistic"
	"oped/rank"
	"oped/store"
	"oped/topic"
)

// Queue lists the candidates of one topic in order.
type Queue struct {
	Topic    string        `json:"topic"`
	Learned  bool          `json:"learned"` // ordered by learned probability; false: by the rule's score
	Fitted   bool          `json:"fitted"`  // the score is in log-odds
	Approved int           `json:"approved"`
	Rejected int           `json:"rejected"`
	Waiting  int           `json:"waiting"`
	Pieces   []QueuedPiece `json:"pieces"`

	model *rank.Model
}

// QueuedPiece is a piece waiting for a curator.
type QueuedPiece struct {
	Piece       oped.PieceID        `json:"piece"`
	Title       string              `json:"title"`
	Publisher   string              `json:"publisher"`
	Date        string              `json:"date"`
	URL         string              `json:"url"`
	Excerpt     string              `json:"excerpt"` // the first words of its text
	Score       float64             `json:"score"`
	Threshold   float64             `json:"threshold"`
	Probability float64             `json:"probability"` // if nothing was learned, that of weights; 0 without them
	Why         []rank.Contribution `json:"why"`         // contributions that sum to the log-odds
}

// learn returns the queue of a topic: its candidates, ordered by the decisions of curators.
func (s *ruleSet) learn(ctx context.Context, cfg *config.Config, st *store.Store, name string) (*Queue, error) {
	i := slices.IndexFunc(s.topics, func(t oped.Topic) bool { return t.Name == name })
	alone, err := topic.Compile(cfg.Lists, s.topics[i:i+1])
	if err != nil {
		return nil, err
	}
	waiting, err := st.Topics.Queue(ctx, name)
	if err != nil {
		return nil, err
	}
	on, err := judgedPieces(ctx, st, name)
	if err != nil {
		return nil, err
	}
	pieces, err := st.Pieces.Seen(ctx, slices.Concat(waiting, slices.Sorted(maps.Keys(on))))
	if err != nil {
		return nil, err
	}
	q := &Queue{
		Topic:   name,
		Fitted:  s.topics[i].Weights != "",
		Waiting: len(waiting),
		Pieces:  []QueuedPiece{},
	}
	rules := rulesOf(cfg, alone)
	var ranked []rank.Piece
	var decisions []rank.Label
	byID := map[string]*oped.Piece{}
	for i := range pieces {
		p := &pieces[i]
		r := ranking(p, rules.Doc(p), alone)
		byID[r.ID] = p
		ranked = append(ranked, r)
		if approved, decided := on[p.ID]; decided {
			decisions = append(decisions, rank.Label{ID: r.ID, On: approved})
			if approved {
				q.Approved++
			} else {
				q.Rejected++
			}
		}
	}
	q.model, q.Learned = rank.Read(ranked).Learn(decisions, rank.Options{})
	queue := ranked[:len(ranked)-len(decisions)]
	rank.Order(queue, q.model)
	for i := range queue {
		q.Pieces = append(q.Pieces, queuedPiece(byID[queue[i].ID], &queue[i], q.model, q.Fitted))
	}
	return q, nil
}

// ranking returns a piece as input for the ranker.
func ranking(p *oped.Piece, d *topic.Doc, alone *topic.Tagger) rank.Piece {
	verdict := alone.Verdicts(d)[0]
	r := rank.Piece{
		ID:        fmt.Sprintf("%012d", p.ID),
		Title:     d.Title,
		Summary:   d.Summary,
		Text:      d.Text,
		Score:     verdict.Score,
		Threshold: verdict.Threshold,
	}
	for _, x := range verdict.Why {
		if !slices.Contains(r.Rules, x.Rule) {
			r.Rules = append(r.Rules, x.Rule)
		}
	}
	return r
}

// queuedPiece returns a piece as a queue lists it. The model is nil if nothing was learned; the score of a fitted topic
// is in log-odds.
func queuedPiece(p *oped.Piece, r *rank.Piece, m *rank.Model, fitted bool) QueuedPiece {
	lead := p.Lead()
	x := QueuedPiece{
		Piece:     p.ID,
		Title:     lead.Title,
		Publisher: lead.Publisher,
		Date:      lead.Date().Format(time.DateOnly),
		URL:       dedup.Untracked(lead.URL),
		Excerpt:   beginning(lead.Text),
		Score:     r.Score,
		Threshold: r.Threshold,
		Why:       []rank.Contribution{},
	}
	switch {
	case m != nil:
		x.Probability, x.Why = m.Probability(r), m.Explain(r)
	case fitted:
		x.Probability = logistic.Sigmoid(r.Score)
	}
	return x
}

// excerptWords is the number of words of an excerpt for a curator.
const excerptWords = 30

// beginning returns the first words of a text.
func beginning(text string) string {
	words := strings.Fields(text)
	if len(words) <= excerptWords {
		return strings.Join(words, " ")
	}
	return strings.Join(words[:excerptWords], " ") + "…"
}

// Queue returns up to limit candidates of each topic, or of one, the most probable first. A limit of 0 or less returns
// all. It returns an Invalid error for an unknown topic.
func (t Topics) Queue(ctx context.Context, limit int, only ...string) ([]*Queue, error) {
	s, err := loadRuleSet(ctx, t.p.store, t.cfg)
	if err != nil {
		return nil, err
	}
	names := topicNames(t.cfg)
	if len(only) > 0 {
		if err := knownTopic(t.cfg, only[0]); err != nil {
			return nil, err
		}
		names = only
	}
	all := []*Queue{}
	for _, name := range names {
		q, err := s.learn(ctx, t.cfg, t.p.store, name)
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

// Suggest returns up to limit terms of either kind for the rule of a topic, learned from the decisions on it. It
// returns an Invalid error if the topic is unknown or the decisions are too few.
func (t Topics) Suggest(ctx context.Context, name string, limit int) ([]rank.Suggestion, error) {
	if err := knownTopic(t.cfg, name); err != nil {
		return nil, err
	}
	s, err := loadRuleSet(ctx, t.p.store, t.cfg)
	if err != nil {
		return nil, err
	}
	q, err := s.learn(ctx, t.cfg, t.p.store, name)
	if err != nil {
		return nil, err
	}
	if !q.Learned {
		return nil, oped.Invalid(
			fmt.Sprintf("%s: curators put %d pieces on the topic and took %d off it; the ranker needs %d of each",
				name, q.Approved, q.Rejected, rank.MinPieces),
			"oped topic queue "+name+" lists candidates; oped piece tag and untag decide on them")
	}
	terms := s.tagger.Terms(name)
	return q.model.Suggest(func(term string) bool {
		_, known := slices.BinarySearch(terms, term)
		return known
	}, limit), nil
}
