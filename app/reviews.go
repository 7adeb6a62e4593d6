package app

import (
	"cmp"
	"fmt"
	"slices"

	"oped"
	"oped/config"
	"oped/rank"
)

// reviews holds the labelled pieces of a topic, with the verdict of a curator on each.
type reviews struct {
	pieces []rank.Piece
	on     map[string]bool // by ID
}

// ReviewScore is the number of reviews needed to find 90 % of the relevant pieces, by the order of review.
type ReviewScore struct {
	Pieces   int     `json:"pieces"`
	Relevant int     `json:"relevant"`
	Learned  int     `json:"learned"` // by the ranker; by the rule's score until it has enough decisions
	Early    int     `json:"early"`   // by the ranker, from the first decision on
	Rule     int     `json:"rule"`    // by the rule's score
	Random   float64 `json:"random"`  // in random order, on average
	Words    int     `json:"words_only"`
}

// SimulateReviews simulates a curator reviewing labelled pieces one by one, and returns the scores by topic.
func SimulateReviews(cfg *config.Config, in Lines) (map[string]ReviewScore, error) {
	sets := map[string]*reviews{}
	err := eachLabel(cfg, in, func(p *pieceLine, tag oped.Tag, n int) {
		s := sets[tag.Topic]
		if s == nil {
			s = &reviews{on: map[string]bool{}}
			sets[tag.Topic] = s
		}
		s.add(p, tag, n)
	})
	scores := map[string]ReviewScore{}
	for name, s := range sets {
		scores[name] = s.score()
	}
	return scores, err
}

// add adds a piece. Its line makes its ID unique, in case the file has none or repeats one.
func (s *reviews) add(p *pieceLine, tag oped.Tag, line int) {
	doc := p.doc()
	piece := rank.Piece{
		ID:        fmt.Sprintf("%s %09d", p.ID, line),
		Title:     doc.Title,
		Summary:   doc.Summary,
		Text:      doc.Text,
		Score:     tag.Score,
		Threshold: tag.Threshold,
	}
	for _, span := range tag.Why {
		if !slices.Contains(piece.Rules, span.Rule) {
			piece.Rules = append(piece.Rules, span.Rule)
		}
	}
	s.pieces = append(s.pieces, piece)
	s.on[piece.ID] = slices.Contains(p.Topics, tag.Topic)
}

func (s *reviews) score() ReviewScore {
	relevant := 0
	for _, on := range s.on {
		if on {
			relevant++
		}
	}
	target := s.target(relevant)
	score := ReviewScore{Pieces: len(s.pieces), Relevant: relevant}
	if relevant == 0 {
		return score
	}
	corpus := rank.Read(s.pieces)
	score.Learned = s.review(corpus, s.pieces, nil, target, rank.Options{})
	score.Early = s.review(corpus, s.pieces, nil, target, rank.Options{Early: true})
	score.Rule = s.review(nil, s.pieces, nil, target, rank.Options{})
	score.Random = float64(target) * float64(len(s.pieces)+1) / float64(relevant+1) // drawing without replacement
	score.Words = s.wordsOnly(target)
	return score
}

// target returns 90 % of the relevant pieces, rounded up.
func (s *reviews) target(relevant int) int { return (9*relevant + 9) / 10 }

// wordsOnly is the count without a rule, starting from one example: the first relevant piece by ID.
func (s *reviews) wordsOnly(target int) int {
	bare := slices.Clone(s.pieces)
	for i := range bare {
		bare[i].Score, bare[i].Rules = 0, nil
	}
	slices.SortFunc(bare, func(a, b rank.Piece) int { return cmp.Compare(a.ID, b.ID) })
	first := slices.IndexFunc(bare, func(p rank.Piece) bool { return s.on[p.ID] })
	return s.review(rank.Read(bare), bare, &bare[first], target, rank.Options{Early: true})
}

// review returns the number of reviews until target relevant pieces are found. The model is trained again after
// every decision, and from the hundredth on after every further one percent. Without a corpus nothing is
// learned. The example, if any, is reviewed first.
func (s *reviews) review(c *rank.Corpus, pieces []rank.Piece, example *rank.Piece, target int, o rank.Options) int {
	waiting := slices.Clone(pieces)
	var decisions []rank.Label
	found := 0
	decide := func(at int) {
		id := waiting[at].ID
		waiting = slices.Delete(waiting, at, at+1)
		decisions = append(decisions, rank.Label{ID: id, On: s.on[id]})
		if s.on[id] {
			found++
		}
	}
	if example != nil {
		decide(slices.IndexFunc(waiting, func(p rank.Piece) bool { return p.ID == example.ID }))
	}
	for due := 0; found < target; decide(0) {
		if len(decisions) < due {
			continue
		}
		due = len(decisions) + 1 + len(decisions)/100
		var m *rank.Model
		if c != nil {
			m, _ = c.Learn(decisions, o)
		}
		rank.Order(waiting, m)
	}
	return len(decisions)
}
