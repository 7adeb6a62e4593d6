package main

import (
	"oped"
	"oped/ingest"
	"oped/topic"
)

// why tells of every topic why a piece is on it, or is not: for the pages of pieces.
func why(r *ingest.Rules) func(*oped.Piece) []topic.Explanation {
	return func(p *oped.Piece) []topic.Explanation { return r.Tagger.ExplainAll(r.Doc(p)) }
}
