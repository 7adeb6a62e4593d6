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
	named atomic.Pointer[namedRules]
}

// namedRules is the name of rules, which takes a while to make.
type namedRules struct {
	of   *ingest.Rules
	name string
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

// name names all that explain goes by beside the piece: the rules, what feeds imply, and the program.
func (f *inForce) name() string {
	r := f.rules.Load()
	if n := f.named.Load(); n != nil && n.of == r {
		return n.name
	}
	all := map[string]any{"build": buildInfo().Commit}
	for i, t := range r.Tagger.Topics() {
		all["topic/"+t.Name] = []any{i, t.Title, r.Tagger.Version(t.Name)}
	}
	for url, feed := range r.Feeds {
		all["feed/"+url] = feed.Implies
	}
	n := &namedRules{r, digest(all)}
	f.named.Store(n)
	return n.name
}
