package topic

import (
	"slices"

	"oped/text"
)

// IndexQuery is a condition on the words of a piece, wherever they stand, that every piece fulfils which a rule could take. Many others fulfil it, too.
// A full-text index answers it quickly, and the tagger judges who is left.
type IndexQuery struct {
	Op   IndexOp
	Word string       // of Word and Prefix: folded, as text.AppendIndexed gives it
	Of   []IndexQuery // of All and Any: two at least
}

// IndexOp is how a IndexQuery is made.
type IndexOp uint8

// The needs. Always is no condition at all; Never is fulfilled by nothing.
const (
	Always IndexOp = iota
	Never
	Word   // the word is there
	Prefix // a word that begins so is there
	All    // all of Of hold
	Any    // one of Of holds
)

// IndexQuery is what a piece has to fulfil in order to be on a topic or a candidate for it, if its feed implies these lists. Never if there
// is no such topic.
func (t *Tagger) IndexQuery(topic string, implied []string) IndexQuery {
	i := t.find(topic)
	if i < 0 {
		return IndexQuery{Op: Never}
	}
	k := &t.topics[i]
	var score []IndexQuery
	for j, n := range k.score {
		if k.Score[j].Weight > 0 {
			score = append(score, t.indexQuery(n, implied))
		}
	}
	need := anyOf(score)
	if k.require != nil {
		need = allOf([]IndexQuery{t.indexQuery(k.require, implied), need})
	}
	return need
}

// IndexQuery is what a piece has to fulfil in order to match, if its feed implies these lists.
func (e *Expr) IndexQuery(implied []string) IndexQuery { return e.indexQuery(e.root, implied) }

// indexQuery is the need of a node. A list that the feed implies holds without a word, but not where words are wanted: in a zone, in
// proximity, among the first words, so often.
func (p *program) indexQuery(n *node, implied []string) IndexQuery {
	switch n.op {
	case opTerm:
		return p.termQuery(n.term)
	case opList:
		return p.listQuery(n.list, implied, false)
	case opAnd:
		return allOf(p.indexQueries(n.kids, implied))
	case opOr:
		return anyOf(p.indexQueries(n.kids, implied))
	case opNear, opPre, opSent, opPara, opMin, opFirst, opZone:
		return allOf(p.worded(n.kids, implied))
	case opNotNear:
		return p.indexQuery(n.kids[0], implied)
	}
	return IndexQuery{} // opNot, opRegex
}

func (p *program) indexQueries(kids []*node, implied []string) []IndexQuery {
	out := make([]IndexQuery, len(kids))
	for i, kid := range kids {
		out[i] = p.indexQuery(kid, implied)
	}
	return out
}

// worded are the needs of nodes that have to find something: an implied list has to be said.
func (p *program) worded(kids []*node, implied []string) []IndexQuery {
	out := make([]IndexQuery, len(kids))
	for i, kid := range kids {
		if out[i] = p.indexQuery(kid, implied); kid.op == opList {
			out[i] = p.listQuery(kid.list, implied, true)
		}
	}
	return out
}

// listQuery: a weak term counts only where a strong one of its list stands, or the feed implies the list.
func (p *program) listQuery(list int32, implied []string, worded bool) IndexQuery {
	holds := slices.Contains(implied, p.listNames[list])
	if holds && !worded {
		return IndexQuery{}
	}
	var terms []IndexQuery
	for _, l := range p.lists[list] {
		if !l.weak || holds {
			terms = append(terms, p.termQuery(l.term))
		}
	}
	return anyOf(terms)
}

// termQuery: every word of a term has to be there, the last in one of its forms.
func (p *program) termQuery(term int32) IndexQuery {
	if p.regexes[term] != nil {
		return IndexQuery{}
	}
	return p.patterns[term].indexQuery()
}

func (t *pattern) indexQuery() IndexQuery {
	last := len(t.words) - 1
	var words []IndexQuery
	for _, w := range t.words[:last] {
		words = append(words, wordQuery(Word, w))
	}
	if t.flags&prefix != 0 {
		return allOf(append(words, wordQuery(Prefix, t.words[last])))
	}
	var forms []IndexQuery
	for _, w := range t.lasts() {
		forms = append(forms, wordQuery(Word, w))
	}
	return allOf(append(words, anyOf(forms)))
}

// wordQuery is the need of a word. Of one that has no letter or digit the index knows nothing.
func wordQuery(op IndexOp, word string) IndexQuery {
	indexed := string(text.AppendIndexed(nil, word))
	if indexed == "" {
		return IndexQuery{}
	}
	return IndexQuery{Op: op, Word: indexed}
}

func allOf(needs []IndexQuery) IndexQuery { return combine(needs, All, Always, Never) }
func anyOf(needs []IndexQuery) IndexQuery { return combine(needs, Any, Never, Always) }

// combine joins needs. neutral ones say nothing there, and an absorbing one decides alone.
func combine(needs []IndexQuery, op, neutral, absorbing IndexOp) IndexQuery {
	var of []IndexQuery
	for _, n := range needs {
		switch n.Op {
		case absorbing:
			return n
		case neutral:
		case op:
			of = append(of, n.Of...)
		default:
			of = append(of, n)
		}
	}
	switch len(of) {
	case 0:
		return IndexQuery{Op: neutral}
	case 1:
		return of[0]
	}
	return IndexQuery{Op: op, Of: of}
}

// Words is what a piece has to fulfil in order to hold any of the expression's terms, weak ones too.
func (e *Expr) Words() IndexQuery {
	var terms []IndexQuery
	e.each(e.root, func(term int32) { terms = append(terms, e.termQuery(term)) })
	return anyOf(terms)
}

// Within is the need if it has at most so many words and levels, else none at all: an index takes long for a large one,
// or refuses it.
func (n IndexQuery) Within(words, levels int) IndexQuery {
	if n.exceeds(&words, levels) {
		return IndexQuery{}
	}
	return n
}

func (n *IndexQuery) exceeds(words *int, levels int) bool {
	if *words--; *words < 0 || levels < 0 {
		return true
	}
	for i := range n.Of {
		if n.Of[i].exceeds(words, levels-1) {
			return true
		}
	}
	return false
}
