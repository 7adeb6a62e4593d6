package topic

import "fmt"

// op is what a node does.
type op uint8

const (
	opTerm op = iota
	opList
	opRegex
	opAnd
	opOr
	opNot
	opNear
	opPre
	opNotNear
	opSent
	opPara
	opMin
	opFirst
	opZone
	opFilter
)

// node is a part of an expression.
type node struct {
	op       op
	children []*node
	n        int    // distance or count
	text     string // of a term, list, regular expression, zone or filter
	flags    string
	value    string // of a filter
	at       int
	group    bool // in parentheses

	// Set by the compiler.
	term int32   // opTerm, opRegex
	weak bool    // opTerm
	list int32   // opList
	zone zoneSet // opZone
	fact *fact   // opFilter
}

type parser struct {
	in  []lexeme
	pos int
}

// parse parses an expression. Mixing AND and OR without parentheses is a mistake, since readers differ on its
// meaning.
func parse(src string) (n *node, err *syntaxError) {
	tokens, err := lex(src)
	if err != nil {
		return nil, err
	}
	p := &parser{in: tokens}
	defer func() {
		if bad := recover(); bad != nil {
			w, ok := bad.(*syntaxError)
			if !ok {
				panic(bad)
			}
			n, err = nil, w
		}
	}()
	if p.peek().kind == end {
		return nil, &syntaxError{0, "there is no expression", "write a word, a \"phrase\" or a $list"}
	}
	n = p.or(0)
	if t := p.peek(); t.kind != end {
		p.fail(t.at, fmt.Sprintf("unexpected %q", t.text), "is there a parenthesis too many?")
	}
	return n, nil
}

func (p *parser) peek() lexeme { return p.in[p.pos] }

func (p *parser) take() lexeme {
	t := p.in[p.pos]
	if t.kind != end {
		p.pos++
	}
	return t
}

func (p *parser) fail(at int, message, hint string) { panic(&syntaxError{at, message, hint}) }

func (p *parser) is(k kind, text string) bool {
	t := p.peek()
	return t.kind == k && t.text == text
}

const maxDepth = 64

func (p *parser) or(depth int) *node {
	if depth > maxDepth {
		p.fail(p.peek().at, "the parentheses are nested too deeply", "give the inner part a topic or a list of its own")
	}
	first := p.and(depth)
	if !p.is(operator, "OR") {
		return first
	}
	n := &node{op: opOr, children: []*node{first}, at: first.at}
	for p.is(operator, "OR") {
		or := p.take()
		next := p.and(depth)
		for _, side := range []*node{n.children[len(n.children)-1], next} {
			if side.op == opAnd && !side.group {
				p.fail(or.at, "AND and OR are mixed without parentheses",
					"write (a AND b) OR c, or a AND (b OR c): readers differ on the meaning of the bare form")
			}
		}
		n.children = append(n.children, next)
	}
	return n
}

func (p *parser) and(depth int) *node {
	first := p.near(depth)
	n := &node{op: opAnd, children: []*node{first}, at: first.at}
	for {
		switch t := p.peek(); {
		case p.is(operator, "AND"):
			p.take()
		case t.kind == end, t.kind == rightParen, t.kind == comma, p.is(operator, "OR"):
			if len(n.children) == 1 {
				return first
			}
			return n
		}
		n.children = append(n.children, p.near(depth))
	}
}

// near parses the proximity operators, which bind more tightly than AND.
func (p *parser) near(depth int) *node {
	left := p.unary(depth)
	for {
		t := p.peek()
		if t.kind != operator {
			return left
		}
		var o op
		switch t.text {
		case "NEAR":
			o = opNear
		case "PRE":
			o = opPre
		case "SENT":
			o = opSent
		case "PARA":
			o = opPara
		case "NOT":
			if after := p.in[p.pos+1]; after.kind != operator || after.text != "NEAR" {
				return left
			}
			p.take()
			t = p.peek()
			o = opNotNear
		default:
			return left
		}
		p.take()
		right := p.unary(depth)
		p.placed(left, t.text)
		p.placed(right, t.text)
		if left.op == opNot || right.op == opNot {
			p.fail(t.at, "NOT matches no place, so nothing can be near it",
				"write NOT (a "+t.text+" b), or a NOT NEAR/10 b")
		}
		left = &node{
			op:       o,
			n:        t.n,
			children: []*node{left, right},
			at:       t.at,
		}
	}
}

