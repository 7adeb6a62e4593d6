package topic

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"oped"
	"oped/text"
)

// Tagger judges pieces by a set of topics. It never changes, and is safe for concurrent use.
type Tagger struct {
	program   program
	topics    []compiled
	touches   touches
	groups    groups
	headWords ngrams
	leadWords ngrams
}

// compiled is one topic, ready to judge.
type compiled struct {
	oped.Topic
	source, version  string
	score            []*node
	require, exclude *node
	fitted           *fitted // nil for a written topic, and for one with a rule and without weights
}

// program is the shared part of compiled expressions: their terms, as one trie over words, and their lists.
type program struct {
	trie
	patterns  []pattern
	keys      []uint64 // of the patterns; equal patterns have equal keys, whatever else is compiled
	regexes   []*matcher
	listNames []string
	lists     [][]listed
	search    bool       // has filters of searches, also as conditions of an index
	pool      *sync.Pool // of *scratch
}

type listed struct {
	term int32
	weak bool
	name bool // written with a capital
}

// compiler builds a program and collects diagnostics.
type compiler struct {
	program
	byName      map[string]int32 // lists
	sources     [][]oped.Term    // of the lists
	diagnostics oped.Diagnostics
	memory      memory
	form        []byte // scratch memory
	known       Known  // values of filters
}

func newCompiler(lists []oped.List) *compiler {
	n, words := 0, 0
	for _, l := range lists {
		n += len(l.Terms)
		for _, t := range l.Terms {
			words += 1 + strings.Count(t.Source, " ") + strings.Count(t.Source, "-")
		}
	}
	c := &compiler{}
	c.trie = newTrie(n, words)
	c.patterns = make([]pattern, 0, n)
	c.keys = make([]uint64, 0, n)
	c.byName = c.add(lists)
	return c
}

// add adds lists and returns their ids by name.
func (c *compiler) add(lists []oped.List) map[string]int32 {
	byName := map[string]int32{}
	for _, l := range lists {
		if _, defined := byName[l.Name]; defined {
			c.report(l.Pos, "", 0, "the list "+l.Name+" is defined twice", "give one of them another name")
			continue
		}
		byName[l.Name] = int32(len(c.lists))
		c.listNames = append(c.listNames, l.Name)
		c.sources = append(c.sources, l.Terms)
		terms := make([]listed, 0, len(l.Terms))
		for _, t := range l.Terms {
			p, err := parseTerm(&c.memory, t.Source, "")
			if err != nil {
				c.report(t.Pos, t.Source, err.at, err.message, err.hint)
				continue
			}
			terms = append(terms, listed{c.term(p), p.flags&weak != 0, has(p.written, unicode.IsUpper)})
		}
		c.lists = append(c.lists, terms)
	}
	return byName
}

func (c *compiler) report(pos oped.Position, src string, at int, message, hint string) {
	col := utf8.RuneCountInString(src[:min(at, len(src))])
	m := &oped.Diagnostic{Pos: pos, Message: message, Hint: hint}
	if pos.Line > 0 {
		m.Pos.Col += col
	} else {
		m.Line, m.Pos.Line, m.Pos.Col = src, 1, col+1
	}
	c.diagnostics = append(c.diagnostics, m)
}

// term adds a pattern to the trie unless it is there already, and returns its id.
func (c *compiler) term(p pattern) int32 {
	last := len(p.words) - 1
	at := int32(0)
	for _, w := range p.words[:last] {
		at = c.step(at, c.word([]byte(w)))
	}
	if p.flags&prefix != 0 {
		c.form = append(append(c.form[:0], p.words[last]...), '*')
		p.end = c.step(at, c.wordBefore(c.form))
	} else {
		c.form = append(c.form[:0], p.words[last]...)
		p.end = c.step(at, c.word(c.form))
	}
	for i := c.nodes[p.end].stop; i != 0; i = c.stops[i].next {
		if have := c.stops[i].term; c.patterns[have].same(&p) {
			return have
		}
	}
	id := int32(len(c.patterns))
	c.patterns = append(c.patterns, p)
	c.keys = append(c.keys, p.hash())
	c.finish(p.end, id, p.plain())
	if p.flags&inflect != 0 {
		for _, more := range inflections[1:] {
			c.form = append(append(c.form[:0], p.words[last]...), more...)
			c.finish(c.step(at, c.word(c.form)), id, p.plain())
		}
	}
	return id
}

