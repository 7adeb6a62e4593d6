package main

import (
	"sync/atomic"

	"oped"
	"oped/ingest"
	"oped/topic"
)

// inForce are the rules that the pages of pieces are explained by. A decision puts others in their place.
type inForce struct {
	rules atomic.Pointer[ingest.Rules]
}

func newInForce(r *ingest.Rules) *inForce {
	f := &inForce{}
	f.rules.Store(r)
	return f
}

// explain tells of every topic why a piece is on it, or is not.
func (f *inForce) explain(p *oped.Piece) []topic.Explanation {
	r := f.rules.Load()
	return r.Tagger.ExplainAll(r.Doc(p))
}

// tagger judges by the rules in force.
func (f *inForce) tagger() *topic.Tagger { return f.rules.Load().Tagger }
