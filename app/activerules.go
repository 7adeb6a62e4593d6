package app

import (
	"slices"
	"sync/atomic"

	"oped"
	"oped/ingest"
	"oped/topic"
)

// activeRules holds the rules behind the explanations on the pages of pieces. A decision on rules replaces them.
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

// tagger returns the tagger of the active rules.
func (f *activeRules) tagger() *topic.Tagger { return f.rules.Load().Tagger }
