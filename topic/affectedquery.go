package topic

import (
	"encoding/json"
	"slices"
)

// AffectedQuery returns a condition met by every piece whose verdict on a topic may differ between two taggers.
// It applies to pieces without a tag of the topic, in feeds with these implied lists. tagged reports whether it
// applies to pieces with a tag as well; if not, any tagged piece may get another verdict.
//
// A term added to a list or removed from it matters where it occurs. An expression matters where it could
// match. A lower threshold may matter anywhere.
func AffectedQuery(before, after *Tagger, topic string, implied []string) (query IndexQuery, tagged bool) {
	query = after.IndexQuery(topic, implied)
	a, b := before.written(topic), after.written(topic)
	if a == nil || b == nil || b.minScore() < a.minScore() {
		return query, false
	}
	differs := Differs(before, after, topic, implied)
	return allOf([]IndexQuery{differs, query}), a.Threshold == b.Threshold && a.Topic.Review == b.Topic.Review
}

// Differs returns a condition met by every piece that two taggers may judge differently on a topic, apart from
// the thresholds. The implied lists are those of its feed.
func Differs(before, after *Tagger, topic string, implied []string) IndexQuery {
	a, b := before.written(topic), after.written(topic)
	if a == nil || b == nil {
		return IndexQuery{}
	}
	return anyOf(append(a.without(b, &before.program, implied), b.without(a, &after.program, implied)...))
}

// written returns a written topic; nil if there is none. Of a fitted one any part may have another weight.
func (t *Tagger) written(topic string) *compiled {
	if i := t.find(topic); i >= 0 && t.topics[i].fitted == nil {
		return &t.topics[i]
	}
	return nil
}

func (t *Tagger) find(topic string) int {
	return slices.IndexFunc(t.topics, func(k compiled) bool { return k.Name == topic })
}

// minScore returns the lowest score of a tag.
func (k *compiled) minScore() float64 {
	if k.Topic.Review > 0 {
		return min(k.Topic.Review, k.Threshold)
	}
	return k.Threshold
}

// without returns the conditions for everything in k and not in other: terms, weighted expressions, require and
// exclude.
func (k *compiled) without(other *compiled, p *program, implied []string) (queries []IndexQuery) {
	var mine, theirs source
	json.Unmarshal([]byte(k.source), &mine) // both are JSON of our own
	json.Unmarshal([]byte(other.source), &theirs)
	for i, s := range mine.Score {
		if !slices.Contains(theirs.Score, s) || count(mine.Score, s) != count(theirs.Score, s) {
			queries = append(queries, p.indexQuery(k.score[i], implied))
		}
	}
	if mine.Require != theirs.Require && k.require != nil {
		queries = append(queries, p.indexQuery(k.require, implied))
	}
	if mine.Require != theirs.Require && k.require == nil {
		queries = append(queries, IndexQuery{}) // a piece without the terms that other requires may be anywhere
	}
	if mine.Exclude != theirs.Exclude && k.exclude != nil {
		queries = append(queries, p.indexQuery(k.exclude, implied))
	}
	var m memory
	for _, name := range sorted(mine.Lists) {
		for _, term := range mine.Lists[name] {
			if slices.Contains(theirs.Lists[name], term) {
				continue
			}
			if t, err := parseTerm(&m, term, ""); err == nil {
				queries = append(queries, t.indexQuery())
			}
		}
	}
	return queries
}

func count[T comparable](all []T, x T) (n int) {
	for _, y := range all {
		if x == y {
			n++
		}
	}
	return n
}
