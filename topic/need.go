package topic

import (
	"slices"

	"oped/text"
)

// Need is a condition on the words of a piece, wherever they stand, that every piece fulfils which a rule could take. Many others fulfil it, too.
// A full-text index answers it quickly, and the tagger judges who is left.
type Need struct {
	Op   NeedOp
	Word string // of Word and Prefix: folded, as text.AppendIndexed gives it
	Of   []Need // of All and Any: two at least
}

// NeedOp is how a Need is made.
type NeedOp uint8

// The needs. Always is no condition at all; Never is fulfilled by nothing.
const (
	Always NeedOp = iota
	Never
	Word   // the word is there
	Prefix // a word that begins so is there
	All    // all of Of hold
	Any    // one of Of holds
)

// Need is what a piece has to fulfil in order to be on a topic or a candidate for it, if its feed implies these lists. Never if there
// is no such topic.
func (t *Tagger) Need(topic string, implied []string) Need {
	i := t.find(topic)
	if i < 0 {
		return Need{Op: Never}
	}
	k := &t.topics[i]
	var score []Need
	for j, n := range k.score {
		if k.Score[j].Weight > 0 {
			score = append(score, t.need(n, implied))
		}
	}
	need := anyOf(score)
	if k.require != nil {
		need = allOf([]Need{t.need(k.require, implied), need})
	}
	return need
}

// Need is what a piece has to fulfil in order to match, if its feed implies these lists.
func (e *Expr) Need(implied []string) Need { return e.need(e.root, implied) }

// need is the need of a node. A list that the feed implies holds without a word, but not where words are wanted: in a zone, in
// proximity, among the first words, so often.
func (p *program) need(n *node, implied []string) Need {
	switch n.op {
	case opTerm:
		return p.needOf(n.term)
	case opList:
		return p.needOfList(n.list, implied, false)
	case opAnd:
		return allOf(p.needs(n.kids, implied))
	case opOr:
		return anyOf(p.needs(n.kids, implied))
	case opNear, opPre, opSent, opPara, opAtLeast, opFirst, opZone:
		return allOf(p.worded(n.kids, implied))
	case opNotNear:
		return p.need(n.kids[0], implied)
	}
	return Need{} // opNot, opRegex
}

func (p *program) needs(kids []*node, implied []string) []Need {
	out := make([]Need, len(kids))
	for i, kid := range kids {
		out[i] = p.need(kid, implied)
	}
	return out
}

// worded are the needs of nodes that have to find something: an implied list has to be said.
func (p *program) worded(kids []*node, implied []string) []Need {
	out := make([]Need, len(kids))
	for i, kid := range kids {
		if out[i] = p.need(kid, implied); kid.op == opList {
			out[i] = p.needOfList(kid.list, implied, true)
		}
	}
	return out
}

// needOfList: a weak term counts only where a strong one of its list stands, or the feed implies the list.
func (p *program) needOfList(list int32, implied []string, worded bool) Need {
	holds := slices.Contains(implied, p.listNames[list])
	if holds && !worded {
		return Need{}
	}
	var terms []Need
	for _, l := range p.lists[list] {
		if !l.weak || holds {
			terms = append(terms, p.needOf(l.term))
		}
	}
	return anyOf(terms)
}

// needOf: every word of a term has to be there, the last in one of its forms.
func (p *program) needOf(term int32) Need {
	if p.regexes[term] != nil {
		return Need{}
	}
	return p.patterns[term].need()
}

func (t *pattern) need() Need {
	last := len(t.words) - 1
	var words []Need
	for _, w := range t.words[:last] {
		words = append(words, wordNeed(Word, w))
	}
	if t.flags&prefix != 0 {
		return allOf(append(words, wordNeed(Prefix, t.words[last])))
	}
	var forms []Need
	for _, w := range t.lasts() {
		forms = append(forms, wordNeed(Word, w))
	}
	return allOf(append(words, anyOf(forms)))
}

// wordNeed is the need of a word. Of one that has no letter or digit the index knows nothing.
func wordNeed(op NeedOp, word string) Need {
	indexed := string(text.AppendIndexed(nil, word))
	if indexed == "" {
		return Need{}
	}
	return Need{Op: op, Word: indexed}
}

func allOf(needs []Need) Need { return combine(needs, All, Always, Never) }
func anyOf(needs []Need) Need { return combine(needs, Any, Never, Always) }

// combine joins needs. neutral ones say nothing there, and an absorbing one decides alone.
func combine(needs []Need, op, neutral, absorbing NeedOp) Need {
	var of []Need
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
		return Need{Op: neutral}
	case 1:
		return of[0]
	}
	return Need{Op: op, Of: of}
}

// Words is what a piece has to fulfil in order to hold any of the expression's terms, weak ones too.
func (e *Expr) Words() Need {
	var terms []Need
	e.each(e.root, func(term int32) { terms = append(terms, e.needOf(term)) })
	return anyOf(terms)
}

// Within is the need if it has at most so many words and levels, else none at all: an index takes long for a large one,
// or refuses it.
func (n Need) Within(words, levels int) Need {
	if n.exceeds(&words, levels) {
		return Need{}
	}
	return n
}

func (n *Need) exceeds(words *int, levels int) bool {
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
