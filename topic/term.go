package topic

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"oped/text"
)

// flagSet holds the constraints on the spelling of a term.
type flagSet uint8

const (
	caps    flagSet = 1 << iota // all capitals
	initial                     // first letter capital
	lower                       // no capital
	weak                        // never satisfies a side alone
	exact                       // exactly as written
	inflect                     // word~: also with s, es, n
	prefix                      // word*
)

var flagNames = map[string]flagSet{"caps": caps, "title": initial, "lower": lower, "weak": weak, "exact": exact}

// isOperator reports whether s is a word of the language that no term may contain.
func isOperator(s string) bool { return s == "AND" || s == "OR" || s == "NOT" }

var flagWords = []string{"caps", "title", "lower", "weak", "exact"}

// pattern is a term to look for: a run of words.
type pattern struct {
	words    []string // folded
	acronyms []bool   // words of a phrase with dots, as the U.S. of "U.S.-Pakistan", never a pronoun; nil for none
	written  string   // for /exact
	flags    flagSet
	end      int32 // the node at the end of its words in the trie
}

// memory is the scratch memory of parseTerm. It is reused, and the words it keeps lie together.
type memory struct {
	tokens text.Tokens
	words  []string // its free part
}

// strings returns n strings for keeping.
func (m *memory) strings(n int) []string {
	if len(m.words) < n {
		m.words = make([]string, max(n, 512))
	}
	out := m.words[:n:n]
	m.words = m.words[n:]
	return out
}

const minPrefix = 4 // letters before a *

// parseTerm parses a term and its flags: "US/caps", "White House", "Pakistani~/weak", "nucle*".
func parseTerm(m *memory, source, more string) (pattern, *syntaxError) {
	var p pattern
	s := source + more
	for {
		i := strings.LastIndexByte(s, '/')
		if i <= 0 {
			break
		}
		flag, ok := flagNames[s[i+1:]]
		if !ok {
			if more != "" && i >= len(source) || text.DidYouMean(s[i+1:], flagWords, "") != "" {
				return p, &syntaxError{
					i, "there is no flag /" + s[i+1:],
					text.DidYouMean(s[i+1:], flagWords, "the flags are /caps /title /lower /weak /exact"),
				}
			}
			break
		}
		p.flags |= flag
		s = s[:i]
	}
	switch {
	case strings.HasSuffix(s, "~"):
		p.flags |= inflect
		s = s[:len(s)-1]
	case strings.HasSuffix(s, "*"):
		p.flags |= prefix
		s = s[:len(s)-1]
	}
	if strings.HasPrefix(source, "/re/") {
		return p, &syntaxError{
			0, "a list holds terms, not regular expressions", "write it into a rule: $list OR " + source,
		}
	}
	if strings.HasPrefix(s, "$") {
		return p, &syntaxError{0, "a list holds terms, not other lists", "name both lists in the rule: $a OR $b"}
	}
	for w := range strings.FieldsSeq(s) {
		if isOperator(w) {
			return p, &syntaxError{
				0, fmt.Sprintf("expected a term, found the expression %q", source),
				"write the expression into a rule of a topic",
			}
		}
	}
	if strings.ContainsAny(s, "*~") {
		return p, &syntaxError{strings.IndexAny(s, "*~"), "* and ~ are allowed only at the end of a word", ""}
	}
	if n := p.flags & (caps | initial | lower); n&(n-1) != 0 {
		return p, &syntaxError{0, "a term has only one of /caps /title /lower", "they exclude each other: keep one"}
	}
	if p.flags&exact != 0 && p.flags&(inflect|prefix) != 0 {
		return p, &syntaxError{0, "an /exact term has one form only", "keep /exact, or the mark at its end"}
	}
	p.written = s
	p.scan(m)
	if len(p.words) == 0 {
		return p, &syntaxError{0, fmt.Sprintf("%q has no word in it", source), "a term needs a letter or a digit"}
	}
	if last := p.words[len(p.words)-1]; p.flags&prefix != 0 && utf8.RuneCountInString(last) < minPrefix {
		return p, &syntaxError{
			0, fmt.Sprintf("%s* is too short", last),
			"write at least four letters before a *, or it matches half the dictionary",
		}
	}
	return p, nil
}

// scan finds the pattern's words. A dotted acronym matches only capitals: U.S. is never us.
func (p *pattern) scan(m *memory) {
	ts := &m.tokens
	ts.Scan(p.written)
	p.words = m.strings(len(ts.List))
	for i := range ts.List {
		t := &ts.List[i]
		if as := p.written[t.Start:t.End]; as == string(ts.Folded(i)) {
			p.words[i] = as // the same memory as written
		} else {
			p.words[i] = string(ts.Folded(i))
		}
		switch {
		case !t.Dotted || p.flags&(caps|initial|lower) != 0:
		case len(ts.List) == 1:
			p.flags |= caps
		default:
			if p.acronyms == nil {
				p.acronyms = make([]bool, len(ts.List))
			}
			p.acronyms[i] = true
		}
	}
}

// same reports whether two patterns ending at the same node have the same matches. Such patterns are looked for
// once.
func (p *pattern) same(q *pattern) bool {
	return p.end == q.end && p.flags&^weak == q.flags&^weak && slices.Equal(p.acronyms, q.acronyms) &&
		(p.flags&exact == 0 || p.written == q.written)
}

// plain reports whether any spelling of the words is a match.
func (p *pattern) plain() bool { return p.flags&(caps|initial|lower|exact) == 0 && p.acronyms == nil }

// inflections are the endings admitted by word~.
var inflections = []string{"", "s", "es", "n"}

const fnvBasis, fnvPrime = 14695981039346656037, 1099511628211 // of FNV-1a, 64 bits

func fnv(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return (h ^ 0xff) * fnvPrime // a byte of no text marks the end
}

// hash returns equal values for patterns with the same matches. It depends on nothing but the pattern.
func (p *pattern) hash() uint64 {
	h := uint64(fnvBasis) ^ uint64(p.flags&^weak)
	for i, w := range p.words {
		if h = fnv(h, w); p.acronyms != nil && p.acronyms[i] {
			h = fnv(h, ".")
		}
	}
	if p.flags&exact != 0 {
		h = fnv(h, p.written)
	}
	return h
}

// lasts returns the possible forms of the last word of a pattern.
func (p *pattern) lasts() []string {
	w := p.words[len(p.words)-1]
	if p.flags&inflect == 0 {
		return []string{w}
	}
	forms := make([]string, len(inflections))
	for i, end := range inflections {
		forms[i] = w + end
	}
	return forms
}

// admits reports whether a word of this shape can be one of the term's. Digits have no case, and a single
// capital counts as all capitals.
func (f flagSet) admits(t *text.Token, written string) bool {
	switch {
	case f&caps != 0:
		return t.Dotted || t.Shape == text.Caps ||
			t.Shape != text.Voided && !has(written, unicode.IsLower) &&
				(t.Shape != text.Lower || has(written, unicode.IsDigit))
	case f&initial != 0:
		first, _ := utf8.DecodeRuneInString(written)
		return t.Shape == text.Title || t.Shape == text.Mixed && unicode.IsUpper(first) ||
			unicode.IsDigit(first) && t.Shape == text.Lower
	case f&lower != 0:
		return t.Shape == text.Lower
	}
	return true
}

func has(s string, class func(rune) bool) bool { return strings.IndexFunc(s, class) >= 0 }