func (p *parser) unary(depth int) *node {
	if depth > maxDepth {
		p.fail(p.peek().at, "the expression is nested too deeply", "give the inner part a list of its own")
	}
	t := p.take()
	switch t.kind {
	case word, phrase:
		return &node{
			op:    opTerm,
			text:  t.text,
			flags: t.flags,
			at:    t.at,
		}
	case list:
		return &node{op: opList, text: t.text, at: t.at}
	case regex:
		return &node{op: opRegex, text: t.text, at: t.at}
	case zone:
		child := p.unary(depth + 1)
		p.placed(child, t.text+":")
		return &node{
			op:       opZone,
			text:     t.text,
			children: []*node{child},
			at:       t.at,
		}
	case condition:
		return &node{
			op:    opFilter,
			text:  t.text,
			value: t.value,
			at:    t.at,
		}
	case leftParen:
		n := p.or(depth + 1)
		p.expect(rightParen, ")", t.at)
		n.group = true
		return n
	case function:
		return p.function(t, depth)
	case operator:
		if t.text == "NOT" {
			return &node{op: opNot, children: []*node{p.unary(depth + 1)}, at: t.at}
		}
		p.fail(t.at, t.text+" needs something on both sides",
			fmt.Sprintf("to find the word itself, quote it: %q", t.text))
	case end:
		p.fail(t.at, "something is missing at the end", "expected a word, a \"phrase\" or a $list")
	}
	p.fail(t.at, fmt.Sprintf("unexpected %q", t.text), "expected a word, a \"phrase\" or a $list")
	return nil
}

// placed refuses a filter where an operator needs words.
func (p *parser) placed(n *node, operator string) {
	if n.op == opFilter {
		p.fail(n.at, n.text+": is about the whole piece, and "+operator+" needs words",
			"write (… "+operator+" …) AND "+filterForms[n.text])
	}
}

func (p *parser) expect(k kind, text string, opened int) {
	if t := p.take(); t.kind != k {
		if k == rightParen {
			p.fail(opened, "this parenthesis is never closed", "")
		}
		p.fail(t.at, fmt.Sprintf("expected %q", text), "")
	}
}

// function parses ATLEAST(n, x), FIRST(n, x) or DYAD(a, b, n).
func (p *parser) function(t lexeme, depth int) *node {
	o := p.peek().at
	p.expect(leftParen, "(", t.at)
	if t.text == "DYAD" {
		a := p.or(depth + 1)
		p.expect(comma, ",", t.at)
		b := p.or(depth + 1)
		p.expect(comma, ",", t.at)
		n := p.number(t)
		p.expect(rightParen, ")", o)
		return &node{
			op:       opNear,
			n:        n,
			children: []*node{a, b},
			at:       t.at,
		}
	}
	n := p.number(t)
	p.expect(comma, ",", t.at)
	x := p.or(depth + 1)
	p.expect(rightParen, ")", o)
	kind := opMin
	if t.text == "FIRST" {
		kind = opFirst
	}
	return &node{
		op:       kind,
		n:        n,
		children: []*node{x},
		at:       t.at,
	}
}

func (p *parser) number(f lexeme) int {
	t := p.take()
	n, ok := atoi(t.text)
	if t.kind != word || !ok || n < 1 {
		forms := map[string]string{"DYAD": "DYAD($a, $b, 25)", "ATLEAST": "ATLEAST(3, $a)", "FIRST": "FIRST(50, $a)"}
		p.fail(t.at, f.text+" needs a number here", "write "+forms[f.text])
	}
	return n
}
