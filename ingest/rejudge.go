package ingest

import (
	"reflect"
	"time"

	"oped"
)

// Rejudge judges a stored piece by the rules as they are now. false: nothing about it changes. Copies of one piece are not judged to be
// several, and its time does not change: a rule that changed is no news of the piece.
func Rejudge(p oped.Piece, r *Rules, at time.Time) (oped.PieceChange, bool) {
	before := p
	judge(&p, r, at)
	c := oped.PieceChange{Piece: p}
	place(&c, &before, r, !reflect.DeepEqual(before.Topics(), p.Topics()) || before.Kind != p.Kind)
	same := reflect.DeepEqual(before.Tags, p.Tags) && before.Kind == p.Kind
	return c, !same || len(c.Enter)+len(c.Leave)+len(c.Revise) > 0
}
