package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"oped"
)

// Shape is the capitalisation of a word. It distinguishes US from us.
type Shape uint8

// The shapes.
const (
	Lower  Shape = iota // no capital: "relations", and scripts without case
	Title               // first letter capital: "Washington"
	Caps                // all capitals, at least two letters: "US"; also dotted: "U.S."
	Mixed               // anything else: "mil2Mil", "eBay"
	Voided              // all capitals in a run of four or more such words, without a meaning
)

// Token is a word: Text[Start:End] as written, Arena[Fold:FoldEnd] as compared.
type Token struct {
	Start, End     int32
	Fold, FoldEnd  int32
	Sentence, Para int32
	Shape          Shape
	Dotted         bool // U.S.
	Joined         bool // to the word before it, by a hyphen or dash
	Zone           Zone
}

// Tokens holds the words of one text. Reuse it to save memory.
type Tokens struct {
	Text  string
	List  []Token
	Arena []byte // folded words, end to end

	paras []paragraph // memory for MarkZones
}

// Folded returns the folded word of token i.
func (ts *Tokens) Folded(i int) []byte { return ts.Arena[ts.List[i].Fold:ts.List[i].FoldEnd] }

// Scan finds the words of s, their sentences and paragraphs, by the word boundaries of UAX 29. A dotted acronym
// is one word. Hyphens and dashes separate words but are noted in Joined. A possessive 's is not part of the
// word. Scan replaces the earlier contents of ts.
func (ts *Tokens) Scan(s string) {
	ts.Text = s
	if ts.List = ts.List[:0]; cap(ts.List) < len(s)/wordBytes {
		ts.List = make([]Token, 0, len(s)/wordBytes)
	}
	ts.Arena = ts.Arena[:cap(ts.Arena)]
	st := scanState{ts: ts}
	for i := st.plain(0); i < len(s); i = st.plain(i) {
		end := boundary(s, i)
		for next := hidden(s, end); next > 0; next = hidden(s, end) {
			end = boundary(s, next)
		}
		st.segment(i, s[i:end])
		i = end
	}
	ts.Arena = ts.Arena[:st.used]
	if st.shouts {
		ts.voidCaps()
	}
}

// zeroWidth is the zero width space. Programs put it into long words and addresses.
const zeroWidth = "\u200b"

// hidden returns the end of the zero width spaces at i if they are inside a word, else 0. They end a word in scripts
// without spaces between words.
func hidden(s string, i int) (end int) {
	if !strings.HasPrefix(s[i:], zeroWidth) {
		return 0
	}
	for end = i; strings.HasPrefix(s[end:], zeroWidth); {
		end += len(zeroWidth)
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[end:])
	if !unicode.In(before, unicode.L, unicode.N, unicode.M) || !unicode.In(after, unicode.L, unicode.N) ||
		unicode.In(before, unspaced...) || unicode.In(after, unspaced...) {
		return 0
	}
	return end
}

// unspaced are the scripts without spaces between words (UAX 14, classes SA and ID).
var unspaced = []*unicode.RangeTable{
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tai_Le, unicode.New_Tai_Lue, unicode.Tai_Tham,
	unicode.Tai_Viet, unicode.Tibetan, unicode.Javanese, unicode.Balinese, unicode.Han, unicode.Hiragana, unicode.Katakana,
	unicode.Yi,
}

// wordBytes is the approximate number of bytes of text for one word.
const wordBytes = 8

type scanState struct {
	ts       *Tokens
	used     int // bytes of the arena in use; the rest is free
	sentence int32
	para     int32
	joined   bool // directly after a dash
	ended    bool // after a full stop, question or exclamation mark
	gap      bool // after white space
	capitals int  // in the run of capitals and numbers ending here; rather too many than too few
	shouts   bool // a run had enough of them to lose its meaning
}