// expression compiles the expression of a rule. It returns nil if the expression is empty or invalid.
func (c *compiler) expression(r oped.Rule) *node {
	if r.Expr == "" {
		return nil
	}
	n, err := parse(r.Expr)
	if err == nil {
		err = c.resolve(n)
	}
	if err != nil {
		c.report(r.Pos, r.Expr, err.at, err.message, err.hint)
		return nil
	}
	return n
}

// resolve looks up the terms and lists named in a node.
func (c *compiler) resolve(n *node) *syntaxError {
	switch n.op {
	case opTerm:
		p, err := parseTerm(&c.memory, n.text, n.flags)
		if err != nil {
			return &syntaxError{n.at + err.at, err.message, err.hint}
		}
		n.term, n.weak = c.term(p), p.flags&weak != 0
	case opList:
		id, ok := c.byName[n.text]
		if !ok {
			return &syntaxError{
				n.at, "there is no list $" + n.text, text.DidYouMean(n.text, c.listNames, "define it under `terms:`"),
			}
		}
		n.list = id
	case opRegex:
		term, err := c.regex(n.text)
		if err != nil {
			return &syntaxError{n.at, err.Error(), "write it in RE2 syntax"}
		}
		n.term = term
	case opZone:
		n.zone = zonesOf[n.text]
	case opFilter:
		fact, err := c.fact(n)
		if err != nil {
			return err
		}
		n.fact = fact
	}
	for _, child := range n.children {
		if err := c.resolve(child); err != nil {
			return err
		}
	}
	return nil
}

// regex returns the term of a regular expression, adding it unless it is there already.
func (c *compiler) regex(source string) (term int32, err error) {
	for _, re := range c.regexes {
		if c.patterns[re.term].written == source {
			return re.term, nil
		}
	}
	re, err := newMatcher(source)
	if err != nil {
		return 0, err
	}
	re.term = int32(len(c.patterns))
	c.patterns = append(c.patterns, pattern{written: source})
	c.keys = append(c.keys, fnv(fnvBasis, "/re/"+source))
	c.regexes = append(c.regexes, re)
	return re.term, nil
}

// Compile builds a [Tagger] from lists and topics. Its error is [oped.Diagnostics]: every mistake, with its
// position in the rule.
func Compile(lists []oped.List, topics []oped.Topic) (*Tagger, error) {
	c := newCompiler(lists)
	t := &Tagger{topics: make([]compiled, 0, len(topics))}
	shared, named := newScope(c.byName), byName(lists)
	for _, topic := range topics {
		k := compiled{Topic: topic, source: sourceOf(named, topic)}
		k.version = version(k.source)
		visible := shared
		if len(topic.Lists) > 0 || topic.Stored != "" {
			visible = newScope(c.add(topic.Lists))
			if topic.Stored == "" {
				visible.inherit(shared)
			}
		}
		c.byName = visible.lists
		if topic.Fitted() {
			k.fitted = t.groups.fitted(&k, visible, c)
		}
		for _, r := range topic.Score {
			k.score = append(k.score, c.expression(r))
		}
		k.require = c.expression(topic.Require)
		k.exclude = c.expression(topic.Exclude)
		if len(topic.Score) == 0 && !topic.Fitted() {
			c.report(topic.Pos, "", 0, "the topic "+topic.Name+" scores nothing",
				"give it a `score:` with at least one expression and its weight")
		}
		if topic.Review > topic.Threshold {
			c.report(topic.Pos, "", 0,
				fmt.Sprintf("%s: review (%g) is above threshold (%g)", topic.Name, topic.Review, topic.Threshold),
				"a piece is reviewed from `review` up to `threshold`, and tagged from there")
		}
		t.topics = append(t.topics, k)
	}
	t.weigh(c)
	for i := range t.topics {
		if k := &t.topics[i]; len(k.score) > 0 && k.Weights == "" {
			k.fitted = nil // until it is fitted, the rule judges
		}
	}
	if err := c.diagnostics.Err(); err != nil {
		return nil, err
	}
	t.program = c.done()
	t.groups.index(&t.program)
	t.index()
	return t, nil
}

