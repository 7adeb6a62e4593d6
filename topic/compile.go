package topic

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sync"
	"unicode/utf8"

	"oped"
	"oped/text"
)

// Tagger judges pieces by a set of topics.
type Tagger struct {
	program
	topics []compiled
	byTerm [][]int32 // topics that a term can touch
}

// compiled is one topic, ready to judge.
type compiled struct {
	oped.Topic
	source, version  string
	score            []*node
	require, exclude *node
}

// program is what expressions share: their terms, as one trie over words, and their lists.
type program struct {
	vocabulary map[string]int32         // folded word to id, from 1
	prefixes   map[beginning][]beginner // of word*, by their first letters
	edges      map[edge]int32           // trie
	ends       [][]int32                // terms that end at a trie node
	patterns   []pattern
	regexes    []*regexp.Regexp // by term; nil for the others
	hasRegex   bool
	listNames  []string
	lists      [][]listed
	pool       *sync.Pool // of *scratch
}

type edge struct{ node, word int32 }

// beginning is what a word begins with, which is no more than the least that stands before a *.
type beginning [minPrefix]byte

// beginner is the word of a word*, with the id that it has in the vocabulary as "word*".
type beginner struct {
	word string
	id   int32
}

type listed struct {
	term int32
	weak bool
}

// compiler makes a program, and gathers mistakes.
type compiler struct {
	program
	terms    map[string]int32
	byName   map[string]int32 // lists
	mistakes oped.Mistakes
	tokens   text.Tokens // memory, used again and again
}

func newCompiler(lists []oped.List) *compiler {
	n := 0
	for _, l := range lists {
		n += len(l.Terms)
	}
	c := &compiler{terms: make(map[string]int32, n)}
	c.vocabulary = make(map[string]int32, n)
	c.prefixes = map[beginning][]beginner{}
	c.edges = make(map[edge]int32, 2*n) // two words a term, as it goes
	c.ends = make([][]int32, 1, 2*n+1)
	c.patterns = make([]pattern, 0, n)
	c.regexes = make([]*regexp.Regexp, 0, n)
	c.byName = c.add(lists)
	return c
}

// add adds lists and tells their ids by name.
func (c *compiler) add(lists []oped.List) map[string]int32 {
	byName := map[string]int32{}
	for _, l := range lists {
		if _, twice := byName[l.Name]; twice {
			c.mistake(l.Pos, "", 0, "the list "+l.Name+" stands here twice", "give one of them another name")
			continue
		}
		byName[l.Name] = int32(len(c.lists))
		c.listNames = append(c.listNames, l.Name)
		var terms []listed
		for _, t := range l.Terms {
			p, err := parseTerm(&c.tokens, t.Source, "")
			if err != nil {
				c.mistake(t.Pos, t.Source, err.at, err.what, err.hint)
				continue
			}
			terms = append(terms, listed{c.term(p), p.flags&weak != 0})
		}
		c.lists = append(c.lists, terms)
	}
	return byName
}

func (c *compiler) mistake(pos oped.Position, src string, at int, what, hint string) {
	col := utf8.RuneCountInString(src[:min(at, len(src))])
	m := &oped.Mistake{Pos: pos, What: what, Hint: hint}
	if pos.Line > 0 {
		m.Pos.Col += col
	} else {
		m.Line, m.Pos.Line, m.Pos.Col = src, 1, col+1
	}
	c.mistakes = append(c.mistakes, m)
}

// word gives a word its id.
func (c *compiler) word(w string) int32 {
	id, ok := c.vocabulary[w]
	if !ok {
		id = int32(len(c.vocabulary) + 1)
		c.vocabulary[w] = id
	}
	return id
}

// term adds a pattern to the trie, once.
func (c *compiler) term(p pattern) int32 {
	key := p.key()
	if id, ok := c.terms[key]; ok {
		return id
	}
	id := int32(len(c.patterns))
	c.terms[key] = id
	c.patterns = append(c.patterns, p)
	c.regexes = append(c.regexes, nil)
	at := int32(0)
	for _, w := range p.words[:len(p.words)-1] {
		at = c.step(at, c.word(w))
	}
	if p.flags&prefix != 0 {
		w := p.words[len(p.words)-1]
		b := beginner{w, c.word(w + "*")}
		if first := beginning([]byte(w)); !slices.Contains(c.prefixes[first], b) {
			c.prefixes[first] = append(c.prefixes[first], b)
		}
		c.finish(c.step(at, b.id), id)
		return id
	}
	for _, w := range p.lasts() {
		c.finish(c.step(at, c.word(w)), id)
	}
	return id
}

func (c *compiler) step(at, word int32) int32 {
	e := edge{at, word}
	next, ok := c.edges[e]
	if !ok {
		next = int32(len(c.ends))
		c.ends = append(c.ends, nil)
		c.edges[e] = next
	}
	return next
}

func (c *compiler) finish(at, term int32) { c.ends[at] = append(c.ends[at], term) }

// expression compiles one rule's expression; nil if it has a mistake or is empty.
func (c *compiler) expression(r oped.Rule) *node {
	if r.Expr == "" {
		return nil
	}
	n, err := parse(r.Expr)
	if err == nil {
		err = c.resolve(n)
	}
	if err != nil {
		c.mistake(r.Pos, r.Expr, err.at, err.what, err.hint)
		return nil
	}
	return n
}