// segment processes the next stretch between two boundaries: a word, a space or a mark.
func (st *scanState) segment(start int, s string) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case size == len(s) &&
		(r == '“' || r == '”' || r == '"' || r == '‘' || r == '’' || r == '\'' || r == '(' || r == ')'):
		// It neither ends nor joins anything.
	case isWord(s):
		st.word(start, s)
	case r == '\n' || r == '\r' || r == '\u2029' || r == '\u2028':
		if n := len(st.ts.List); n > 0 && st.ts.List[n-1].Para == st.para {
			st.para++
			st.sentence++
		}
		st.joined, st.ended, st.gap = false, false, true
	case r == ':' || r == ';' || r == ',':
		st.joined = false
	case unicode.IsSpace(r):
		st.gap = true
	case r == '.' && st.dotAfterInitial(start):
		// Part of U.S. or of initials: no sentence ends here. The dot belongs to the word.
		st.ts.List[len(st.ts.List)-1].End = int32(start + len(s))
	case r == '.' || r == '!' || r == '?' || r == '۔' || r == '؟' || r == '…':
		st.ended = st.ended || !st.abbreviation()
		st.joined = false
	case r == '-' || r == '−' || r == '/' || unicode.Is(unicode.Pd, r):
		st.joined = !st.gap
		if st.gap {
			st.ended = st.ended || r == '—' || r == '–'
		}
	}
}

// dotAfterInitial reports whether a dot at this place follows a dotted acronym or a single capital.
func (st *scanState) dotAfterInitial(at int) bool {
	n := len(st.ts.List)
	if n == 0 {
		return false
	}
	last := st.ts.List[n-1]
	return int(last.End) == at && (last.Dotted || last.FoldEnd-last.Fold == 1 && last.Shape != Lower)
}

// abbreviation reports whether the word before a dot is a common abbreviation.
func (st *scanState) abbreviation() bool {
	n := len(st.ts.List)
	return n > 0 && !st.gap && shortened[string(st.ts.Folded(n-1))]
}

// shortened are abbreviations: the dot after them ends no sentence.
var shortened = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "dr": true, "prof": true, "gen": true, "lt": true, "col": true, "maj": true,
	"capt": true, "brig": true,
	"sen": true, "rep": true, "gov": true, "st": true, "vs": true, "no": true, "art": true, "sgt": true, "hon": true,
	"rev": true, "jr": true, "sr": true,
	"jan": true, "feb": true, "mar": true, "apr": true, "jun": true, "jul": true, "aug": true, "sep": true,
	"sept": true, "oct": true, "nov": true, "dec": true,
}

