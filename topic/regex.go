package topic

import (
	"fmt"
	"math"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

const (
	// maxStates is the largest number of states of a regular expression. 256 bytes without {repetitions} make
	// some 300.
	maxStates = 4000
	// maxFound is the largest number of matches of a regular expression kept in one field.
	maxFound = 1000
	// regexWork is the number of states a regular expression without a budget may enter in any field, and
	// regexWorkPerByte the additional number for each byte. Real expressions enter two to nine for a byte. The work
	// grows with the document and not with the square of an entry, whatever an operator's expression and a stranger's
	// text have in common.
	regexWork        = 64 << 10
	regexWorkPerByte = 32
)

// matcher is a regular expression. It matches as package regexp does, but counts the states entered and can be
// stopped: regexp takes bytes × states in the worst case, uninterruptibly.
type matcher struct {
	*syntax.Prog
	term     int32
	literal  string // the beginning of every match
	anchored bool   // matches begin at the start of the text
}

func newMatcher(source string) (*matcher, error) {
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil, err
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, err
	}
	if n := len(prog.Inst); n > maxStates {
		return nil, fmt.Errorf("the regular expression is too large: it has %d states, %d are allowed", n, maxStates)
	}
	m := &matcher{Prog: prog, anchored: prog.StartCond()&syntax.EmptyBeginText != 0}
	m.literal, _ = prog.Prefix()
	return m, nil
}

// threads are the open ways through a regular expression at a place of a text. Their memory is reused.
type threads struct {
	live, coming []thread
	entered      []int // by state: the last round to enter it
	round        int   // counts lists of threads
	states       int   // states entered and not counted yet
}

// thread is a state waiting for the next character.
type thread struct {
	state uint32
	from  int // the start of its match
}

// find returns the first matches of a regular expression in a text, as [regexp.Regexp.FindAllStringIndex] does.
// It ends early if the evaluation must end.
func (s *scratch) find(m *matcher, plain string) (found [][2]int) {
	if n := len(m.Inst); n > len(s.entered) {
		s.entered = make([]int, n)
	}
	limit := math.MaxInt
	if s.budget == nil {
		limit = s.steps + regexWork + regexWorkPerByte*len(plain)
	}
	for at, end := 0, -1; at <= len(plain) && len(found) < maxFound && s.steps < limit; {
		from, to, ok := s.findFirst(m, plain, at, limit)
		if !ok {
			break
		}
		if to > at || from != end { // no empty match directly follows another match
			found = append(found, [2]int{from, to})
		}
		end = to
		if to == at {
			_, width := first(plain[at:])
			to += max(1, width)
		}
		at = to
	}
	s.spendStates()
	return found
}

// findFirst returns the leftmost match from a place on; of several, the one preferred by the expression.
func (s *scratch) findFirst(m *matcher, plain string, at, limit int) (from, to int, ok bool) {
	before, _ := last(plain[:at])
	c, width := first(plain[at:])
	for s.live = s.live[:0]; ; s.live, s.coming = s.coming, s.live {
		if len(s.live) == 0 {
			if ok || m.anchored && at > 0 {
				return from, to, ok
			}
			skipped := strings.Index(plain[at:], m.literal)
			if skipped < 0 {
				return 0, 0, false
			}
			if skipped > 0 {
				at += skipped
				before, _ = last(plain[:at])
				c, width = first(plain[at:])
			}
			s.round++
		}
		if s.states++; s.states >= walkedAtOnce && (!s.spendStates() || s.steps >= limit) {
			return 0, 0, false
		}
		if !ok { // a match beginning here is worse than an earlier one
			s.live = s.enter(m, s.live, uint32(m.Start), at, syntax.EmptyOpContext(before, c))
		}
		next, nextWidth := first(plain[at+width:])
		after := syntax.EmptyOpContext(c, next)
		s.coming = s.coming[:0]
		s.round++
		for _, t := range s.live {
			i := &m.Inst[t.state]
			if i.Op == syntax.InstMatch {
				from, to, ok = t.from, at, true
				break // the others are worse
			}
			if width > 0 && i.MatchRune(c) {
				s.coming = s.enter(m, s.coming, i.Out, t.from, after)
			}
		}
		if width == 0 {
			return from, to, ok
		}
		at += width
		before, c, width = c, next, nextWidth
	}
}

// enter adds the threads reached from a state without reading a character, the best first.
func (s *threads) enter(m *matcher, list []thread, state uint32, from int, here syntax.EmptyOp) []thread {
	for s.entered[state] != s.round {
		s.entered[state] = s.round
		s.states++
		switch i := &m.Inst[state]; i.Op {
		case syntax.InstFail:
			return list
		case syntax.InstAlt, syntax.InstAltMatch:
			list = s.enter(m, list, i.Out, from, here)
			state = i.Arg
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(i.Arg)&^here != 0 {
				return list
			}
			state = i.Out
		case syntax.InstCapture, syntax.InstNop:
			state = i.Out
		default:
			return append(list, thread{state, from})
		}
	}
	return list
}

func (s *scratch) spendStates() bool {
	n := s.states
	s.states = 0
	return s.spend(n)
}

// first returns the first character of a text and its length in bytes; -1 and 0 for an empty text.
func first(plain string) (rune, int) {
	if plain == "" {
		return -1, 0
	}
	return utf8.DecodeRuneInString(plain)
}

// last returns the last character of a text and its length in bytes; -1 and 0 for an empty text.
func last(plain string) (rune, int) {
	if plain == "" {
		return -1, 0
	}
	return utf8.DecodeLastRuneInString(plain)
}