// resolve looks up the terms and lists that a node names.
func (c *compiler) resolve(n *node) *wrong {
	switch n.op {
	case opTerm:
		p, err := parseTerm(&c.tokens, n.text, n.flags)
		if err != nil {
			return &wrong{n.at + err.at, err.what, err.hint}
		}
		n.term, n.weak = c.term(p), p.flags&weak != 0
	case opList:
		id, ok := c.byName[n.text]
		if !ok {
			return &wrong{n.at, "there is no list $" + n.text, oped.DidYouMean(n.text, c.listNames, "define it under `terms:`")}
		}
		n.list = id
	case opRegex:
		re, err := regexp.Compile(n.text)
		if err != nil {
			return &wrong{n.at, err.Error(), "the syntax is RE2's"}
		}
		n.term = int32(len(c.patterns))
		c.patterns = append(c.patterns, pattern{written: n.text})
		c.regexes = append(c.regexes, re)
		c.hasRegex = true
	case opZone:
		n.zone = zonesOf[n.text]
	}
	for _, kid := range n.kids {
		if err := c.resolve(kid); err != nil {
			return err
		}
	}
	return nil
}

// Compile makes a Tagger of lists and topics. Its error is oped.Mistakes: all of them, each with the place in the rule.
func Compile(lists []oped.List, topics []oped.Topic) (*Tagger, error) {
	c := newCompiler(lists)
	t := &Tagger{}
	shared := c.byName
	for _, topic := range topics {
		k := compiled{Topic: topic, source: Source(lists, topic)}
		k.version = version(k.source)
		c.byName = shared
		if len(topic.Lists) > 0 {
			c.byName = maps.Clone(shared)
			maps.Copy(c.byName, c.add(topic.Lists))
		}
		for _, r := range topic.Score {
			k.score = append(k.score, c.expression(r))
		}
		k.require = c.expression(topic.Require)
		k.exclude = c.expression(topic.Exclude)
		if len(topic.Score) == 0 {
			c.mistake(topic.Pos, "", 0, "the topic "+topic.Name+" scores nothing", "give it a `score:` with at least one expression and its weight")
		}
		if topic.Review > topic.Threshold {
			c.mistake(topic.Pos, "", 0, fmt.Sprintf("%s: review (%g) is above threshold (%g)", topic.Name, topic.Review, topic.Threshold), "a piece is reviewed from `review` up to `threshold`, and tagged from there")
		}
		t.topics = append(t.topics, k)
	}
	if err := c.mistakes.Err(); err != nil {
		return nil, err
	}
	t.program = c.done()
	t.index()
	return t, nil
}

func (c *compiler) done() program {
	p := c.program
	terms, lists := len(p.patterns), len(p.lists)
	p.pool = &sync.Pool{New: func() any { return newScratch(terms, lists) }}
	return p
}

// index notes which topics a term can touch, so that the others need no look.
func (t *Tagger) index() {
	t.byTerm = make([][]int32, len(t.patterns))
	for i := range t.topics {
		for _, n := range t.topics[i].score {
			t.each(n, func(term int32) {
				at := t.byTerm[term]
				if len(at) == 0 || at[len(at)-1] != int32(i) {
					t.byTerm[term] = append(at, int32(i))
				}
			})
		}
	}
}

// each calls do for every term of a node.
func (p *program) each(n *node, do func(term int32)) {
	switch n.op {
	case opTerm, opRegex:
		do(n.term)
	case opList:
		for _, l := range p.lists[n.list] {
			do(l.term)
		}
	}
	for _, kid := range n.kids {
		p.each(kid, do)
	}
}

// Version names the rule of a topic with all that it uses; "" if there is no such topic. It changes whenever the topic could judge
// otherwise.
func (t *Tagger) Version(topic string) string {
	for i := range t.topics {
		if t.topics[i].Name == topic {
			return t.topics[i].version
		}
	}
	return ""
}

// Topics are the topics as they were compiled.
func (t *Tagger) Topics() []oped.Topic {
	out := make([]oped.Topic, len(t.topics))
	for i := range t.topics {
		out[i] = t.topics[i].Topic
	}
	return out
}

// Expr is one expression that a piece fulfils or not: how a mixed feed's opinion pieces are known.
type Expr struct {
	program
	root *node
}

// CompileExpr compiles a single expression. Its error is oped.Mistakes.
func CompileExpr(lists []oped.List, r oped.Rule) (*Expr, error) {
	c := newCompiler(lists)
	root := c.expression(r)
	if err := c.mistakes.Err(); err != nil {
		return nil, err
	}
	if root == nil {
		c.mistake(r.Pos, r.Expr, 0, "there is no expression", "write for instance category:Opinion OR url:/opinion/")
		return nil, c.mistakes.Err()
	}
	return &Expr{c.done(), root}, nil
}

// Match tells whether a piece fulfils the expression.
func (e *Expr) Match(d *Doc) bool {
	s := e.pool.Get().(*scratch)
	defer e.pool.Put(s)
	s.read(&e.program, d)
	ok, _, _ := s.eval(e.root, counted)
	return ok
}

// zoneSet is a set of text.Zone.
type zoneSet uint16

func zonesIn(zs ...text.Zone) (set zoneSet) {
	for _, z := range zs {
		set |= 1 << z
	}
	return set
}

func (s zoneSet) has(z text.Zone) bool { return s&(1<<z) != 0 }

var (
	// counted are the zones that an expression looks at when it names none.
	counted = zonesIn(text.Headline, text.Lead, text.Body, text.Summary, text.Quote, text.Category)

	zonesOf = map[string]zoneSet{
		"title": zonesIn(text.Headline), "lead": zonesIn(text.Lead), "body": zonesIn(text.Lead, text.Body, text.Quote), "summary": zonesIn(text.Summary),
		"quote": zonesIn(text.Quote), "author": zonesIn(text.Author), "category": zonesIn(text.Category), "url": zonesIn(text.URL),
	}
)
