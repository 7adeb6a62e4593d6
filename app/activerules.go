package app

import (
	"slices"
	"sync/atomic"

	"oped"
	"oped/ingest"
	"oped/topic"
)

// activeRules are the rules that the pages of pieces are explained by. A decision puts others in their place.
type activeRules struct {
	rules atomic.Pointer[ingest.Rules]
}

func newActiveRules(r *ingest.Rules) *activeRules {
	f := &activeRules{}
	f.rules.Store(r)
	return f
}

// explain explains the outcome of a piece at each topic with a stored tag.
func (f *activeRules) explain(p *oped.Piece) []topic.Explanation {
	r := f.rules.Load()
	return r.Tagger.ExplainSome(r.Doc(p), func(name string) bool {
		return slices.ContainsFunc(p.Tags, func(t oped.Tag) bool { return t.Topic == name })
	})
}

// tagger judges by the rules in force.
func (f *activeRules) tagger() *topic.Tagger { return f.rules.Load().Tagger }
