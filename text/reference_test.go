package text

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"golang.org/x/text/unicode/norm"
)

// This file is a plain reference implementation of Scan, Fold and MarkZones. It is slow; tests compare the
// quick way with it.

// slowFold folds a text as a whole.
func slowFold(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			continue
		}
		// The rest is folded as a whole, since a mark may belong to the letter before it. That letter is in dst
		// already, and marks are dropped.
		for _, r := range norm.NFKD.String(strings.ToLower(s[i:])) {
			dst = appendFolded(dst, r)
		}
		return dst
	}
	return dst
}

// slowScan finds the words of s with the Unicode tables alone.
func slowScan(ts *Tokens, s string) {
	ts.Text = s
	ts.List = ts.List[:0]
	ts.Arena = ts.Arena[:0]
	state := slowScanState{scanState{ts: ts}}
	it := words.FromString(s)
	for it.Next() {
		start, end := it.Start(), it.End()
		for next := hidden(s, end); next > 0; next = hidden(s, end) {
			for end <= next && it.Next() {
				end = it.End()
			}
		}
		state.segment(start, s[start:end])
	}
	slowVoidCaps(ts)
}

type slowScanState struct{ scanState }

// segment processes the next stretch between two boundaries: a word, a space or a mark.
func (st *slowScanState) segment(start int, s string) {
	r, _ := utf8.DecodeRuneInString(s)
	switch {
	case slowIsWord(s):
		st.word(start, s)
	case r == '\n' || r == '\r' || r == '\u2029' || r == '\u2028':
		if n := len(st.ts.List); n > 0 && st.ts.List[n-1].Para == st.para {
			st.para++
			st.sentence++
		}
		st.joined, st.ended, st.gap = false, false, true
	case unicode.IsSpace(r):
		st.gap = true
	case r == '.' && st.dotAfterInitial(start):
		// Part of U.S. or of initials: no sentence ends here. The dot belongs to the word.
		st.ts.List[len(st.ts.List)-1].End = int32(start + len(s))
	case r == '.' || r == '!' || r == '?' || r == '۔' || r == '؟' || r == '…':
		st.ended = st.ended || !st.abbreviation()
		st.joined = false
	case unicode.Is(unicode.Pd, r) || r == '-' || r == '−' || r == '/':
		st.joined = !st.gap
		if st.gap {
			st.ended = st.ended || r == '—' || r == '–'
		}
	case r == ':' || r == ';' || r == ',':
		st.joined = false
	}
}

// word adds a word segment. It holds several words if a space is missing after a full stop.
func (st *slowScanState) word(start int, s string) {
	if slowDotted(s) {
		st.add(start, s, true)
		return
	}
	from := -1
	for i, r := range s {
		part := unicode.In(r, unicode.L, unicode.N, unicode.M, unicode.Cf) || isApostrophe(r) ||
			(r == '.' || r == ',') && i > 0 && isDigit(s[i-1])
		switch {
		case part && from < 0:
			from = i
		case !part && from >= 0:
			st.add(start+from, s[from:i], false)
			from = -1
			st.ended = st.ended || r == '.'
		}
	}
	if from >= 0 {
		st.add(start+from, s[from:], false)
	}
}

func (st *slowScanState) add(start int, s string, isDotted bool) {
	ts := st.ts
	s = slowPossessive(s)
	fold := len(ts.Arena)
	ts.Arena = slowFold(ts.Arena, s)
	if isDotted {
		ts.Arena = append(ts.Arena[:fold], bytes.ReplaceAll(ts.Arena[fold:], []byte("."), nil)...)
	}
	t := Token{
		Start: int32(start), End: int32(start + len(s)), Fold: int32(fold), FoldEnd: int32(len(ts.Arena)),
		Para: st.para, Shape: slowShapeOf(s), Dotted: isDotted, Joined: st.joined,
	}
	if isDotted {
		t.Shape = Caps
	}
	if len(ts.List) > 0 && st.joinInitials(&t) {
		return
	}
	if st.ended && (st.gap || t.Shape != Lower) {
		st.sentence++
	}
	t.Sentence = st.sentence
	st.ended, st.joined, st.gap = false, false, false
	ts.List = append(ts.List, t)
}

// joinInitials joins "U. S." into one word: a single capital after another, a dot and a space.
func (st *slowScanState) joinInitials(t *Token) bool {
	ts := st.ts
	last := &ts.List[len(ts.List)-1]
	initial := t.FoldEnd-t.Fold == 1 && t.Shape != Lower
	lastInitial := last.Dotted || last.FoldEnd-last.Fold == 1 && last.Shape != Lower
	between := ts.Text[last.End:t.Start]
	if !initial || !lastInitial || last.Para != t.Para || ts.Text[last.End-1] != '.' ||
		between != "" && between != " " && between != "\u00a0" {
		return false
	}
	last.End, last.FoldEnd = t.End, t.FoldEnd
	last.Dotted, last.Shape = true, Caps
	st.ended, st.joined, st.gap = false, false, false
	return true
}

