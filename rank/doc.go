// Package rank learns from curators' decisions which pieces a topic is likely to take, so that they review the likeliest first.
//
// A Corpus holds the pieces of one topic, those decided and those that wait, each with what the topic's rule said of it. Learn makes a
// Model of the decisions: a logistic regression over the words of the pieces and over the rule's own verdict, calibrated so that its
// probabilities can be taken at their word. A Model orders the queue, explains each probability to the bit, and suggests terms for the
// topic's lists. It never decides: nothing here makes a tag.
//
// With fewer than MinPieces decisions of either kind there is no model, and the queue stands in the order of the rule's score.
//
// The same pieces and decisions give the same model to the bit, in whatever order they are given (on one kind of processor: some
// round a product and a sum at once). Nothing here touches a clock, a file, a logger or chance. A Corpus and a Model are safe for use by
// many goroutines.
package rank

import (
	"cmp"
	"slices"

	"oped/text"
)

// MinPieces is how many decisions of each kind, approvals and rejections, there have to be before anything is learned.
const MinPieces = 20

// Piece is what the ranker sees of a piece: its words, and what the topic's rule said. All texts are plain, without markup.
type Piece struct {
	ID      string // one of its own for each piece
	Title   string
	Summary string
	Text    string
	Words   *text.Tokens // of Text, with their zones, where the caller has them

	Score     float64  // the rule's; 0 for all pieces of a topic that has no rule yet
	Threshold float64  // from which score on the rule tags
	Rules     []string // the expressions that found something
}

// Decision is what a curator said of a piece.
type Decision struct {
	ID string // the piece's
	On bool   // on the topic: approved, or else rejected
}

// Options change how is learned. The zero value is the ranker as it serves.
type Options struct {
	Early bool // learn from the first decision on, not from MinPieces of each kind: for measuring
}

// Order sorts a queue: the most probable first, equals by the rule's score, then by ID. Without a model the rule's score comes first.
func Order(queue []Piece, m *Model) {
	type place struct {
		logOdds float64
		piece   Piece
	}
	places := make([]place, len(queue))
	for i := range queue {
		places[i].piece = queue[i]
		if m != nil {
			places[i].logOdds = m.LogOdds(&queue[i])
		}
	}
	slices.SortStableFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.logOdds, a.logOdds), byRule(&a.piece, &b.piece))
	})
	for i := range places {
		queue[i] = places[i].piece
	}
}

// byRule is the order without a model.
func byRule(a, b *Piece) int {
	return cmp.Or(cmp.Compare(finite(b.Score), finite(a.Score)), cmp.Compare(a.ID, b.ID))
}