// word adds a word segment. It holds several words if a space is missing after a full stop.
func (st *scanState) word(start int, s string) {
	if dotted(s) {
		st.add(start, s, true)
		return
	}
	from := -1
	for i, r := range s {
		part := isPart(r) || (r == '.' || r == ',') && i > 0 && isDigit(s[i-1])
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

// freeFold is the length, in bytes, granted to the fold of any word. A longer fold is at most twice as long as
// the folded part of its word, the first oped.MaxField bytes. One character may fold to eighteen: without the
// bound, a text of such characters would take eleven times its length in memory and in the index.
const freeFold = 64

func (st *scanState) add(start int, s string, isDotted bool) {
	ts := st.ts
	s = possessive(s)
	fold := st.used
	begins := Clip(s, oped.MaxField)
	arena := appendFold(ts.Arena[:fold], begins)
	st.used = fold + len(Clip(arena[fold:], max(freeFold, 2*len(begins))))
	ts.Arena = arena[:cap(arena)]
	if isDotted {
		st.used = fold + len(slices.DeleteFunc(ts.Arena[fold:st.used], func(c byte) bool { return c == '.' }))
	}
	shape := Caps
	if !isDotted {
		shape = shapeOf(s)
	}
	st.push(start, start+len(s), fold, shape, isDotted)
}

// push adds a word folded in the arena from fold up to used, or joins it to the one before it. It fills the
// token in place: making it elsewhere and copying it takes several times as long.
func (st *scanState) push(start, end, fold int, shape Shape, isDotted bool) {
	ts := st.ts
	if st.used-fold == 1 && shape != Lower && st.joinInitials(start, end) {
		return
	}
	if st.ended && (st.gap || shape != Lower) {
		st.sentence++
	}
	n := len(ts.List)
	if n == cap(ts.List) {
		ts.List = grow(ts.List, start, len(ts.Text))
	}
	ts.List = ts.List[:n+1]
	t := &ts.List[n]
	t.Start, t.End, t.Fold, t.FoldEnd = int32(start), int32(end), int32(fold), int32(st.used)
	t.Sentence, t.Para = st.sentence, st.para
	t.Shape, t.Dotted, t.Joined, t.Zone = shape, isDotted, st.joined, Body
	if t.capital() {
		st.countCapital(n)
	}
	st.ended, st.joined, st.gap = false, false, false
}

// grow makes room in a list found in the first done bytes of all, as if the rest had as many. Doubling it each
// time would copy it again and again.
func grow[T any](list []T, done, all int) []T {
	return slices.Grow(list, 1+len(list)*(all-done)/max(done, 1))
}

// countCapital counts the capital word i in its run.
func (st *scanState) countCapital(i int) {
	ts := st.ts
	if i > 0 && !ts.List[i-1].capital() && !ts.number(i-1) {
		st.capitals = 0
	}
	st.capitals++
	st.shouts = st.shouts || st.capitals >= shouting
}

// joinInitials joins "U. S." into one word: a single capital after another, a dot and a space.
func (st *scanState) joinInitials(start, end int) bool {
	ts := st.ts
	if len(ts.List) == 0 {
		return false
	}
	last := &ts.List[len(ts.List)-1]
	lastInitial := last.Dotted || last.FoldEnd-last.Fold == 1 && last.Shape != Lower
	between := ts.Text[last.End:start]
	if !lastInitial || last.Para != st.para || ts.Text[last.End-1] != '.' ||
		between != "" && between != " " && between != "\u00a0" {
		return false
	}
	last.End, last.FoldEnd = int32(end), int32(st.used)
	last.Dotted, last.Shape = true, Caps
	st.countCapital(len(ts.List) - 1)
	st.ended, st.joined, st.gap = false, false, false
	return true
}

// shouting is the number of capitals from which those of a run have no meaning.
const shouting = 4

// voidCaps voids the capitals of a headline all in capitals: long runs of capitals and numbers.
func (ts *Tokens) voidCaps() {
	list := ts.List
	end := 0 // of the last run
	for i := 0; i < len(list); i++ {
		if !list[i].capital() {
			continue
		}
		from := i
		for from > end && list[from-1].Para == list[i].Para && ts.number(from-1) {
			from--
		}
		capitals := 0
		for end = i; end < len(list) && list[end].Para == list[i].Para; end++ {
			if list[end].capital() {
				capitals++
			} else if !ts.number(end) {
				break
			}
		}
		for k := from; k < end && capitals >= shouting; k++ {
			if !list[k].Dotted {
				list[k].Shape = Voided
			}
		}
		i = end - 1
	}
}

// capital reports whether a word is in capitals, or is a single capital letter.
func (t *Token) capital() bool { return t.Shape == Caps || t.Shape == Title && t.FoldEnd-t.Fold == 1 }

func (ts *Tokens) number(i int) bool {
	f := ts.Folded(i)
	return len(f) > 0 && f[0] >= '0' && f[0] <= '9'
}

func shapeOf(s string) Shape {
	var upper, lower, first, n int
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z':
			lower++
			n++
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

// dotted reports whether s is an acronym with dots between single letters: U.S
func dotted(s string) bool {
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

// possessive removes 's from a word.
func possessive(s string) string {
	switch s[len(s)-1] {
	case 's', 'S', '\'', '\x99': // the last byte of ’
	default:
		return s
	}
	for _, end := range []string{"'s", "’s", "'S", "’S", "ʼs", "'", "’"} {
		if len(s) > len(end) && s[len(s)-len(end):] == end {
			return s[:len(s)-len(end)]
		}
	}
	return s
}

// isPart reports whether r may be part of a word.
func isPart(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9' || r == '\''
	}
	return unicode.IsLetter(r) || isApostrophe(r) || unicode.In(r, unicode.N, unicode.M, unicode.Cf)
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isWord reports whether a segment contains a letter or a digit.
func isWord(s string) bool {
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

// FoldedWords returns the folded words of a text.
func FoldedWords(s string) []string {
	var ts Tokens
	ts.Scan(s)
	words := make([]string, len(ts.List))
	for i := range words {
		words[i] = string(ts.Folded(i))
	}
	return words
}
