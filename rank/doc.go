// Package rank learns from curators' decisions which pieces a topic is likely to take. Curators then review the
// likeliest first.
//
// To rank a queue, read the pieces of one topic with [Read], those decided and those waiting, each with the
// verdict of the topic's rule. Then train a [Model] on the decisions with [Corpus.Learn], and sort the queue
// with [Order]. [Model.Explain] returns the reasons of a probability, and [Model.Suggest] terms for the topic's
// lists. A model never decides: nothing here makes a tag.
//
// A model is a logistic regression over the words of the pieces and over the rule's own verdict. It is
// calibrated: of pieces with a probability of 0.7, about 70 % are approved. With fewer than [MinPieces]
// decisions of either kind there is no model, and the queue is in the order of the rule's score.
//
// The same pieces and decisions give the same model to the bit, in any order (on one kind of processor: some
// round a product and a sum at once). [Options.After] and [Corpus.With] trade that for speed. The package uses no clock, file, logger or random number. A [Corpus] and
// a [Model] are safe for concurrent use.
package rank

import (
	"cmp"
	"slices"
)

// MinPieces is the smallest number of decisions of each kind, approvals and rejections, for learning.
const MinPieces = 20

// Piece is the part of a piece visible to the ranker: its words and the verdict of the topic's rule. All texts
// are plain, without markup.
type Piece struct {
	ID      string // unique
	Title   string
	Summary string
	Text    string

	Score     float64  // of the rule; 0 for all pieces of a topic without a rule
	Threshold float64  // the rule tags from this score on
	Rules     []string // the expressions of the rule with a match
}

// Label is a curator's decision on a piece, to learn from.
type Label struct {
	ID string // of the piece
	On bool   // on the topic: approved; otherwise rejected
}

// Options configures training. The zero value is the ranker in production.
type Options struct {
	Early bool // for measuring: learn from the first decision on, not from MinPieces of each kind
	// After is a model of the corpus, or of the one that With added to; nil: none. Training begins at its weights, and
	// may keep its scale: after one more decision, that is a tenth of the work for nearly the same probabilities.
	After *Model
}

// Order sorts a queue: the most probable pieces first, equals by the rule's score, then by ID. Without a model
// (nil) the highest score of the rule comes first.
func Order(queue []Piece, m *Model) {
	type place struct {
		logOdds float64
		piece   Piece
	}
	places := make([]place, len(queue))
	for i := range queue {
		places[i].piece = queue[i]
		if m != nil {
			places[i].logOdds = m.logOdds(&queue[i])
		}
	}
	slices.SortStableFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.logOdds, a.logOdds), byRule(&a.piece, &b.piece))
	})
	for i := range places {
		queue[i] = places[i].piece
	}
}

// byRule compares pieces without a model.
func byRule(a, b *Piece) int {
	return cmp.Or(cmp.Compare(finite(b.Score), finite(a.Score)), cmp.Compare(a.ID, b.ID))
}
