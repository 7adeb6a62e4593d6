package text

import (
	"math/bits"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// Zone is a part of an op-ed with a weight of its own.
type Zone uint8

// The zones. Bio, Credit and Boilerplate are parts of the text, but not of the piece.
const (
	Body Zone = iota
	Lead
	Headline
	Summary
	Quote
	Author
	Category
	URL
	Bio
	Credit
	Boilerplate
	zones
)

// Zones is the number of zones.
const Zones = int(zones)

var zoneNames = [...]string{
	"body", "lead", "title", "summary", "quote", "author", "category", "url", "bio", "credit", "furniture",
}

func (z Zone) String() string { return zoneNames[z] }

// Beside reports whether words of the zone are in the text without being part of the piece.
func (z Zone) Beside() bool { return z >= Bio }

// leadWords is the length of the lead. quoteWords is the length of the longest quotation still counted as the
// author's words.
const (
	leadWords  = 120
	quoteWords = 8
	tailParas  = 8 // author's notes are at most this far from the end
)

// MarkZones sets the zone of every word of an op-ed's text. Author's notes, credit lines and boilerplate are
// found by paragraph, then long quotations, and the lead: the first 120 words of the piece itself. The rest is
// body. Words within the learned stretches, pairs of byte offsets, are boilerplate in any case.
func (ts *Tokens) MarkZones(learned ...[2]int) {
	ts.paras = appendParagraphs(ts.paras[:0], ts)
	foreign := hasAny(ts.Text, foreignForms)
	for i, p := range ts.paras {
		h := hintsOf(ts, p)
		h.foreign = foreign && hasAny(h.s, foreignForms)
		zone := paragraphZone(&h, p.last-p.first, i, len(ts.paras)-1-i)
		for j := p.first; j < p.last; j++ {
			ts.List[j].Zone = zone
		}
	}
	ts.markLearned(learned)
	markQuotes(ts)
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

func (ts *Tokens) markLearned(learned [][2]int) {
	for _, l := range learned {
		first := sort.Search(len(ts.List), func(i int) bool { return int(ts.List[i].Start) >= l[0] })
		for i := first; i < len(ts.List) && int(ts.List[i].End) <= l[1]; i++ {
			ts.List[i].Zone = Boilerplate
		}
	}
}

// MarkAll sets the zone of every word.
func (ts *Tokens) MarkAll(z Zone) {
	for i := range ts.List {
		ts.List[i].Zone = z
	}
}

// paragraph is a stretch of tokens, and of the text from the beginning of its line to the end. If other
// characters than line feeds separate paragraphs, it ends at the words of its neighbours: no byte of a word is
// in two paragraphs.
type paragraph struct{ first, last, start, end int }

func appendParagraphs(out []paragraph, ts *Tokens) []paragraph {
	before := 0 // the end of the words before
	for i := 0; i < len(ts.List); {
		j := i
		for j < len(ts.List) && ts.List[j].Para == ts.List[i].Para {
			j++
		}
		last, next := int(ts.List[j-1].End), len(ts.Text)
		if j < len(ts.List) {
			next = int(ts.List[j].Start)
		}
		start := before + strings.LastIndexByte(ts.Text[before:ts.List[i].Start], '\n') + 1
		end := next
		if n := strings.IndexByte(ts.Text[last:next], '\n'); n >= 0 {
			end = last + n
		}
		out = append(out, paragraph{i, j, start, end})
		before, i = last, j
	}
	return out
}

var (
	boilerplateLine = Pattern(
		`(?i)^[^\pL\pN]*(?:(?:previous|next) (?:article|post|story)|read (?:more|also|next|the full)|` +
			`also read|more from|related(?: (?:stor|article|post|read|topic|news|content)\w*)?\b.{0,3}$|` +
			`related(?: \w+)?:|subscribe|sign up|follow (?:us|\w+ on)|share (?:this|on|via)|advertisement|` +
			`continue reading|click here|tags?:|filed under|photo:|image:|listen to this|download the|` +
			`join our|the post .{0,200}appeared first on|یہ بھی پڑھیں|مزید پڑھیں|مزید خبریں|اشتہار)`)
	creditLine = Pattern(
		`(?i)(?:^[^\pL\pN]*(?:this|the|an? (?:\w+ )?version of this) (?:article|piece|op-?ed|essay|` +
			`column|commentary|story|analysis|blog)[^.]{0,60}\b(?:appeared|published|written for|syndicated|` +
			`reproduced|adapted|excerpted)\b|^[^\pL\pN]*(?:originally|first) (?:published|appeared)|` +
			`^[^\pL\pN]*published in [\p{Lu}]|^[^\pL\pN]*(?:copyright|©)|^[^\pL\pN]*courtesy\b|` +
			`^[^\pL\pN]*distributed by|^[^\pL\pN]*— ?project syndicate)`)
	bioDash = Pattern(
		`(?i)^\s*[\[(]?\s*[—–\-*_]+\s*(?:the|this) (?:writer|author|columnist|contributor)\b`)
	bioLine = Pattern(
		`(?i)^[^\pL\pN]*(?:(?:the|this|our) (?:writer|author|columnist|` +
			`contributor)s?\b[^.]{0,12}\b(?:is|are|was|were|has|have|can|teaches|works|served|serves|writes|` +
			`holds|heads|tweets|may)\b|about the (?:author|writer)|(?:e-?mail|twitter|x|instagram|` +
			`facebook)\s*:|follow (?:him|her|them) )`)
	bioReach = Pattern(
		`(?i)(?:can be (?:reached|contacted|followed)|may be (?:reached|contacted)|tweets? (?:at|@)|` +
			`(?:he|she|they) tweets?|views? expressed (?:here|in this|are)|the views are|` +
			`[\w.+-]+@[\w-]+\.\w+)`)
	bioName = Pattern(
		`^[^\pL\pN]*(?:Dr\.? |Prof\.? |Mr\.? |Ms\.? |Gen\.? |Amb(?:assador|` +
			`\.)? )?\p{Lu}[\p{L}.'’-]*(?: (?:bin|ul|al|de|van|von|\p{Lu}[\p{L}.'’-]*)){1,4},? (?:is|was|are|` +
			`teaches|writes|serves|served|works|heads) .*(?i:fellow|professor|columnist|analyst|researcher|` +
			`ambassador|writer|author|journalist|director|lecturer|editor|scholar|diplomat|economist|lawyer|` +
			`advocate|consultant|chairman|president of|minister|retired|student|teaches|expert|staff|` +
			`correspondent)`)
	bioUrdu = Pattern(`^[^\pL\pN]*(?:(?:مضمون|کالم) نگار|مصنف|مصنفہ|لکھاری|صاحبِ? مضمون)`)
)

// A paragraph needs one of these words to be worth the time of the expressions without an anchor.
var (
	creditWords = []string{"republished with", "republished under", "all rights reserved"}
	reachWords  = []string{"reached", "contacted", "followed", "tweet", "views", "view expressed", "@"}
)

func hasAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// paragraphZone returns the zone of a paragraph of n words. before and after are the numbers of paragraphs on
// either side. A piece may begin with the expectations of a President: that is no author's note.
func paragraphZone(h *hints, n, before, after int) Zone {
	s := h.s
	switch {
	case n <= 40 && h.boilerplate() && boilerplateLine().MatchString(s):
		return Boilerplate
	case n <= 80 && (h.rights() || h.credit() && creditLine().MatchString(s)):
		return Credit
	case h.bioDash() && bioDash().MatchString(s):
		return Bio
	case after >= tailParas || n > 150:
		return Body
	case h.bioLine() && bioLine().MatchString(s) || h.bioUrdu() && bioUrdu().MatchString(s):
		return Bio
	case n <= 80 &&
		(h.reach() && bioReach().MatchString(s) ||
			n <= 60 && before > 0 && after <= 4 && h.bioName() && bioName().MatchString(s)):
		return Bio
	}
	return Body
}

// markQuotes marks quotations longer than eight words. A mark without its closing mark quotes nothing; a
// quotation ends with its paragraph.
func markQuotes(ts *Tokens) {
	for _, p := range ts.paras {
		open, from := rune(0), 0
		token := p.first
		s := ts.Text[p.start:p.end]
		for i := markByte(s, 0); i < len(s); i = markByte(s, i+1) {
			if c := s[i]; c != '"' && c != 0xc2 && c != 0xe2 {
				continue // every quotation mark begins with one of these bytes
			}
			r, _ := utf8.DecodeRuneInString(s[i:])
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

// markByte returns the first place from i on with the first byte of a quotation mark, or with fewer than eight
// bytes left. It looks at eight bytes at a time: subtracting 1 from a byte sets its eighth bit only if the byte
// was 0 or had it set.
func markByte(s string, i int) int {
	for ; len(s)-i >= 8; i += 8 {
		x := eight(s[i:])
		ascii := x ^ ones*'"'
		other := (x | ones*0x20) ^ ones*0xe2 // 0xc2 differs from 0xe2 only in this bit
		if found := ((ascii-ones)&^ascii | (other-ones)&^other) & eighths; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	return i
}

func closes(open, r rune) bool {
	switch open {
	case '"':
		return r == '"' || r == '”'
	case '«':
		return r == '»'
	}
	return r == '”' || r == '"' || r == '“' && open == '„'
}
