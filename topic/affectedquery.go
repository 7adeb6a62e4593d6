package topic

import (
	"encoding/json"
	"slices"
)

// AffectedQuery is what a piece has to fulfil in order to be judged by one rule otherwise than by another, if its feed implies these lists and it has no tag of
// the topic. tagged: so has a piece that has one; if not, every piece with a tag may be judged otherwise.
//
// A term that was added to a list or taken from it matters where it stands; an expression, where it could find something. A lower
// threshold may matter anywhere.
func AffectedQuery(before, after *Tagger, topic string, implied []string) (need IndexQuery, tagged bool) {
	need = after.IndexQuery(topic, implied)
	i, j := before.find(topic), after.find(topic)
	if i < 0 || j < 0 {
		return need, false
	}
	a, b := &before.topics[i], &after.topics[j]
	if b.minScore() < a.minScore() {
		return need, false
	}
	differs := anyOf(append(a.without(b, &before.program, implied), b.without(a, &after.program, implied)...))
	return allOf([]IndexQuery{differs, need}), a.Threshold == b.Threshold && a.Topic.Review == b.Topic.Review
}

// Differs is what a piece has to fulfil in order to be judged by one rule otherwise than by another, thresholds aside.
func Differs(before, after *Tagger, topic string, implied []string) IndexQuery {
	i, j := before.find(topic), after.find(topic)
	if i < 0 || j < 0 {
		return IndexQuery{}
	}
	a, b := &before.topics[i], &after.topics[j]
	return anyOf(append(a.without(b, &before.program, implied), b.without(a, &after.program, implied)...))
}

func (t *Tagger) find(topic string) int {
	return slices.IndexFunc(t.topics, func(k compiled) bool { return k.Name == topic })
}

// minScore is the score from which a piece has a tag.
func (k *compiled) minScore() float64 {
	if k.Topic.Review > 0 {
		return min(k.Topic.Review, k.Threshold)
	}
	return k.Threshold
}

// without are the needs of what a rule has and another one has not: terms, expressions with their weights, conditions.
func (k *compiled) without(other *compiled, p *program, implied []string) (needs []IndexQuery) {
	var mine, theirs source
	json.Unmarshal([]byte(k.source), &mine) // we wrote both
	json.Unmarshal([]byte(other.source), &theirs)
	for i, s := range mine.Score {
		if !slices.Contains(theirs.Score, s) || count(mine.Score, s) != count(theirs.Score, s) {
			needs = append(needs, p.indexQuery(k.score[i], implied))
		}
	}
	if mine.Require != theirs.Require && k.require != nil {
		needs = append(needs, p.indexQuery(k.require, implied))
	}
	if mine.Require != theirs.Require && k.require == nil {
		needs = append(needs, IndexQuery{}) // what the other one requires may be missing anywhere
	}
	if mine.Exclude != theirs.Exclude && k.exclude != nil {
		needs = append(needs, p.indexQuery(k.exclude, implied))
	}
	var m memory
	for _, name := range sorted(mine.Lists) {
		for _, term := range mine.Lists[name] {
			if slices.Contains(theirs.Lists[name], term) {
				continue
			}
			if t, err := parseTerm(&m, term, ""); err == nil {
				needs = append(needs, t.indexQuery())
			}
		}
	}
	return needs
}

func count[T comparable](all []T, x T) (n int) {
	for _, y := range all {
		if x == y {
			n++
		}
	}
	return n
}