func (c *compiler) done() program {
	c.fillFilters()
	p := c.program
	terms, lists := len(p.patterns), len(p.lists)
	p.pool = &sync.Pool{New: func() any { return newScratch(terms, lists) }}
	return p
}

// open returns memory from the pool, with a document read. The caller puts it back.
func (p *program) open(d *Doc) *scratch {
	s := p.pool.Get().(*scratch)
	s.read(p, d)
	return s
}

// touches lists the topics each term can touch, so that the others need no look. Those of a term are
// topics[from[term]:from[term+1]].
type touches struct {
	from   []int32
	topics []int32
}

func (x *touches) of(term int32) []int32 { return x.topics[x.from[term]:x.from[term+1]] }

// index fills touches. It counts the topics of each term first, which gives their places.
func (t *Tagger) index() {
	seen := make([]int32, len(t.program.patterns)) // by term: one more than the last topic with it
	t.touches.from = make([]int32, len(t.program.patterns)+1)
	t.pairs(seen, func(term, _ int32) { t.touches.from[term]++ })
	total := int32(0)
	for i, n := range t.touches.from {
		total += n
		t.touches.from[i] = total
	}
	t.touches.topics = make([]int32, total)
	clear(seen)
	t.pairs(seen, func(term, topic int32) {
		t.touches.from[term]--
		t.touches.topics[t.touches.from[term]] = topic
	})
}

// pairs calls do once for each term of each topic.
func (t *Tagger) pairs(seen []int32, do func(term, topic int32)) {
	for i := range t.topics {
		once := func(term int32) {
			if seen[term] != int32(i)+1 {
				seen[term] = int32(i) + 1
				do(term, int32(i))
			}
		}
		for _, n := range t.topics[i].score {
			t.program.each(n, once)
		}
		t.groups.eachTerm(t.topics[i].fitted, once)
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
	for _, child := range n.children {
		p.each(child, do)
	}
}

// Version returns the version of a topic's rule and of everything it uses; "" if there is no such topic. It
// changes whenever the verdicts of the topic could change.
func (t *Tagger) Version(topic string) string {
	if i := t.find(topic); i >= 0 {
		return t.topics[i].version
	}
	return ""
}

// Topics returns the topics as they were compiled.
func (t *Tagger) Topics() []oped.Topic {
	out := make([]oped.Topic, len(t.topics))
	for i := range t.topics {
		out[i] = t.topics[i].Topic
	}
	return out
}

// Expr is a single compiled expression. Feeds that mix news and opinion use one to select the opinion pieces.
type Expr struct {
	program
	root *node
}

// CompileExpr compiles a single expression. Its error is [oped.Diagnostics]. An empty expression is a mistake,
// too.
func CompileExpr(lists []oped.List, r oped.Rule) (*Expr, error) {
	return newCompiler(lists).single(r)
}

func (c *compiler) single(r oped.Rule) (*Expr, error) {
	root := c.expression(r)
	if err := c.diagnostics.Err(); err != nil {
		return nil, err
	}
	if root == nil {
		c.report(r.Pos, r.Expr, 0, "there is no expression", "write for instance category:Opinion OR url:/opinion/")
		return nil, c.diagnostics.Err()
	}
	return &Expr{c.done(), root}, nil
}

// MatchCounted reports whether a piece fulfils the expression, and the number of steps taken: those of
// [Tagger.TagCounted], and the states of regular expressions. It has no budget: use [Expr.Find] for the expression of
// a stranger.
func (e *Expr) MatchCounted(d *Doc) (ok bool, steps int) {
	s := e.open(d)
	defer e.pool.Put(s)
	ok, _, _ = s.eval(e.root, counted)
	return ok, s.steps
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
	// counted are the zones searched by an expression that names none.
	counted = zonesIn(text.Headline, text.Lead, text.Body, text.Summary, text.Quote, text.Category)

	everywhere = ^zoneSet(0)

	zonesOf = map[string]zoneSet{
		"title":    zonesIn(text.Headline),
		"lead":     zonesIn(text.Lead),
		"body":     zonesIn(text.Lead, text.Body, text.Quote),
		"summary":  zonesIn(text.Summary),
		"quote":    zonesIn(text.Quote),
		"author":   zonesIn(text.Author),
		"category": zonesIn(text.Category),
		"url":      zonesIn(text.URL),
	}
)
