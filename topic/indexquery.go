package topic

import (
	"slices"
	"time"

	"oped/text"
)

// IndexQuery is a necessary condition for a rule, on the words anywhere in a piece. Every piece taken by the
// rule meets it, and many others do. A full-text index evaluates it quickly, and the [Tagger] judges the pieces
// found.
type IndexQuery struct {
	Op   IndexOp
	Word string       // of Word and Prefix: folded as by text.AppendIndexed
	Of   []IndexQuery // of All and Any: at least two
	Fact Fact         // of OpFact
}

// IndexOp is the operator of an [IndexQuery].
type IndexOp uint8

// The operators. Every piece meets Always, and none meets Never.
const (
	Always IndexOp = iota
	Never
	Word   // the word occurs
	Prefix // a word with this beginning occurs
	All    // all of Of hold
	Any    // one of Of holds
	OpFact // a fact of the piece, from [CompileSearch] only
)

// IndexQuery returns a condition met by every piece on a topic or for review on it, if its feed implies these
// lists. It is Never if there is no such topic.
func (t *Tagger) IndexQuery(topic string, implied []string) IndexQuery {
	i := t.find(topic)
	if i < 0 {
		return IndexQuery{Op: Never}
	}
	k := &t.topics[i]
	var score []IndexQuery
	if k.fitted != nil {
		t.groups.eachTerm(k.fitted, func(term int32) { score = append(score, t.program.termQuery(term)) })
		return anyOf(score)
	}
	for j, n := range k.score {
		if k.Score[j].Weight > 0 {
			score = append(score, t.program.indexQuery(n, implied))
		}
	}
	query := anyOf(score)
	if k.require != nil {
		query = allOf([]IndexQuery{t.program.indexQuery(k.require, implied), query})
	}
	return query
}

// IndexQuery returns a condition met by every piece that matches, if its feed implies these lists.
func (e *Expr) IndexQuery(implied []string) IndexQuery { return e.indexQuery(e.root, implied) }

// indexQuery returns the condition of a node. An implied list holds without any word, except where words are
// needed: in a zone, in proximity, among the first words and under ATLEAST.
func (p *program) indexQuery(n *node, implied []string) IndexQuery {
	switch n.op {
	case opTerm:
		return p.termQuery(n.term)
	case opList:
		return p.listQuery(n.list, implied, false)
	case opAnd:
		return allOf(p.indexQueries(n.children, implied))
	case opOr:
		return anyOf(p.indexQueries(n.children, implied))
	case opNear, opPre, opSent, opPara, opMin, opFirst, opZone:
		return allOf(p.worded(n.children, implied))
	case opNotNear:
		return p.indexQuery(n.children[0], implied)
	case opFilter:
		return p.factQuery(n.fact, false)
	case opNot:
		if child := n.children[0]; child.op == opFilter {
			return p.factQuery(child.fact, true)
		}
	}
	return IndexQuery{} // opNot, opRegex
}

func (p *program) indexQueries(children []*node, implied []string) []IndexQuery {
	out := make([]IndexQuery, len(children))
	for i, child := range children {
		out[i] = p.indexQuery(child, implied)
	}
	return out
}

// worded returns the conditions of nodes that must find something: an implied list must be mentioned.
func (p *program) worded(children []*node, implied []string) []IndexQuery {
	out := make([]IndexQuery, len(children))
	for i, child := range children {
		if out[i] = p.indexQuery(child, implied); child.op == opList {
			out[i] = p.listQuery(child.list, implied, true)
		}
	}
	return out
}

// listQuery returns the condition of a list. A weak term counts only with a strong one of its list, or if the
// feed implies the list.
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

// termQuery returns the condition of a term: all its words occur, the last in one of its forms.
func (p *program) termQuery(term int32) IndexQuery {
	if len(p.patterns[term].words) == 0 { // a regular expression
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

// wordQuery returns the condition of a word. The index lacks words without a letter or digit.
func wordQuery(op IndexOp, word string) IndexQuery {
	indexed := string(text.AppendIndexed(nil, word))
	if indexed == "" {
		return IndexQuery{}
	}
	return IndexQuery{Op: op, Word: indexed}
}

func allOf(queries []IndexQuery) IndexQuery { return combine(queries, All, Always, Never) }
func anyOf(queries []IndexQuery) IndexQuery { return combine(queries, Any, Never, Always) }

// combine joins queries. It drops neutral ones, and an absorbing one decides alone.
func combine(queries []IndexQuery, op, neutral, absorbing IndexOp) IndexQuery {
	var of []IndexQuery
	for _, n := range queries {
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

// Words returns a condition met by every piece with any of the expression's terms, weak ones included.
func (e *Expr) Words() IndexQuery {
	var terms []IndexQuery
	e.each(e.root, func(term int32) { terms = append(terms, e.termQuery(term)) })
	return anyOf(terms)
}

// Within returns the query if it has at most this many words and levels, else Always. An index takes long for a
// large one, or refuses it.
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

// Fact is a condition on a fact of a piece.
type Fact struct {
	Filter   string    // its name: publisher, country, kind, lang, topic or date
	Value    string    // of all but date
	Not      bool      // the fact must not hold
	From, To time.Time // of date: from a time to one, not included; zero: no bound
}

// Filters of facts that are no filters of the language.
const byDate = "date"

const (
	// zones is the greatest difference between the day where a paper is and the day in UTC.
	zones = 24 * time.Hour
	// arrival is the greatest difference between the date of a piece and its place among others; see
	// oped.Piece.SortDate.
	arrival = 48 * time.Hour
)

// factQuery returns the condition of a filter, or of its opposite.
func (p *program) factQuery(f *fact, not bool) IndexQuery {
	if !p.search {
		return IndexQuery{}
	}
	q := IndexQuery{Op: OpFact, Fact: Fact{Filter: f.filter, Value: f.value, Not: not}}
	switch f.filter {
	case byLength:
		return IndexQuery{} // no index knows it
	case since:
		q.Fact = Fact{Filter: byDate, From: midnight(f.from).Add(-zones)}
	case until:
		q.Fact = Fact{Filter: byDate, To: midnight(f.to).Add(24*time.Hour + zones + arrival)}
	}
	if not && q.Fact.Filter == byDate {
		return IndexQuery{} // the bounds are wider than the days
	}
	return q
}

// Words returns the part of the condition about words.
func (n IndexQuery) Words() IndexQuery {
	return n.without(func(op IndexOp) bool { return op == OpFact })
}

// Facts returns the part of the condition about facts.
func (n IndexQuery) Facts() IndexQuery {
	return n.without(func(op IndexOp) bool { return op == Word || op == Prefix })
}

// without returns a condition met wherever this one is, without conditions of some sorts.
func (n IndexQuery) without(dropped func(IndexOp) bool) IndexQuery {
	if dropped(n.Op) {
		return IndexQuery{}
	}
	if n.Op != All && n.Op != Any {
		return n
	}
	of := make([]IndexQuery, len(n.Of))
	for i := range n.Of {
		of[i] = n.Of[i].without(dropped)
	}
	if n.Op == All {
		return allOf(of)
	}
	return anyOf(of)
}
