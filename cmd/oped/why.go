package main

import (
	"oped"
	"oped/config"
	"oped/ingest"
	"oped/topic"
)

// why tells of every topic why a piece is on it, or is not: for the pages of pieces.
func why(r *ingest.Rules) func(*oped.Piece) []topic.Explanation {
	return func(p *oped.Piece) []topic.Explanation { return r.Tagger.ExplainAll(r.Doc(p)) }
}

// rulesPrint names the rules and the program that tell why.
func rulesPrint(cfg *config.Config) string {
	return digest(ruleVersions(cfg)) + " " + buildInfo().Commit
}