// slowVoidCaps voids the capitals of a headline all in capitals.
func slowVoidCaps(ts *Tokens) {
	list := ts.List
	for i := 0; i < len(list); {
		j, capitals := i, 0
		for ; j < len(list) && list[j].Para == list[i].Para; j++ {
			if list[j].Shape == Caps || list[j].FoldEnd-list[j].Fold == 1 && list[j].Shape == Title {
				capitals++
			} else if f := ts.Folded(j); len(f) == 0 || f[0] < '0' || f[0] > '9' {
				break // a number does not break the run, nor does a capital letter alone
			}
		}
		for k := i; k < j && capitals >= 4; k++ {
			if !list[k].Dotted {
				list[k].Shape = Voided
			}
		}
		i = max(j, i+1)
	}
}

func slowShapeOf(s string) Shape {
	var upper, lower, first, n int
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			if n == 0 {
				first = 1
			}
			upper++
			n++
		case unicode.IsLetter(r):
			if unicode.IsLower(r) {
				lower++
			}
			n++
		}
	}
	switch {
	case upper == 0:
		return Lower
	case lower == 0 && upper > 1:
		return Caps
	case first == 1 && upper == 1:
		return Title
	case upper > 1 && lower == 1 && len(s) > 2 && s[len(s)-1] == 's' && first == 1: // a plural of capitals: "MNAs"
		return Caps
	}
	return Mixed
}

// slowDotted reports whether s is an acronym with dots between single letters: U.S
func slowDotted(s string) bool {
	letters := 0
	dot := true
	for _, r := range s {
		switch {
		case r == '.' && !dot:
			dot = true
		case unicode.IsUpper(r) && dot:
			letters++
			dot = false
		default:
			return false
		}
	}
	return letters >= 2
}

// slowPossessive removes 's from a word.
func slowPossessive(s string) string {
	for _, end := range []string{"'s", "’s", "'S", "’S", "ʼs", "'", "’"} {
		if len(s) > len(end) && s[len(s)-len(end):] == end {
			return s[:len(s)-len(end)]
		}
	}
	return s
}

// slowIsWord reports whether a segment contains a letter or a digit.
func slowIsWord(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c < utf8.RuneSelf {
			if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
				return true
			}
			continue
		}
		for _, r := range s[i:] {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return true
			}
		}
		return false
	}
	return false
}

// slowMarkZones tries every expression on every paragraph.
func slowMarkZones(ts *Tokens) {
	paras := slowParagraphs(ts)
	for i, p := range paras {
		zone := slowParagraphZone(ts.Text[p.start:p.end], p.last-p.first, i, len(paras)-1-i)
		for j := p.first; j < p.last; j++ {
			ts.List[j].Zone = zone
		}
	}
	slowMarkQuotes(ts)
	lead := 0
	for i := range ts.List {
		if t := &ts.List[i]; t.Zone == Body || t.Zone == Quote {
			if lead++; lead > leadWords {
				break
			}
			if t.Zone == Body {
				t.Zone = Lead
			}
		}
	}
}

func slowParagraphs(ts *Tokens) []paragraph {
	var out []paragraph
	for i := 0; i < len(ts.List); {
		j := i
		for j < len(ts.List) && ts.List[j].Para == ts.List[i].Para {
			j++
		}
		start := strings.LastIndexByte(ts.Text[:ts.List[i].Start], '\n') + 1
		end := len(ts.Text)
		if n := strings.IndexByte(ts.Text[ts.List[j-1].End:], '\n'); n >= 0 {
			end = int(ts.List[j-1].End) + n
		}
		if i > 0 {
			start = max(start, int(ts.List[i-1].End))
		}
		if j < len(ts.List) {
			end = min(end, int(ts.List[j].Start))
		}
		out = append(out, paragraph{i, j, start, end})
		i = j
	}
	return out
}

// slowParagraphZone returns the zone of a paragraph of n words. before and after are the numbers of paragraphs
// on either side.
func slowParagraphZone(s string, n, before, after int) Zone {
	lower := ""
	if n <= 80 {
		lower = strings.ToLower(s)
	}
	switch {
	case n <= 40 && boilerplateLine().MatchString(s):
		return Boilerplate
	case n <= 80 && (hasAny(lower, creditWords) || creditLine().MatchString(s)):
		return Credit
	case bioDash().MatchString(s):
		return Bio
	case after >= tailParas || n > 150:
		return Body
	case bioLine().MatchString(s) || bioUrdu().MatchString(s):
		return Bio
	case n <= 80 &&
		(hasAny(lower, reachWords) && bioReach().MatchString(s) ||
			n <= 60 && before > 0 && after <= 4 && bioName().MatchString(s)):
		return Bio
	}
	return Body
}

// slowMarkQuotes marks quotations longer than eight words. A mark without its closing mark quotes nothing; a
// quotation ends with its paragraph.
func slowMarkQuotes(ts *Tokens) {
	for _, p := range slowParagraphs(ts) {
		open, from := rune(0), 0
		token := p.first
		for i, r := range ts.Text[p.start:p.end] {
			at := p.start + i
			for token < p.last && int(ts.List[token].End) <= at {
				token++
			}
			switch {
			case open == 0 && (r == '“' || r == '"' || r == '«' || r == '„'):
				open, from = r, token
			case open != 0 && closes(open, r):
				if token-from > quoteWords {
					for j := from; j < token; j++ {
						if ts.List[j].Zone == Body {
							ts.List[j].Zone = Quote
						}
					}
				}
				open = 0
			}
		}
	}
}
